"""Our own product table, CSV or XLSX: the first row of a handle is the product, further rows are its variants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.domain.cells import (
    clean_html,
    is_true,
    parse_count,
    parse_grams,
    parse_instant,
    read_swatch,
    split_parts,
    split_words,
    unguard_formula,
)
from catalog.domain.columns import (
    COMPARE_AT,
    OPTION_COUNT,
    PRICE,
    AttributeColumn,
    read_attribute_column,
    read_named,
)
from catalog.domain.policies import ReturnPolicy
from catalog.domain.reasons import Reason
from catalog.domain.records import (
    AttributeRecord,
    CategoryStep,
    ChoiceRecord,
    DocumentRecord,
    NamedKey,
    ParsedProduct,
    PictureRecord,
    ProductRecord,
    VariantRecord,
)
from catalog.domain.words import make_key
from catalog.gateways.feeds import building
from catalog.gateways.feeds.reading import Progress, Row, Table, open_table

COLUMNS = frozenset({"handle", "name_en", "sku"})
SOURCE = "own"
DOCUMENT_KINDS = frozenset({"manual", "certificate", "guide"})
MOST_WARRANTY_MONTHS = 120


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """What the header says beyond fixed names: currencies, and attributes by folded title."""

    currencies: list[str]
    attributes: dict[str, AttributeColumn]


class _Product:
    """One product while it is read."""

    def __init__(self, parsed: ParsedProduct, rows: Sequence[Row], columns: _Columns) -> None:
        self.parsed = parsed
        self.rows = rows
        self.first = rows[0]
        self.columns = columns

    def read(self, column: str) -> str:
        """Return a cell of the first row."""
        return read_cell(self.first, column)

    def warn(self, text: Reason) -> None:
        """Note something about the first row."""
        self.parsed.warn(self.first.number, text)


def fits(columns: frozenset[str]) -> bool:
    """Return whether the columns are ours."""
    return columns >= COLUMNS and any(name.startswith(PRICE) for name in columns)


def read_cell(row: Row, column: str) -> str:
    """Return a cell as it was before it was guarded against formulas."""
    return unguard_formula(row.get(column))


def read(path: Path, *, currency: str, progress: Progress) -> Iterator[ParsedProduct]:
    """Yield the products; `currency` is not needed, each price column names its own."""
    seen: set[str] = set()
    with open_table(path) as table:
        columns = _read_columns(table)
        for handle, group in groupby(table.rows(progress), key=lambda row: read_cell(row, "handle")):
            rows = list(group)
            product = ParsedProduct(key=handle, rows=[row.number for row in rows])
            for row in rows:
                if row.problem:
                    product.refuse(row.number, row.problem)
            if not handle:
                product.refuse_all(Reason("handle_missing"))
            elif handle in seen:
                product.refuse_all(Reason("handle_apart"))
            else:
                _read_product(product, [row for row in rows if not row.problem], columns)
            seen.add(handle)
            yield product


def _read_columns(table: Table) -> _Columns:
    found = {title.casefold(): read_attribute_column(title) for title in table.titles}
    return _Columns(
        currencies=sorted(
            name.removeprefix(PRICE).upper() for name in table.columns if name.startswith(PRICE)
        ),
        attributes={title: column for title, column in found.items() if column and column.key},
    )


def _read_product(parsed: ParsedProduct, rows: list[Row], columns: _Columns) -> None:
    if not rows or not rows[0].get("name_en"):
        return parsed.refuse_all(Reason("name_en_missing"))
    product = _Product(parsed, rows, columns)
    variants = [_read_variant(product, row) for row in rows]
    kept = building.keep_distinct(parsed, [variant for variant in variants if variant])
    if not kept:
        return parsed.refuse_all(Reason("variants_none"))
    parsed.record = ProductRecord(
        source=SOURCE,
        external_key=parsed.key,
        handle=parsed.key,
        variants=kept,
        pictures=building.keep_pictures(_list_pictures(product, kept)),
        **_read_words(product),
        **_read_flags(product),
        **_read_places(product),
    )
    return None


def _read_words(product: _Product) -> dict[str, Any]:
    parsed, number = product.parsed, product.first.number
    return {
        "name_en": building.build_name(parsed, number, product.read("name_en")),
        "name_zh_hans": building.build_name(parsed, number, product.read("name_zh")),
        "description_en": clean_html(product.read("description_en")),
        "description_zh_hans": clean_html(product.read("description_zh")),
        "seo_title_en": product.read("seo_title_en")[: building.SEO_TITLE_LENGTH],
        "seo_title_zh_hans": product.read("seo_title_zh")[: building.SEO_TITLE_LENGTH],
        "seo_description_en": product.read("seo_description_en")[: building.SEO_DESCRIPTION_LENGTH],
        "seo_description_zh_hans": product.read("seo_description_zh")[: building.SEO_DESCRIPTION_LENGTH],
        "return_policy": _read_policy(product),
    }


def _read_flags(product: _Product) -> dict[str, Any]:
    publish_at, unpublish_at = _read_instant(product, "publish_at"), _read_instant(product, "unpublish_at")
    if publish_at and unpublish_at and unpublish_at <= publish_at:
        product.warn(Reason("window_reversed"))
        unpublish_at = None
    return {
        "is_published": is_true(product.read("published") or "true"),
        "is_featured": _read_flag(product, "featured"),
        "is_digital": _read_flag(product, "digital"),
        "is_custom_made": _read_flag(product, "custom_made"),
        "is_fresh": _read_flag(product, "fresh"),
        "warranty_months": _read_warranty(product),
        "publish_at": publish_at,
        "unpublish_at": unpublish_at,
    }


def _read_places(product: _Product) -> dict[str, Any]:
    return {
        "brand": read_named(product.read("brand")[: building.BRAND_LENGTH], length=building.BRAND_LENGTH),
        "categories": building.build_steps(product.parsed, product.first.number, _list_steps(product)),
        "product_type": read_named(product.read("product_type")),
        "collections": tuple(_read_collections(product)),
        "tags": building.build_tags(product.parsed, product.first.number, [product.read("tags")]),
        "attributes": tuple(_read_attributes(product)),
        "documents": tuple(_read_documents(product)),
    }


def _read_flag(product: _Product, column: str) -> bool | None:
    text = product.read(column)
    return is_true(text) if text else None


def _read_policy(product: _Product) -> str:
    text = product.read("return_policy").casefold()
    if text and text not in {policy.value for policy in ReturnPolicy}:
        product.warn(Reason("policy_unknown", text=text, known=", ".join(ReturnPolicy)))
        return ""
    return text


def _read_warranty(product: _Product) -> int | None:
    text = product.read("warranty_months")
    months = parse_count(text) if text else None
    if text and (months is None or not 0 <= months <= MOST_WARRANTY_MONTHS):
        product.warn(Reason("warranty_unreadable", text=text, most=MOST_WARRANTY_MONTHS))
        return None
    return months


def _read_instant(product: _Product, column: str) -> datetime | None:
    text = product.read(column)
    instant = parse_instant(text) if text else None
    if text and instant is None:
        product.warn(Reason("instant_unreadable", column=column, text=text))
    return instant


def _list_steps(product: _Product) -> Iterator[CategoryStep]:
    """Yield the levels; names of levels that the shop does not have come from category_name, else from the slugs."""
    names = product.read("category_name").split(" > ") if product.read("category_name") else []
    for index, part in enumerate(product.read("category").strip("/").split("/")):
        words = split_words(names[index]) if index < len(names) else ("", "")
        name = words[0] or part.replace("-", " ").capitalize()
        yield CategoryStep(slug=make_key(part), name=name, name_zh_hans=words[1])


def _read_collections(product: _Product) -> Iterator[NamedKey]:
    for part in split_parts(product.read("collections"), ";"):
        named = read_named(part, length=80)
        if named and named.name_en == named.key:
            named = NamedKey(key=named.key, name_en=named.key.replace("-", " ").capitalize())
        if named:
            yield named


def _read_attributes(product: _Product) -> Iterator[AttributeRecord]:
    for title, column in product.columns.attributes.items():
        cell = product.read(title)
        if cell:
            yield AttributeRecord(
                row=product.first.number,
                key=column.key,
                cell=cell,
                kind=column.kind,
                is_multiple=column.is_multiple,
                name_en=column.name_en,
                name_zh_hans=column.name_zh_hans,
                unit_en=column.unit_en,
                unit_zh_hans=column.unit_zh_hans,
            )


def _read_documents(product: _Product) -> Iterator[DocumentRecord]:
    """Read "manual:mug.pdf=Care|保养" parts, joined by semicolons."""
    for part in split_parts(product.read("documents"), ";"):
        place, _sign, title = part.partition("=")
        kind, colon, name = place.partition(":")
        kind, name = (kind.strip(), name.strip()) if colon else ("manual", place.strip())
        if not name:
            continue
        if kind not in DOCUMENT_KINDS:
            product.warn(
                Reason("document_kind", name=name, kind=kind, known=", ".join(sorted(DOCUMENT_KINDS)))
            )
            continue
        title_en, title_zh = split_words(title)
        yield DocumentRecord(
            row=product.first.number,
            name=name,
            kind=kind,
            title_en=(title_en or name.rpartition(".")[0] or name)[:120],
            title_zh_hans=title_zh[:120],
        )


def _read_variant(product: _Product, row: Row) -> VariantRecord | None:
    parsed = product.parsed
    is_active = is_true(read_cell(row, "active") or "true")
    prices = _read_prices(product, row, is_needed=is_active and is_true(product.read("published") or "true"))
    if prices is None:
        return None
    sku = read_cell(row, "sku")
    if len(sku) > building.SKU_LENGTH:
        parsed.refuse(row.number, Reason("sku_long", most=building.SKU_LENGTH))
        return None
    choices = _read_choices(row, product.first)
    grams = parse_grams(row.get("weight_grams"), "g")
    if grams is None:
        parsed.warn(row.number, Reason("weight_unreadable", text=row.get("weight_grams")))
    return VariantRecord(
        row=row.number,
        sku=sku or building.derive_sku(parsed.key, choices),
        barcode=building.build_barcode(parsed, row.number, row.get("barcode")),
        weight_grams=grams or 0,
        requires_shipping=is_true(row.get("requires_shipping") or "true"),
        is_active=is_active,
        choices=choices,
        prices=prices,
        stock=_read_stock(parsed, row),
    )


def _read_prices(
    product: _Product, row: Row, *, is_needed: bool
) -> tuple[tuple[str, Decimal, Decimal | None], ...] | None:
    """Return the prices of all currencies; None, and the row refused, when one is wrong or a needed one is missing."""
    parsed = product.parsed
    given = [code for code in product.columns.currencies if row.get(f"{PRICE}{code.lower()}")]
    unknown = [code for code in given if code not in settings.CURRENCIES]
    if unknown:
        parsed.refuse(row.number, Reason("currency_unknown", currency=unknown[0]))
        return None
    if not given and is_needed:
        parsed.refuse(row.number, Reason("price_missing"))
        return None
    prices = [
        building.build_price(
            parsed,
            row.number,
            currency=code,
            now=row.get(f"{PRICE}{code.lower()}"),
            before=row.get(f"{COMPARE_AT}{code.lower()}"),
        )
        for code in given
    ]
    found = tuple(price for price in prices if price)
    return found if len(found) == len(given) else None


def _read_choices(row: Row, first: Row) -> tuple[ChoiceRecord, ...]:
    found = []
    for number in range(1, OPTION_COUNT + 1):
        option = read_cell(row, f"option{number}_name") or read_cell(first, f"option{number}_name")
        option_en, option_zh = split_words(option)
        value_en, value_zh = split_words(read_cell(row, f"option{number}_value"))
        if make_key(option_en) and make_key(value_en):
            found.append(
                ChoiceRecord(
                    option_en=option_en[: building.OPTION_LENGTH],
                    option_zh_hans=option_zh[: building.OPTION_LENGTH],
                    value_en=value_en[: building.VALUE_LENGTH],
                    value_zh_hans=value_zh[: building.VALUE_LENGTH],
                    swatch=read_swatch(row.get(f"option{number}_swatch")),
                )
            )
    return tuple(found)


def _read_stock(product: ParsedProduct, row: Row) -> tuple[tuple[str, int], ...]:
    """Read "12" or "RTM:12|SHA:40"."""
    found: list[tuple[str, int]] = []
    for part in row.get("stock").split("|"):
        code, colon, quantity = part.rpartition(":")
        found += building.build_stock(product, row.number, quantity, warehouse=code.strip() if colon else "")
    return tuple(found)


def _list_pictures(product: _Product, variants: tuple[VariantRecord, ...]) -> Iterator[PictureRecord]:
    """Yield the product's pictures, then those of single variants: a further row's `image`, any row's `variant_image`."""
    sku_of = {variant.row: variant.sku for variant in variants}
    for row in product.rows:
        sku = sku_of.get(row.number, "")
        yield from _read_pictures(row, "image", sku="" if row is product.first else sku)
        if sku:
            yield from _read_pictures(row, "variant_image", sku=sku)


def _read_pictures(row: Row, column: str, *, sku: str) -> Iterator[PictureRecord]:
    names = split_parts(read_cell(row, column))
    english, chinese = (
        _read_alts(read_cell(row, f"{column}_alt_{code}"), len(names)) for code in ("en", "zh")
    )
    for name, alt_en, alt_zh in zip(names, english, chinese, strict=True):
        yield PictureRecord(row=row.number, name=name, alt_en=alt_en, alt_zh_hans=alt_zh, sku=sku)


def _read_alts(cell: str, count: int) -> list[str]:
    """Return one text per picture: as many parts as pictures are one each, else the cell tells of all of them."""
    parts = split_parts(cell)
    alts = parts if len(parts) == count else [cell.strip()] * count
    return [alt[: building.ALT_LENGTH] for alt in alts]
