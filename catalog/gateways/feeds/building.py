"""What the formats share: from cells to records, with reasons and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from catalog.domain.attributes import AttributeKind
from catalog.domain.cells import is_barcode, join_parts, parse_amount, parse_count
from catalog.domain.errors import PriceInvalid
from catalog.domain.reasons import Reason
from catalog.domain.records import (
    AttributeRecord,
    CategoryStep,
    ChoiceRecord,
    NamedKey,
    ParsedProduct,
    PictureRecord,
    VariantRecord,
)
from catalog.domain.tags import LONGEST_TAG, MOST_TAGS, tidy_tags
from catalog.domain.words import make_key

NAME_LENGTH = 200
SKU_LENGTH = 120
VALUE_LENGTH = 120
OPTION_LENGTH = 80
BRAND_LENGTH = 120
ALT_LENGTH = 200
CATEGORY_LENGTH = 120
KEY_NAME_LENGTH = 80
ATTRIBUTE_LENGTH = 400
MAX_CATEGORY_DEPTH = 3
MOST_VARIANTS = 2000
SEO_TITLE_LENGTH = 120
SEO_DESCRIPTION_LENGTH = 320


def build_price(
    product: ParsedProduct, row: int, *, currency: str, now: str, before: str
) -> tuple[str, Decimal, Decimal | None] | None:
    """Return (currency, amount, compare-at); refuses the row and returns None when the price cannot be right."""
    try:
        amount = parse_amount(now, currency)
    except PriceInvalid as error:
        product.refuse(row, error.reason)
        return None
    if not before.strip():
        return currency, amount, None
    try:
        compare_at = parse_amount(before, currency)
    except PriceInvalid as error:
        product.warn(row, Reason("compare_at_left_out", reason=error.reason))
        return currency, amount, None
    if compare_at <= amount:
        # Shopify writes 0 for none; an equal one says nothing.
        if compare_at > 0 and compare_at < amount:
            product.warn(row, Reason("compare_at_not_above", before=str(compare_at), amount=str(amount)))
        return currency, amount, None
    return currency, amount, compare_at


def build_barcode(product: ParsedProduct, row: int, text: str) -> str:
    """Return a checked barcode, or nothing with a warning."""
    digits = text.replace(" ", "").replace("-", "").lstrip("'")
    if digits and not is_barcode(digits):
        product.warn(row, Reason("barcode_wrong", text=text))
        return ""
    return digits


def build_stock(
    product: ParsedProduct, row: int, text: str, *, warehouse: str = ""
) -> tuple[tuple[str, int], ...]:
    """Return the declared stock; an empty cell declares nothing."""
    if not text.strip():
        return ()
    quantity = parse_count(text)
    if quantity is None:
        product.warn(row, Reason("stock_unreadable", text=text))
        return ()
    if quantity < 0:
        product.warn(row, Reason("stock_below_zero", quantity=quantity))
    return ((warehouse, max(quantity, 0)),)


def build_steps(
    product: ParsedProduct, row: int, levels: Iterable[str | CategoryStep]
) -> tuple[CategoryStep, ...]:
    """Return a category path of at most three levels: what stands deeper stands on the third."""
    named = [
        level if isinstance(level, CategoryStep) else CategoryStep(slug=make_key(level), name=level.strip())
        for level in levels
    ]
    steps = [replace(step, name=step.name[:CATEGORY_LENGTH]) for step in named if step.slug]
    if len(steps) > MAX_CATEGORY_DEPTH:
        product.warn(row, Reason("category_cut", path=" > ".join(step.name for step in steps)))
    return tuple(steps[:MAX_CATEGORY_DEPTH])


def build_brand(text: str) -> NamedKey | None:
    """Return the brand of a cell that holds its name."""
    name = text.strip()[:BRAND_LENGTH]
    return NamedKey(key=make_key(name, length=BRAND_LENGTH), name_en=name) if make_key(name) else None


def build_type(text: str) -> NamedKey | None:
    """Return the product type of a cell that holds its name."""
    name = text.strip()[:KEY_NAME_LENGTH]
    return NamedKey(key=make_key(name, length=60), name_en=name) if make_key(name) else None


def build_attribute(row: int, name: str, cell: str) -> AttributeRecord | None:
    """Return a text that a foreign file states under a name of its own."""
    key = make_key(name, length=60)
    if not key or not cell.strip():
        return None
    # The bar parts languages in our cells.
    text = cell.strip()[:ATTRIBUTE_LENGTH].replace("\\", "\\\\").replace("|", "\\|")
    return AttributeRecord(
        row=row, key=key, cell=text, name_en=name.strip().replace("_", " ").capitalize()[:80]
    )


def build_choices(
    row: int, name: str, values: Iterable[str], *, is_multiple: bool = True
) -> AttributeRecord | None:
    """Return the choices that a foreign file states under a name of its own."""
    key = make_key(name, length=60)
    found = [join_parts([value.strip().replace(";", ",")]) for value in values if make_key(value)]
    if not key or not found:
        return None
    return AttributeRecord(
        row=row,
        key=key,
        cell=";".join(dict.fromkeys(found)),
        kind=AttributeKind.CHOICE,
        is_multiple=is_multiple,
        name_en=name.strip().replace("_", " ").capitalize()[:80],
    )


def build_tags(product: ParsedProduct, row: int, texts: Iterable[str]) -> tuple[str, ...] | None:
    """Return the tags of a cell, tidied; None when there are none."""
    tags, left_out = tidy_tags(texts)
    for tag in left_out:
        product.warn(row, Reason("tag_left_out", tag=tag[:80], most=MOST_TAGS, length=LONGEST_TAG))
    return tuple(tags) or None


def keep_attributes(attributes: Iterable[AttributeRecord | None]) -> tuple[AttributeRecord, ...]:
    """Return each attribute once."""
    found: dict[str, AttributeRecord] = {}
    for attribute in attributes:
        if attribute:
            found.setdefault(attribute.key, attribute)
    return tuple(found.values())


def build_name(product: ParsedProduct, row: int, text: str) -> str:
    """Return a product's name in one line, cut with a warning when it is too long."""
    name = " ".join(text.split())
    if len(name) > NAME_LENGTH:
        product.warn(row, Reason("name_cut", most=NAME_LENGTH))
    return name[:NAME_LENGTH]


