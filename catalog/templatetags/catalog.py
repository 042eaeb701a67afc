"""Pictures and cards in templates."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog.domain.media import ImageView
from catalog.queries.cards import ProductCard

register = template.Library()

# Some four megabytes; a shelf's page shows 24.
MOST_CARDS = 6000


@register.simple_tag
def picture(
    image: ImageView | None, sizes: str = "100vw", *, eager: bool = False, alt: str | None = None
) -> SafeString:
    """Draw a picture in the format and size that fits; width and height keep its place. Nothing for none.

    `eager` is for the one picture that the page opens with.
    """
    if image is None:
        return SafeString("")
    shown_sizes = conditional_escape(sizes)
    sources = "".join(
        f'<source type="{source.type}" srcset="{conditional_escape(source.srcset)}" sizes="{shown_sizes}">'
        for source in image.sources
    )
    loading = 'fetchpriority="high"' if eager else 'loading="lazy"'
    words = conditional_escape(image.alt if alt is None else alt)
    size = f'width="{image.width}" height="{image.height}"' if image.width else ""
    return SafeString(  # every part is escaped above
        f'<picture>{sources}<img src="{conditional_escape(image.url)}" alt="{words}" {size} {loading} decoding="async">'
        "</picture>"
    )


@register.simple_tag
def product_card(card: ProductCard, *, eager: bool = False) -> SafeString:
    """Draw a card by `catalog/_card.html`, once for what it says: a price or a stock that changes is another card."""
    return _draw_card(card, get_language() or "", eager)


@lru_cache(maxsize=MOST_CARDS)
def _draw_card(card: ProductCard, _language: str, eager: bool) -> SafeString:  # noqa: FBT001 - a key of the cache
    return SafeString(get_template("catalog/_card.html").render({"card": card, "eager": eager}))
