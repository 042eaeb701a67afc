"""What the formats share: from cells to records, with reasons and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from catalog.domain.attributes import AttributeKind
from catalog.domain.cells import is_barcode, join_parts, parse_amount, parse_count
from catalog.domain.columns import TAGS
from catalog.domain.errors import PriceInvalid
from catalog.domain.records import (
    AttributeRecord,
    CategoryStep,
    ChoiceRecord,
    NamedKey,
    ParsedProduct,
    PictureRecord,
    VariantRecord,
)
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
        product.refuse(row, str(error))
        return None
    if not before.strip():
        return currency, amount, None
    try:
        compare_at = parse_amount(before, currency)
    except PriceInvalid as error:
        product.warn(row, f"compare-at price left out: {error}")
        return currency, amount, None
    if compare_at <= amount:
        # Shopify writes 0 for none; an equal one says nothing.
        if compare_at > 0 and compare_at < amount:
            product.warn(row, f"compare-at price left out: {compare_at} is not above {amount}")
        return currency, amount, None
    return currency, amount, compare_at


def build_barcode(product: ParsedProduct, row: int, text: str) -> str:
    """Return a checked barcode, or nothing with a warning."""
    digits = text.replace(" ", "").replace("-", "").lstrip("'")
    if digits and not is_barcode(digits):
        product.warn(row, f"barcode {text} left out: its check digit or length is wrong")
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
        product.warn(row, f"stock “{text}” left out: it is not a whole number")
        return ()
    if quantity < 0:
        product.warn(row, f"stock {quantity} taken as 0")
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
        product.warn(row, f"category cut to three levels: {' > '.join(step.name for step in steps)}")
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


def build_tags(row: int, text: str) -> tuple[AttributeRecord, ...]:
    """Return the tags of a cell, parted by commas."""
    tags = build_choices(row, TAGS, text.split(","))
    return (replace(tags, name_zh_hans="标签"),) if tags else ()


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
        product.warn(row, f"name cut to {NAME_LENGTH} characters")
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
            (variant.sku.casefold(), "SKU"),
            (tuple((make_key(c.option_en), make_key(c.value_en)) for c in variant.choices), "options"),
        ]
        doubled = next(((seen[mark], what) for mark, what in marks if mark in seen), None)
        if doubled:
            product.refuse(variant.row, f"it has the same {doubled[1]} as row {doubled[0]}")
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
