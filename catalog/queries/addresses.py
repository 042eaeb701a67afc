"""Addresses of the catalogue's pages as redirects keep them: decoded, without the language's prefix."""

from __future__ import annotations

from urllib.parse import unquote

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from catalog.models import Redirect


def build_product_path(slug: str) -> str:
    """Return a product's address."""
    return _build("catalog:product", slug=slug)


def build_category_path(path: str) -> str:
    """Return a category's address."""
    return _build("catalog:category", category_path=path)


def build_brand_path(slug: str) -> str:
    """Return a brand's address."""
    return _build("catalog:brand", slug=slug)


def build_collection_path(slug: str) -> str:
    """Return a collection's address."""
    return _build("catalog:collection", slug=slug)


def find_new_path(old_path: str) -> str | None:
    """Return where an address moved to, or None. One query; with or without the closing slash."""
    if "\0" in old_path:
        return None
    tried = {old_path, old_path if old_path.endswith("/") else f"{old_path}/"}
    return Redirect.objects.filter(old_path__in=tried).values_list("new_path", flat=True).first()


def _build(name: str, **parts: str) -> str:
    with override(settings.LANGUAGE_CODE):
        return unquote(reverse(name, kwargs=parts))
