"""What the listing read model is made of: products with everything a card shows, in six queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from catalog.domain.media import ImageCard
from catalog.domain.pricing.selection import BasePrice, find_honest_compare_at
from catalog.models import Price, Product, Variant
from catalog.queries.attributes import Statements, list_statements
from catalog.queries.images import list_image_cards
from catalog.queries.offers import OptionChoice, list_option_choices

_PRODUCT_FIELDS = (
    "id",
    "slug",
    "name_en",
    "name_zh_hans",
    "description_en",
    "description_zh_hans",
    "status",
    "is_featured",
    "published_at",
    "tags",
    "brand__slug",
    "brand__name",
    "category__path",
    "category__name_en",
    "category__name_zh_hans",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantSource:
    """An active variant and its prices by currency as (amount, compare-at amount)."""

    sku: str
    available_quantity: int
    choices: list[OptionChoice]
    prices: dict[str, tuple[Decimal, Decimal | None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingSource:
    """A product with its active variants and its first picture."""

    product: dict[str, Any]
    variants: list[VariantSource] = field(default_factory=list)
    image: ImageCard | None = None
    stated: Statements = field(default_factory=Statements)


def list_listing_sources(product_ids: Collection[int]) -> list[ListingSource]:
    """Return the sources of these products; six queries for any number."""
    products = Product.objects.filter(pk__in=product_ids).order_by("pk").values(*_PRODUCT_FIELDS)
    rows = list(
        Variant.objects.filter(product_id__in=product_ids, is_active=True)
        .order_by("position", "pk")
        .values_list("id", "product_id", "sku", "available_quantity")
    )
    ids = [row[0] for row in rows]
    choices, prices = list_option_choices(ids), _list_prices(ids)
    variants: dict[int, list[VariantSource]] = defaultdict(list)
    for pk, product_id, sku, available in rows:
        variants[product_id].append(
            VariantSource(sku=sku, available_quantity=available, choices=choices[pk], prices=prices[pk])
        )
    images = list_image_cards(product_ids)
    stated = list_statements(product_ids)
    return [
        ListingSource(
            product=product,
            variants=variants[product["id"]],
            image=next((card for _, card in images.get(product["id"], [])), None),
            stated=stated.get(product["id"], Statements()),
        )
        for product in products
    ]


def _list_prices(variant_ids: list[int]) -> dict[int, dict[str, tuple[Decimal, Decimal | None]]]:
    found: dict[int, dict[str, tuple[Decimal, Decimal | None]]] = defaultdict(dict)
    rows = Price.objects.filter(variant_id__in=variant_ids)
    for variant_id, currency, amount, before, lowest in rows.values_list(
        "variant_id", "currency", "amount", "compare_at_amount", "lowest_before_amount"
    ):
        price = BasePrice(amount=amount, compare_at=before, lowest_before=lowest)
        found[variant_id][currency] = (amount, find_honest_compare_at(price))
    return found
