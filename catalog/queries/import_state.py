"""What the database holds of the products that a file describes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Collection_
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper

from catalog.domain.attributes import AttributeKind
from catalog.domain.records import ProductRecord
from catalog.models import (
    Attribute,
    AttributeChoice,
    AttributeValue,
    Collection,
    CollectionProduct,
    ListingPolicy,
    OptionValue,
    Price,
    Product,
    ProductDocument,
    ProductImage,
    Variant,
)

# What a product states of one attribute: the choice's key, number, flag, day, English and Chinese text.
Stated = frozenset[tuple[Any, ...]]
OWN = "own"


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
    attributes: dict[str, Stated] = field(default_factory=dict)
    # Slugs of the collections that it was put into by hand.
    collections: set[str] = field(default_factory=set)
    documents: dict[str, ProductDocument] = field(default_factory=dict)
    # A draft because it scores below the mark for publishing, not because somebody wants it so.
    is_held_back: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeState:
    """An attribute of the shop, with the keys of its choices by key and by folded English word."""

    kind: AttributeKind
    is_multiple: bool
    choices: dict[str, str]


def load_states(records: Sequence[ProductRecord]) -> dict[str, ProductState]:
    """Return the known products by external key; nine queries for any number of records (all of one source).

    Our own format names a product by its address, so that what was exported finds its product again whatever its source;
    an address that is not there is looked up among the handles that products came in with.
    """
    if not records:
        return {}
    keys = [record.external_key for record in records]
    states = {
        product.pk: ProductState(product=product) for product in _find_products(records[0].source, keys)
    }
    _load_options(states)
    _load_variants(states)
    _load_facts(states)
    _note_held_back(states)
    for image in (
        ProductImage.objects.filter(product_id__in=states)
        .select_related("variant")
        .order_by("position", "pk")
    ):
        states[image.product_id].images.append(image)
    return _match_states(states, records[0].source, keys)


def _find_products(source: str, keys: Sequence[str]) -> QuerySet[Product]:
    wanted = Q(source=source, external_key__in=keys)
    if source == OWN:
        wanted |= Q(slug__in=keys)
    return Product.objects.filter(wanted).select_related("brand", "category", "product_type")


def _match_states(
    states: dict[int, ProductState], source: str, keys: Sequence[str]
) -> dict[str, ProductState]:
    found = {state.product.external_key: state for state in states.values() if state.product.source == source}
    if source == OWN:
        found |= {state.product.slug: state for state in states.values()}
    return {key: found[key] for key in keys if key in found}


def _load_facts(states: dict[int, ProductState]) -> None:
    values: dict[tuple[int, str], set[tuple[Any, ...]]] = defaultdict(set)
    for product_id, key, *parts in AttributeValue.objects.filter(product_id__in=states).values_list(
        "product_id", "attribute__key", "choice__key", "number", "flag", "day", "text_en", "text_zh_hans"
    ):
        values[product_id, key].add(tuple(part if part is not None else "" for part in parts))
    for (product_id, key), stated in values.items():
        states[product_id].attributes[key] = frozenset(stated)
    members = CollectionProduct.objects.filter(product_id__in=states, collection__kind=Collection.Kind.MANUAL)
    for product_id, slug in members.values_list("product_id", "collection__slug"):
        states[product_id].collections.add(slug)
    for document in ProductDocument.objects.filter(product_id__in=states).order_by("position", "pk"):
        name = (document.file.name or "").rpartition("/")[2]
        states[document.product_id].documents[name] = document


def _note_held_back(states: dict[int, ProductState]) -> None:
    drafts = [state for state in states.values() if state.product.status == Product.Status.DRAFT]
    scored = [state for state in drafts if state.product.quality_score is not None]
    mark = ListingPolicy.objects.values_list("lowest_score", flat=True).first() if scored else 0
    for state in scored:
        state.is_held_back = (state.product.quality_score or 0) < (mark or 0)


def load_attributes(keys: Collection_[str]) -> dict[str, AttributeState]:
    """Return the shop's attributes of these keys with their choices; two queries."""
    choices: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Attribute.objects.filter(key__in=keys)
    for attribute_id, key, value in AttributeChoice.objects.filter(attribute__in=rows).values_list(
        "attribute_id", "key", "value_en"
    ):
        choices[attribute_id].setdefault((value or "").casefold(), key)
        choices[attribute_id][key] = key
    return {
        row.key: AttributeState(
            kind=AttributeKind(row.kind), is_multiple=row.is_multiple, choices=choices[row.pk]
        )
        for row in rows
    }


def list_rule_collections(slugs: Collection_[str]) -> set[str]:
    """Return those of the collections that a rule fills."""
    rows = Collection.objects.filter(slug__in=slugs, kind=Collection.Kind.RULE)
    return set(rows.values_list("slug", flat=True))


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


def list_sku_owners(skus: Collection_[str]) -> dict[str, tuple[int, str]]:
    """Return (product id, product slug) by case-folded SKU for the SKUs that exist already."""
    rows = (
        Variant.objects.annotate(upper_sku=Upper("sku"))
        .filter(upper_sku__in=[sku.upper() for sku in skus])
        .values_list("sku", "product_id", "product__slug")
    )
    return {sku.casefold(): (product_id, slug) for sku, product_id, slug in rows}


def list_taken_slugs(slugs: Collection_[str]) -> set[str]:
    """Return the product slugs that begin like one of these and are in use."""
    if not slugs:
        return set()
    exact = set(Product.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    numbered = [f"{slug}-{number}" for slug in exact for number in range(2, 50)]
    return exact | set(Product.objects.filter(slug__in=numbered).values_list("slug", flat=True))


def base_name(address: str) -> str:
    """Return the last part of an address or file name, without its query."""
    return address.partition("?")[0].rstrip("/").rpartition("/")[2]


def name_image(image: ProductImage) -> str:
    """Return the name that a file calls a picture by: the one it came in with, else that of its stored file."""
    return image.source_name or base_name(image.original.name or "")
