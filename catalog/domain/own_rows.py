"""Products as rows of our own format: what the reader of that format takes back unchanged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from catalog.domain.attributes import CHOSEN_KINDS, AttributeKind, StatedValue, write_number
from catalog.domain.cells import join_parts, join_words, write_instant
from catalog.domain.columns import (
    COMPARE_AT,
    OPTION_COUNT,
    PRICE,
    PRODUCT_COLUMNS,
    VARIANT_COLUMNS,
    AttributeColumn,
    write_named,
)

YES, NO = "1", "0"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedOption:
    """A variant's value of one option, in both languages."""

    name_en: str
    name_zh_hans: str
    value_en: str
    value_zh_hans: str
    swatch: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedPicture:
    """A picture by the name that files call it by."""

    name: str
    alt_en: str
    alt_zh_hans: str


@dataclass(kw_only=True, slots=True)
class ExportedVariant:
    """A variant with all that files carry."""

    sku: str
    barcode: str
    weight_grams: int
    requires_shipping: bool
    is_active: bool
    options: list[ExportedOption] = field(default_factory=list)
    prices: dict[str, tuple[Decimal, Decimal | None]] = field(default_factory=dict)
    stock: Sequence[tuple[str, int]] = ()
    pictures: list[ExportedPicture] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class ExportedProduct:
    """A product with all that files carry; `words` are plain cells by column."""

    words: dict[str, str]
    flags: dict[str, bool]
    instants: dict[str, datetime | None]
    warranty_months: int | None
    brand: tuple[str, str] | None = None
    product_type: tuple[str, str, str] | None = None
    # (English, Chinese) of each level of the category.
    category_names: Sequence[tuple[str, str]] = ()
    collections: list[tuple[str, str, str]] = field(default_factory=list)
    tags: Sequence[str] = ()
    # (kind, file name, English title, Chinese title)
    documents: list[tuple[str, str, str, str]] = field(default_factory=list)
    attributes: dict[str, list[StatedValue]] = field(default_factory=dict)
    pictures: list[ExportedPicture] = field(default_factory=list)
    variants: list[ExportedVariant] = field(default_factory=list)


def list_columns(currencies: Collection[str], attributes: Collection[AttributeColumn]) -> list[str]:
    """Return the header: fixed columns, a pair per currency, one per attribute."""
    prices = [
        f"{prefix}{currency.lower()}" for currency in sorted(currencies) for prefix in (PRICE, COMPARE_AT)
    ]
    return [*PRODUCT_COLUMNS, *(column.title for column in attributes), *VARIANT_COLUMNS, *prices]


def build_rows(
    product: ExportedProduct, attributes: Collection[AttributeColumn]
) -> Iterator[Mapping[str, str]]:
    """Yield a row per variant, cells by column; the first one holds the product. Empty cells are left out."""
    for number, variant in enumerate(product.variants):
        row = {"handle": product.words["handle"], **_write_variant(variant)}
        if number == 0:
            row |= _write_product(product, attributes)
        yield {column: cell for column, cell in row.items() if cell}


def _write_product(product: ExportedProduct, attributes: Collection[AttributeColumn]) -> dict[str, str]:
    row = dict(product.words)
    row |= {name: YES if flag else NO for name, flag in product.flags.items()}
    row |= {name: write_instant(instant) for name, instant in product.instants.items()}
    row["warranty_months"] = "" if product.warranty_months is None else str(product.warranty_months)
    row["brand"] = write_named(*product.brand) if product.brand else ""
    row["product_type"] = write_named(*product.product_type) if product.product_type else ""
    row["category_name"] = " > ".join(join_words(*words) for words in product.category_names)
    row["collections"] = join_parts([write_named(*each) for each in product.collections], ";")
    row["tags"] = ";".join(product.tags)
    row["documents"] = join_parts(
        [
            f"{kind}:{name}={join_words(title_en, title_zh)}"
            for kind, name, title_en, title_zh in product.documents
        ],
        ";",
    )
    for column in attributes:
        row[column.title] = write_values(column.kind, product.attributes.get(column.key, []))
    return row | _write_pictures("image", product.pictures)


def _write_variant(variant: ExportedVariant) -> dict[str, str]:
    row = {
        "sku": variant.sku,
        "barcode": variant.barcode,
        "weight_grams": str(variant.weight_grams),
        "requires_shipping": YES if variant.requires_shipping else NO,
        "active": YES if variant.is_active else NO,
        "stock": "|".join(f"{code}:{quantity}" for code, quantity in variant.stock),
        **_write_pictures("variant_image", variant.pictures),
    }
    for number, option in enumerate(variant.options[:OPTION_COUNT], start=1):
        row[f"option{number}_name"] = join_words(option.name_en, option.name_zh_hans)
        row[f"option{number}_value"] = join_words(option.value_en, option.value_zh_hans)
        row[f"option{number}_swatch"] = option.swatch
    for currency, (amount, before) in variant.prices.items():
        row[f"{PRICE}{currency.lower()}"] = write_amount(amount)
        row[f"{COMPARE_AT}{currency.lower()}"] = "" if before is None else write_amount(before)
    return row


def write_amount(amount: Decimal) -> str:
    """Return an amount without the zeros that only the column's width adds."""
    text = f"{amount:.3f}"
    return text.removesuffix("0")


def _write_pictures(column: str, pictures: Sequence[ExportedPicture]) -> dict[str, str]:
    alts = {"en": [each.alt_en for each in pictures], "zh": [each.alt_zh_hans for each in pictures]}
    return {
        column: join_parts([each.name for each in pictures]),
        **{f"{column}_alt_{code}": join_parts(texts) if any(texts) else "" for code, texts in alts.items()},
    }


def write_values(kind: AttributeKind, values: Sequence[StatedValue]) -> str:
    """Return the cell that domain.attribute_values reads as these values."""
    return ";".join(_write_value(kind, value) for value in values)


def _write_value(kind: AttributeKind, value: StatedValue) -> str:
    if kind in CHOSEN_KINDS:
        words = join_words(value.choice_en, value.choice_zh_hans)
        return f"{words} {value.swatch}" if value.swatch else words
    if value.number is not None:
        return write_number(value.number)
    if value.flag is not None:
        return "yes" if value.flag else "no"
    if value.day is not None:
        return value.day.isoformat()
    return join_words(value.text_en, value.text_zh_hans)
