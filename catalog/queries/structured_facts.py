"""What search engines read: JSON-LD by schema.org."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog.queries.product_pages import Crumb, ProductPage, VariantView

DESCRIPTION_LENGTH = 500
# "</script>" inside a string would end the block; these are the same characters to a JSON reader.
_ESCAPES = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def dump_json(value: Any) -> SafeString:
    """Return JSON that is safe inside a script element."""
    return SafeString(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES))


def describe_product(page: ProductPage) -> SafeString:
    """Return Product with its offers, and BreadcrumbList."""
    product: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": page.name,
        "url": _absolute(page.url),
        "sku": page.chosen.sku,
        "description": strip_tags(page.description)[:DESCRIPTION_LENGTH],
        "image": [_absolute(slide.image.large_url) for slide in page.slides],
        "offers": [_describe_offer(page, variant) for variant in page.variants if variant.price],
    }
    if page.brand:
        product["brand"] = {"@type": "Brand", "name": page.brand}
    return dump_json([product, _list_steps([*page.crumbs, Crumb(name=page.name, url=page.url)])])


def describe_crumbs(crumbs: tuple[Crumb, ...]) -> SafeString:
    """Return BreadcrumbList."""
    return dump_json(_list_steps(list(crumbs)))


def describe_shop() -> SafeString:
    """Return Organization and WebSite, with the shop's own search."""
    language = get_language() or settings.LANGUAGE_CODE
    name = settings.SHOP_NAME.get(language, settings.SHOP_NAME[settings.LANGUAGE_CODE])
    organization = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": name,
        "url": f"{settings.SITE_URL}/",
        "logo": f"{settings.SITE_URL}{static('shop/favicon.svg')}",
        "email": settings.SHOP_SUPPORT_EMAIL,
    }
    site = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": name,
        "url": _absolute(reverse("catalog:home")),
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{_absolute(reverse('catalog:search'))}?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    }
    return dump_json([organization, site])


def _describe_offer(page: ProductPage, variant: VariantView) -> dict[str, Any]:
    stock = "InStock" if variant.is_available else "OutOfStock"
    return {
        "@type": "Offer",
        "sku": variant.sku,
        "url": _absolute(page.url),
        "price": str(variant.price.amount) if variant.price else "",
        "priceCurrency": page.currency,
        "availability": f"https://schema.org/{stock}",
        "itemCondition": "https://schema.org/NewCondition",
    }


def _list_steps(crumbs: list[Crumb]) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": crumb.name, "item": _absolute(crumb.url)}
            for number, crumb in enumerate(crumbs, start=1)
        ],
    }


def _absolute(url: str) -> str:
    return url if url.startswith("http") else f"{settings.SITE_URL}{url}"
