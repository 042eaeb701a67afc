"""Postal words for templates."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from shop.accounts.queries.countries import get_country_name

register = template.Library()


@register.filter
def country_name(code: str) -> str:
    """Return the country's name in the reader's language."""
    return get_country_name(code, get_language() or "en")
