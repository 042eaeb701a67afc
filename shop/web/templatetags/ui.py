"""The storefront's building blocks for templates: money, icons, form fields, page numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shop.kernel.money import Money, format_money
from shop.web.settled import constant_tag

register = template.Library()

# One word for each state of the product's state machines; the style sheet gives each tone its colours.
TONES = {
    "success": "paid completed delivered succeeded verified confirmed in_stock active",
    "warning": "unpaid processing requires_action partially_refunded low_stock held expired",
    "error": "failed cancelled exception out_of_stock refused",
    "neutral": "refunded pending unfulfilled draft",
}
_TONE_OF = {state: tone for tone, states in TONES.items() for state in states.split()}


@register.filter
def money(value: Money | None) -> str:
    """A price as the shopper's language writes it; nothing for no price."""
    return "" if value is None else format_money(value.quantized(), get_language() or "en")


@register.filter
def tone(state: object) -> str:
    """The tone that a state's badge is painted in: success, warning, error, neutral or info."""
    return _TONE_OF.get(str(state), "info")


@register.simple_tag
@constant_tag
def icon(name: str, extra: str = "", *, label: str = "") -> SafeString:
    """A drawing of the sprite; decoration unless it has a label."""
    return _draw_icon(name, extra, label)


@lru_cache(maxsize=1024)
def _draw_icon(name: str, extra: str, label: str) -> SafeString:
    """The same few drawings stand on every page some thirty times: each is written once per process."""
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon icon--{} {}" {} focusable="false"><use href="{}#{}"></use></svg>',
        name,
        extra,
        role,
        static("shop/icons.svg"),
        name,
    )


@register.simple_tag
@constant_tag
def art(name: str) -> SafeString:
    """The drawing of an empty page."""
    return format_html(
        '<svg class="icon empty__art" aria-hidden="true" focusable="false"><use href="{}#art-{}"></use></svg>',
        static("shop/icons.svg"),
        name,
    )


@register.simple_tag
def page_numbers(page: Page[Any]) -> Iterator[int | str]:
    """The page links to draw: near the current one, at both ends, a gap between."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    autocomplete: str = "",
    inputmode: str = "",
    hint: str = "",
    extra: str = "",
) -> dict[str, Any]:
    """One form field with its label, help and errors tied to the control for screen readers."""
    widget = bound.field.widget
    described = [f"{bound.auto_id}_help"] if bound.help_text or hint else []
    described += [f"{bound.auto_id}_errors"] if bound.errors else []
    attrs = {
        "autocomplete": autocomplete,
        "inputmode": inputmode,
        "class": f"{widget.attrs.get('class', '')} {extra}".strip(),
        "aria-describedby": " ".join(described),
        "aria-invalid": "true" if bound.errors else "",
    }
    return {
        "field": bound,
        "control": bound.as_widget(attrs={name: value for name, value in attrs.items() if value}),
        "hint": hint,
        "is_check": isinstance(widget, CheckboxInput),
        "is_radio": isinstance(widget, RadioSelect),
    }


@register.filter
def percent_off(now: Money, was: Money | None) -> int:
    """How much lower the price is, in whole per cent, rounded down so that no more is promised than given."""
    return int((was.amount - now.amount) * 100 / was.amount) if was and was.amount > now.amount else 0


@register.filter
def at(mapping: Mapping[str, Any], key: str) -> object:
    """Return what a mapping holds under a key that the template computes."""
    return mapping.get(key)
