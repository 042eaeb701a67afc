"""Saleor's data as a Django fixture (JSON, packed or not): rows of many models that point to each other."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.domain.cells import clean_html, clean_text, parse_grams
from catalog.domain.reasons import Reason
from catalog.domain.records import (
    AttributeRecord,
    CategoryStep,
    ChoiceRecord,
    NamedKey,
    ParsedProduct,
    PictureRecord,
    ProductRecord,
    VariantRecord,
)
from catalog.domain.words import make_key
from catalog.gateways.feeds import building
from catalog.gateways.feeds.documents import load_json
from catalog.gateways.feeds.reading import Progress

SOURCE = "saleor"
BRAND = "brand"
# Saleor adds a random tail to the names of uploaded files: mug_5f6863c3.png.
_TAIL = re.compile(r"_[0-9a-f]{8}(?=\.\w+$)")
_LIST_TAGS = {"ordered": "ol", "unordered": "ul"}
Fields = Mapping[str, Any]


def fits(content: object) -> bool:
    """Return whether a JSON document is a fixture with products of Saleor's."""
    return (
        isinstance(content, list)
        and bool(content)
        and all(isinstance(one, dict) and "model" in one for one in content[:50])
        and any(one.get("model") == "product.product" for one in content)
    )


class _Fixture:
    """The rows by model and key, and by what they point to."""

    def __init__(self, content: list[dict[str, Any]]) -> None:
        self.by_model: dict[str, dict[Any, Fields]] = defaultdict(dict)
        for one in content:
            if isinstance(one.get("fields"), dict):
                self.by_model[str(one["model"])][one.get("pk")] = one["fields"]
        self.pointers: dict[tuple[str, str], dict[Any, list[tuple[Any, Fields]]]] = {}

    def get(self, model: str, key: Any) -> Fields:
        """Return a row, an empty one when it is not there."""
        return self.by_model[model].get(key, {})

    def list_rows(self, model: str, field: str, key: Any) -> list[tuple[Any, Fields]]:
        """Return the rows that point to a key by a field, in their order."""
        if (model, field) not in self.pointers:
            found: dict[Any, list[tuple[Any, Fields]]] = defaultdict(list)
            for pk, fields in self.by_model[model].items():
                found[fields.get(field)].append((pk, fields))
            for rows in found.values():
                rows.sort(key=lambda row: row[1].get("sort_order") or 0)
            self.pointers[model, field] = found
        return self.pointers[model, field].get(key, [])


def read(path: Path, *, currency: str, progress: Progress) -> Iterator[ParsedProduct]:
    """Yield the products; a row's number is its place among the products and variants. Prices name their currency."""
    content = load_json(path)
    fixture = _Fixture(content if isinstance(content, list) else [])
    products = fixture.by_model["product.product"]
    number = 0
    for done, (pk, fields) in enumerate(products.items(), start=1):
        variants = fixture.list_rows("product.productvariant", "product", pk)
        parsed = ParsedProduct(
            key=str(fields.get("slug") or pk),
            rows=list(range(number + 1, number + 1 + max(len(variants), 1))),
        )
        number = parsed.rows[-1]
        _read_product(parsed, fixture, pk, fields)
        progress(done, len(products))
        yield parsed


