"""Pages of a list: numbered, bounded, never an error for a number that does not exist."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest


def get_page(request: HttpRequest, items: Any, *, size: int) -> Page[Any]:
    """The page that ``?page=`` asks for; the first for nonsense, the last for too far."""
    return Paginator(items, size).get_page(request.GET.get("page"))
