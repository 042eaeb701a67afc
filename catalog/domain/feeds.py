"""Product feeds: an article as shopping portals want it, by Google's product data specification and JSON Feed 1.1."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from catalog.domain.cells import clean_text, is_barcode
from shop.kernel.money import Money

NAMESPACE = "http://base.google.com/ns/1.0"
JSON_VERSION = "https://jsonfeed.org/version/1.1"
# Characters that the specification allows.
LONGEST = {
    "id": 50,
    "title": 150,
    "description": 5000,
    "link": 2000,
    "brand": 70,
    "mpn": 70,
    "product_type": 750,
    "item_group_id": 50,
    "color": 100,
    "size": 100,
    "material": 200,
    "pattern": 100,
}
MOST_MORE_IMAGES = 10
# GS1 keeps these prefixes for use inside a shop and for coupons: portals refuse them.
RESTRICTED_PREFIXES = ("2", "02", "04", "98", "99")
# Our option keys by the attribute that portals know.
KNOWN_OPTIONS = {
    "color": "color",
    "colour": "color",
    "size": "size",
    "shoe-size": "size",
    "material": "material",
    "pattern": "pattern",
}
_INLINE = re.compile(r"</?(?:b|i|em|strong|a)\b[^>]*>")
_TAGS = re.compile(r"<[^>]+>")
_BLANKS = re.compile(r"\s+")
# XML knows no control characters and no lone surrogates.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedItem:
    """One article in one language and currency."""

    id: str
    group_id: str
    title: str
    description: str
    link: str
    image_links: tuple[str, ...]
    is_available: bool
    price: Money
    sale_price: Money | None
    brand: str
    gtin: str
    mpn: str
    product_type: str
    weight_grams: int
    options: dict[str, str] = field(default_factory=dict)


def make_plain(text: str) -> str:
    """Return the words of clean HTML in one line."""
    return _BLANKS.sub(" ", unescape(_TAGS.sub(" ", _INLINE.sub("", text)))).strip()


def cut(text: str, name: str) -> str:
    """Return a text that is no longer than its field may be."""
    longest = LONGEST[name]
    text = clean_text(text)
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def pick_gtin(barcode: str) -> str:
    """Return a barcode that the world knows, or nothing."""
    digits = barcode.zfill(13) if len(barcode) == 12 else barcode  # noqa: PLR2004  UPC-A is EAN-13 with a zero in front
    is_restricted = len(digits) == 13 and digits.startswith(RESTRICTED_PREFIXES)  # noqa: PLR2004  EAN-13
    return barcode if is_barcode(barcode) and not is_restricted else ""


def write_google_head(*, title: str, link: str, description: str) -> str:
    """Return the feed up to its first item: RSS 2.0."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rss xmlns:g={quoteattr(NAMESPACE)} version="2.0">\n<channel>\n'
        f"<title>{escape(title)}</title>\n<link>{escape(link)}</link>\n"
        f"<description>{escape(description)}</description>\n"
    )


GOOGLE_TAIL = "</channel>\n</rss>\n"


def write_google_item(item: FeedItem) -> str:
    """Return an item; fields that say nothing are left out."""
    fields = [
        ("g:id", item.id),
        ("g:title", cut(item.title, "title")),
        ("g:description", cut(item.description, "description")),
        ("g:link", item.link),
        *zip(("g:image_link",), item.image_links, strict=False),
        *(("g:additional_image_link", link) for link in item.image_links[1 : MOST_MORE_IMAGES + 1]),
        ("g:availability", "in_stock" if item.is_available else "out_of_stock"),
        ("g:price", _write_money(item.price)),
        ("g:sale_price", _write_money(item.sale_price) if item.sale_price else ""),
        ("g:condition", "new"),
        ("g:brand", cut(item.brand, "brand")),
        ("g:gtin", item.gtin),
        ("g:mpn", "" if item.gtin else cut(item.mpn, "mpn")),
        ("g:identifier_exists", "" if item.gtin or item.brand else "no"),
        ("g:product_type", cut(item.product_type, "product_type")),
        ("g:item_group_id", item.group_id),
        ("g:shipping_weight", f"{item.weight_grams} g" if item.weight_grams else ""),
        *((f"g:{name}", cut(value, name)) for name, value in item.options.items()),
    ]
    lines = "".join(f"<{name}>{escape(_NOT_XML.sub('', text))}</{name}>\n" for name, text in fields if text)
    return f"<item>\n{lines}</item>\n"


def _write_money(money: Money) -> str:
    return f"{money.quantized().amount} {money.currency}"


def build_json_item(item: FeedItem) -> dict[str, Any]:
    """Return an item of a JSON Feed; what it costs stands in our own extension, as the standard asks."""
    answer: dict[str, Any] = {
        "id": item.id,
        "url": item.link,
        "title": cut(item.title, "title"),
        "content_text": cut(item.description, "description") or item.title,
        "_product": {
            "sku": item.mpn,
            "group": item.group_id or None,
            "price": _build_money(item.price),
            "sale_price": _build_money(item.sale_price) if item.sale_price else None,
            "available": item.is_available,
            "brand": item.brand,
            "gtin": item.gtin or None,
            "category": item.product_type,
            "weight_grams": item.weight_grams or None,
            "images": list(item.image_links),
            "options": item.options,
        },
    }
    if item.image_links:
        answer["image"] = item.image_links[0]
    return answer


def _build_money(money: Money) -> dict[str, str]:
    return {"amount": str(money.quantized().amount), "currency": money.currency}