def _read_product(parsed: ParsedProduct, fixture: _Fixture, pk: Any, fields: Fields) -> None:
    first = parsed.rows[0]
    kind = fixture.get("product.producttype", fields.get("product_type"))
    if kind.get("kind") == "gift_card":
        return parsed.refuse_all(Reason("gift_card"))
    if not str(fields.get("name") or "").strip():
        return parsed.refuse_all(Reason("name_missing"))
    rows = fixture.list_rows("product.productvariant", "product", pk)
    variants = [
        _read_variant(parsed, fixture, number, variant, product=fields, is_only=len(rows) == 1)
        for number, variant in zip(parsed.rows, rows, strict=False)
    ]
    kept = building.keep_distinct(parsed, [variant for variant in variants if variant])
    if not kept:
        return parsed.refuse_all(Reason("variants_none"))
    attributes = _read_attributes(fixture, first, fixture.list_rows(_PRODUCT_VALUES, "product", pk))
    brand = attributes.pop(BRAND, None)
    channels = fixture.list_rows("product.productchannellisting", "product", pk)
    parsed.record = ProductRecord(
        source=SOURCE,
        external_key=parsed.key,
        handle=parsed.key,
        name_en=building.build_name(parsed, first, clean_text(str(fields["name"]))),
        description_en=_write_html(fields.get("description")),
        seo_title_en=clean_text(fields.get("seo_title") or "")[: building.SEO_TITLE_LENGTH],
        seo_description_en=clean_text(fields.get("seo_description") or "")[: building.SEO_DESCRIPTION_LENGTH],
        brand=building.build_brand(brand.cell) if brand else None,
        categories=building.build_steps(parsed, first, _list_steps(fixture, fields.get("category"))),
        product_type=_read_type(kind),
        attributes=tuple(attributes.values()),
        collections=tuple(_list_collections(fixture, pk)),
        is_published=any(channel.get("is_published") for _pk, channel in channels),
        variants=kept,
        pictures=building.keep_pictures(_list_pictures(fixture, pk, first)),
    )
    return None


_PRODUCT_VALUES = "attribute.assignedproductattributevalue"


def _read_type(kind: Fields) -> NamedKey | None:
    name = clean_text(str(kind.get("name") or ""))
    key = make_key(str(kind.get("slug") or name), length=60)
    return NamedKey(key=key, name_en=(name or key)[:80]) if key else None


def _list_steps(fixture: _Fixture, key: Any) -> list[CategoryStep]:
    steps: list[CategoryStep] = []
    seen: set[Any] = set()
    while key is not None and key not in seen:
        seen.add(key)
        category = fixture.get("product.category", key)
        name = clean_text(str(category.get("name") or ""))
        steps.insert(0, CategoryStep(slug=make_key(name), name=name))
        key = category.get("parent")
    return steps


def _list_collections(fixture: _Fixture, pk: Any) -> Iterator[NamedKey]:
    for _pk, link in fixture.list_rows("product.collectionproduct", "product", pk):
        collection = fixture.get("product.collection", link.get("collection"))
        key = make_key(str(collection.get("slug") or ""))
        if key:
            yield NamedKey(key=key, name_en=clean_text(str(collection.get("name") or key))[:120])


def _read_attributes(
    fixture: _Fixture, row: int, assigned: list[tuple[Any, Fields]]
) -> dict[str, AttributeRecord]:
    """Return the attributes by key: all values are names of choices, whatever widget they were chosen with."""
    values: dict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for _pk, link in assigned:
        value = fixture.get("attribute.attributevalue", link.get("value"))
        attribute = fixture.get("attribute.attribute", value.get("attribute"))
        key = make_key(str(attribute.get("slug") or ""), length=60)
        if key and value.get("name"):
            names[key] = str(attribute.get("name") or key)
            values[key].append(clean_text(str(value["name"])))
    records = {key: building.build_choices(row, names[key], found) for key, found in values.items()}
    return {key: record for key, record in records.items() if record}


def _read_variant(
    parsed: ParsedProduct,
    fixture: _Fixture,
    number: int,
    row: tuple[Any, Fields],
    *,
    product: Fields,
    is_only: bool,
) -> VariantRecord | None:
    pk, fields = row
    kind = fixture.get("product.producttype", product.get("product_type"))
    prices = _read_prices(parsed, fixture, number, pk)
    if not prices:
        parsed.refuse(number, Reason("price_nowhere"))
        return None
    choices = _read_choices(fixture, pk)
    if not choices and not is_only:
        choices = (
            ChoiceRecord(option_en="Variant", value_en=clean_text(str(fields.get("name") or pk))[:120]),
        )
    weight = next(
        (each for each in (fields.get("weight"), product.get("weight"), kind.get("weight")) if each), ""
    )
    quantity = sum(
        int(stock.get("quantity") or 0)
        for _pk, stock in fixture.list_rows("warehouse.stock", "product_variant", pk)
    )
    is_counted = bool(fields.get("track_inventory", True))
    return VariantRecord(
        row=number,
        sku=clean_text(str(fields.get("sku") or ""))[: building.SKU_LENGTH] or f"saleor-{pk}",
        weight_grams=_read_weight(parsed, number, weight),
        requires_shipping=bool(kind.get("is_shipping_required", True)),
        choices=choices,
        prices=prices,
        stock=(("", quantity),) if is_counted else (),
        is_uncounted=not is_counted,
    )


