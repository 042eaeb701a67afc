"""Products as partners' programs send them: the same records as from files, a row per variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.domain.cells import clean_html, clean_text, split_words
from catalog.domain.columns import read_named
from catalog.domain.reasons import Reason
from catalog.domain.records import CategoryStep, ChoiceRecord, ParsedProduct, ProductRecord, VariantRecord
from catalog.domain.words import make_key
from catalog.gateways.feeds import building

SOURCE = "own"
Payload = Mapping[str, Any]


def parse_payload(payload: Sequence[Payload]) -> tuple[list[ParsedProduct], dict[int, str]]:
    """Return the products, and the SKU of each row; rows count all variants from 1."""
    products: list[ParsedProduct] = []
    skus: dict[int, str] = {}
    seen: set[str] = set()
    for given in payload:
        first = len(skus) + 1
        for variant in given["variants"]:
            skus[len(skus) + 1] = variant["sku"]
        product = ParsedProduct(key=given["handle"], rows=list(range(first, len(skus) + 1)))
        products.append(product)
        if product.key in seen:
            product.refuse_all(Reason("handle_before"))
        elif not make_key(product.key):
            product.refuse_all(Reason("handle_empty"))
        else:
            _read_product(product, given)
        seen.add(product.key)
    return products, skus


def _read_product(product: ParsedProduct, given: Payload) -> None:
    is_published = bool(given.get("is_published", True))
    variants = [
        _read_variant(product, row, each, is_published=is_published)
        for row, each in zip(product.rows, given["variants"], strict=True)
    ]
    kept = building.keep_distinct(product, [variant for variant in variants if variant])
    if not kept:
        return product.refuse_all(Reason("variants_unwritten"))
    product.record = ProductRecord(
        source=SOURCE,
        external_key=product.key,
        handle=product.key,
        name_en=building.build_name(product, product.rows[0], clean_text(given["name_en"])),
        name_zh_hans=building.build_name(product, product.rows[0], clean_text(given.get("name_zh", ""))),
        description_en=clean_html(given.get("description_en", "")),
        description_zh_hans=clean_html(given.get("description_zh", "")),
        brand=read_named(given.get("brand", ""), length=building.BRAND_LENGTH),
        categories=building.build_steps(product, product.rows[0], _list_steps(given.get("category", ""))),
        product_type=read_named(given.get("product_type", "")),
        tags=_read_tags(product, given),
        is_published=is_published,
        variants=kept,
    )
    return None


def _read_tags(product: ParsedProduct, given: Payload) -> tuple[str, ...] | None:
    """An empty list takes all away; one that is not given leaves them."""
    if "tags" not in given:
        return None
    return building.build_tags(product, product.rows[0], given["tags"]) or ()


def _list_steps(path: str) -> list[CategoryStep]:
    return [
        CategoryStep(slug=make_key(part), name=part.replace("-", " ").capitalize())
        for part in path.strip("/").split("/")
    ]


def _read_variant(
    product: ParsedProduct, row: int, given: Payload, *, is_published: bool
) -> VariantRecord | None:
    prices = [
        building.build_price(
            product,
            row,
            currency=price["currency"],
            now=price["amount"],
            before=price.get("compare_at_amount", ""),
        )
        for price in given.get("prices", ())
    ]
    is_active = bool(given.get("is_active", True))
    if not prices and is_active and is_published:
        product.refuse(row, Reason("price_missing"))
    if row in product.refused:
        return None
    return VariantRecord(
        row=row,
        sku=clean_text(given["sku"]),
        barcode=building.build_barcode(product, row, given.get("barcode", "")),
        weight_grams=int(given.get("weight_grams", 0)),
        requires_shipping=bool(given.get("requires_shipping", True)),
        is_active=is_active,
        choices=tuple(
            _read_choice(option) for option in given.get("options", ()) if make_key(option["value"])
        ),
        prices=tuple(price for price in prices if price),
    )


def _read_choice(option: Payload) -> ChoiceRecord:
    option_en, option_zh = split_words(clean_text(option["name"]))
    value_en, value_zh = split_words(clean_text(option["value"]))
    return ChoiceRecord(
        option_en=option_en[: building.OPTION_LENGTH],
        option_zh_hans=option_zh[: building.OPTION_LENGTH],
        value_en=value_en[: building.VALUE_LENGTH],
        value_zh_hans=value_zh[: building.VALUE_LENGTH],
    )