def derive_sku(handle: str, choices: Sequence[ChoiceRecord]) -> str:
    """Return a SKU that stays the same for the same product and options, for files that carry none."""
    parts = [make_key(handle), *(make_key(choice.value_en) for choice in choices)]
    return "-".join(part for part in parts if part)[:SKU_LENGTH]


def keep_distinct(product: ParsedProduct, variants: Iterable[VariantRecord]) -> tuple[VariantRecord, ...]:
    """Refuse variants whose SKU or options another row of the product already has."""
    kept: list[VariantRecord] = []
    seen: dict[object, int] = {}
    for variant in variants:
        marks: list[tuple[object, str]] = [
            (variant.sku.casefold(), "sku_same"),
            (tuple((make_key(c.option_en), make_key(c.value_en)) for c in variant.choices), "options_same"),
        ]
        doubled = next((Reason(code, row=seen[mark]) for mark, code in marks if mark in seen), None)
        if doubled:
            product.refuse(variant.row, doubled)
            continue
        seen.update({mark: variant.row for mark, _ in marks})
        kept.append(variant)
    return tuple(kept)


def keep_pictures(pictures: Iterable[PictureRecord]) -> tuple[PictureRecord, ...]:
    """Return each picture once, in order."""
    found: dict[tuple[str, str], PictureRecord] = {}
    for picture in pictures:
        if picture.name:
            found.setdefault((picture.name, picture.sku), picture)
    return tuple(found.values())