def _read_weight(parsed: ParsedProduct, row: int, weight: object) -> int:
    amount, _colon, unit = str(weight or "0:g").partition(":")
    grams = parse_grams(amount, unit or "kg")
    if grams is None:
        parsed.warn(row, Reason("weight_unreadable", text=str(weight)))
    return grams or 0


def _read_prices(
    parsed: ParsedProduct, fixture: _Fixture, row: int, pk: Any
) -> tuple[tuple[str, Decimal, Decimal | None], ...]:
    """Return one price per currency; several channels of one currency take the first."""
    found: dict[str, tuple[str, Decimal, Decimal | None]] = {}
    for _pk, channel in fixture.list_rows("product.productvariantchannellisting", "variant", pk):
        code, amount = str(channel.get("currency") or ""), channel.get("price_amount")
        if amount is None or code in found:
            continue
        if code not in settings.CURRENCIES:
            parsed.warn(row, Reason("currency_left_out", currency=code))
            continue
        full = Decimal(str(amount))
        reduced = Decimal(str(channel.get("discounted_price_amount") or full))
        price = building.build_price(
            parsed,
            row,
            currency=code,
            now=f"{min(full, reduced):f}",
            before=f"{full:f}" if reduced < full else "",
        )
        if price:
            found[code] = price
    return tuple(found.values())


def _read_choices(fixture: _Fixture, pk: Any) -> tuple[ChoiceRecord, ...]:
    found = []
    for key, assignment in fixture.list_rows("attribute.assignedvariantattribute", "variant", pk):
        link = fixture.get("attribute.attributevariant", assignment.get("assignment"))
        attribute = fixture.get("attribute.attribute", link.get("attribute"))
        for _pk, assigned in fixture.list_rows("attribute.assignedvariantattributevalue", "assignment", key)[
            :1
        ]:
            value = fixture.get("attribute.attributevalue", assigned.get("value"))
            option, name = (clean_text(str(each.get("name") or "")) for each in (attribute, value))
            if make_key(option) and make_key(name):
                found.append(
                    ChoiceRecord(
                        option_en=option[: building.OPTION_LENGTH], value_en=name[: building.VALUE_LENGTH]
                    )
                )
    return tuple(found)


def _list_pictures(fixture: _Fixture, pk: Any, row: int) -> Iterator[PictureRecord]:
    for _pk, media in fixture.list_rows("product.productmedia", "product", pk):
        name = str(media.get("image") or media.get("external_url") or "")
        plain = _TAIL.sub("", name.rpartition("/")[2])
        yield PictureRecord(
            row=row,
            name=name,
            alt_en=clean_text(str(media.get("alt") or ""))[: building.ALT_LENGTH],
            also_named=(plain, f"saleor-{plain}"),
        )


def _write_html(description: object) -> str:
    """Return the blocks of Saleor's editor as HTML."""
    if isinstance(description, str):
        try:
            description = json.loads(description)
        except ValueError:
            return clean_html(str(description))
    blocks = description.get("blocks", []) if isinstance(description, dict) else []
    return clean_html("".join(_write_block(block) for block in blocks if isinstance(block, dict)))


def _write_block(block: Fields) -> str:
    found = block.get("data")
    content: Fields = found if isinstance(found, dict) else {}
    if block.get("type") == "list":
        tag = _LIST_TAGS.get(str(content.get("style")), "ul")
        items = "".join(f"<li>{item}</li>" for item in content.get("items", []) if isinstance(item, str))
        return f"<{tag}>{items}</{tag}>"
    tag = {"header": "h3", "quote": "blockquote"}.get(str(block.get("type")), "p")
    text = content.get("text")
    return f"<{tag}>{text if isinstance(text, str) else escape(str(text or ''))}</{tag}>"
