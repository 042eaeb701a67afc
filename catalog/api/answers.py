"""The catalogue's answers, built without serializers: lists are asked for often, and their shape is fixed.

The serializers beside this module describe the same shape; tests/catalog/api holds the two together.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from catalog.domain.media import ImageView
from catalog.queries.cards import ProductCard
from catalog.queries.categories import CategoryNode
from catalog.queries.product_pages import ProductPage, VariantView
from shop.kernel.money import Money

Answer = dict[str, Any]


def build_absolute_url(url: str) -> str:
    """Return an address with the shop's own host."""
    return url if url.startswith(("http://", "https://")) else f"{settings.SITE_URL}{url}"


def answer_card(card: ProductCard) -> Answer:
    """A product in a list."""
    return {
        "slug": card.slug,
        "name": card.name,
        "url": build_absolute_url(card.url),
        "image": answer_image(card.image),
        "price": answer_money(card.price),
        "compare_at_price": answer_money(card.compare_at),
        "in_stock": card.in_stock,
        "rating": None,
    }


def answer_product(page: ProductPage, language: str) -> Answer:
    """A product with its variants."""
    images = [slide.image for slide in page.slides]
    return {
        "slug": page.slug,
        "name": page.name,
        "url": build_absolute_url(page.url),
        "description": page.description,
        "brand": page.brand,
        "tags": list(page.tags),
        "image": answer_image(images[0] if images else None),
        "price": answer_money(page.chosen.price),
        "compare_at_price": answer_money(page.chosen.compare_at),
        "in_stock": any(variant.is_available for variant in page.variants),
        "rating": None,
        "category_path": [
            {"name": crumb.name, "url": build_absolute_url(crumb.url)} for crumb in page.crumbs[1:]
        ],
        "media": [answer_image(image) for image in images],
        "variants": [_answer_variant(variant, language) for variant in page.variants],
    }


def answer_category(node: CategoryNode, *, levels: int = 3) -> Answer:
    """A category with the ones below it; those of the last level have no children."""
    answer: Answer = {
        "slug": node.slug,
        "path": node.path,
        "name": node.name,
        "url": build_absolute_url(node.url),
    }
    if levels > 1:
        answer["children"] = [answer_category(child, levels=levels - 1) for child in node.children]
    return answer


def answer_image(image: ImageView | None) -> Answer | None:
    """A picture."""
    if image is None:
        return None
    return {
        "url": build_absolute_url(image.url),
        "large_url": build_absolute_url(image.large_url),
        "alt": image.alt,
        "width": image.width,
        "height": image.height,
    }


def answer_money(price: Money | None) -> Answer | None:
    """An amount as text, with the currency's own decimals."""
    return None if price is None else {"amount": str(price.quantized().amount), "currency": price.currency}


def _answer_variant(variant: VariantView, language: str) -> Answer:
    pairs = [choice.to_pair(language) for choice in variant.choices]
    return {
        "sku": variant.sku,
        "name": variant.name,
        "options": [{"name": name, "value": value} for name, value in pairs],
        "price": answer_money(variant.price),
        "compare_at_price": answer_money(variant.compare_at),
        "in_stock": variant.is_available,
        "available_quantity": min(variant.available_quantity, settings.API_AVAILABLE_QUANTITY_CAP),
    }
