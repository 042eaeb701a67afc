"""Pictures in templates."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from catalog.domain.media import ImageView

register = template.Library()


@register.simple_tag
def picture(image: ImageView | None, sizes: str = "100vw", *, eager: bool = False, alt: str | None = None) -> SafeString:
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
    return SafeString(  # noqa: S308 - every part is escaped above
        f'<picture>{sources}<img src="{conditional_escape(image.url)}" alt="{words}" {size} {loading} decoding="async">'
        "</picture>"
    )
