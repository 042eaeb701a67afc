"""Answers that are written once for the facts they tell: reading is done every time, writing only when something differs."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from rest_framework.request import Request

from shop.partners.api.negotiation import CompactJSON
from shop.web.drawn import Drawings

_RENDERER = CompactJSON()
_drawings = Drawings()


def draw_answer(request: Request, facts: Hashable, *, build: Callable[[], Any]) -> HttpResponse:
    """Return a 200 with what ``build`` makes of the facts, the address and the language; not called for known facts.

    Nothing can be out of date: every fact is compared.
    """
    address = (
        get_language(),
        request.scheme,
        request.get_host(),
        request.path,
        request.META.get("QUERY_STRING", ""),
    )
    body = _drawings.find(address, facts)
    if body is None:
        body = _RENDERER.render(build())
        _drawings.keep(address, facts, body)
    return HttpResponse(body, content_type=_RENDERER.media_type)
