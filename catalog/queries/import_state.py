"""What the database holds of the products that a file describes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Upper

from catalog.domain.records import ProductRecord
from catalog.models import OptionValue, Price, Product, ProductImage, Variant


@dataclass(kw_only=True, slots=True)
class ProductState:
    """A product with everything an import may change."""

    product: Product
    # Option key -> (English, Chinese); (option key, value key) -> (English, Chinese, swatch).
    options: dict[str, tuple[str, str]] = field(default_factory=dict)
    values: dict[tuple[str, str], tuple[str, str, str]] = field(default_factory=dict)
    variants: dict[str, Variant] = field(default_factory=dict)
    choices: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    prices: dict[int, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    images: list[ProductImage] = field(default_factory=list)


def load_states(records: Sequence[ProductRecord]) -> dict[str, ProductState]:
    """Return the known products by external key; six queries for any number of records (all of one source)."""
    if not records:
        return {}
    products = Product.objects.filter(
        source=records[0].source, external_key__in=[record.external_key for record in records]
    ).select_related("brand", "category")
    states = {product.pk: ProductState(product=product) for product in products}
    _load_options(states)
    _load_variants(states)
    for image in (
        ProductImage.objects.filter(product_id__in=states)
        .select_related("variant")
        .order_by("position", "pk")
    ):
        states[image.product_id].images.append(image)
    return {state.product.external_key: state for state in states.values()}


def _load_options(states: dict[int, ProductState]) -> None:
    rows = OptionValue.objects.filter(option__product_id__in=states).values_list(
        "option__product_id",
        "option__key",
        "option__name_en",
        "option__name_zh_hans",
        "key",
        "value_en",
        "value_zh_hans",
        "swatch",
    )
    for product_id, option_key, name_en, name_zh, key, value_en, value_zh, swatch in rows:
        states[product_id].options[option_key] = (name_en, name_zh or "")
        states[product_id].values[option_key, key] = (value_en, value_zh or "", swatch)


def _load_variants(states: dict[int, ProductState]) -> None:
    owner: dict[int, ProductState] = {}
    for variant in Variant.objects.filter(product_id__in=states).order_by("position", "pk"):
        owner[variant.pk] = states[variant.product_id]
        owner[variant.pk].variants[variant.sku.casefold()] = variant
    links: dict[int, list[tuple[str, str]]] = defaultdict(list)
    through = Variant.option_values.through.objects.filter(variant_id__in=owner)
    for variant_id, option_key, key in through.order_by(
        "optionvalue__option__position", "optionvalue__option_id"
    ).values_list("variant_id", "optionvalue__option__key", "optionvalue__key"):
        links[variant_id].append((option_key, key))
    for variant_id, pairs in links.items():
        owner[variant_id].choices[variant_id] = tuple(pairs)
    for variant_id, currency, amount, before in Price.objects.filter(variant_id__in=owner).values_list(
        "variant_id", "currency", "amount", "compare_at_amount"
    ):
        owner[variant_id].prices.setdefault(variant_id, {})[currency] = (amount, before)


def list_sku_owners(skus: Collection[str]) -> dict[str, tuple[int, str]]:
    """Return (product id, product slug) by case-folded SKU for the SKUs that exist already."""
    rows = (
        Variant.objects.annotate(upper_sku=Upper("sku"))
        .filter(upper_sku__in=[sku.upper() for sku in skus])
        .values_list("sku", "product_id", "product__slug")
    )
    return {sku.casefold(): (product_id, slug) for sku, product_id, slug in rows}


def list_taken_slugs(slugs: Collection[str]) -> set[str]:
    """Return the product slugs that begin like one of these and are in use."""
    if not slugs:
        return set()
    exact = set(Product.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    numbered = [f"{slug}-{number}" for slug in exact for number in range(2, 50)]
    return exact | set(Product.objects.filter(slug__in=numbered).values_list("slug", flat=True))
