"""Spree's product CSV: variants below their product, further currencies in rows of their own, translations beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from django.conf import settings

from catalog.domain.cells import clean_html, is_true, parse_grams
from catalog.domain.reasons import Reason
from catalog.domain.records import (
    AttributeRecord,
    ChoiceRecord,
    ParsedProduct,
    PictureRecord,
    ProductRecord,
    VariantRecord,
)
from catalog.gateways.feeds import building
from catalog.gateways.feeds.reading import Progress, Row, open_table

COLUMNS = frozenset({"slug", "sku", "name", "price", "currency", "option1_name", "option1_value"})
TRANSLATION_COLUMNS = frozenset({"slug", "locale", "name"})
TRANSLATIONS = "product_translations.csv"
SOURCE = "spree"
CUSTOM_FIELD = "custom_field."
CHINESE = frozenset({"zh", "zh-cn", "zh-hans", "zh_cn"})


@dataclass(kw_only=True)
class _File:
    """What is known before the products are read: rows that only add a price, and words in Chinese."""

    prices: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    price_rows: set[int] = field(default_factory=set)
    words: dict[str, Row] = field(default_factory=dict)
    foreign: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def fits(columns: frozenset[str]) -> bool:
    """Return whether the columns are Spree's."""
    return columns >= COLUMNS


def read(path: Path, *, currency: str, progress: Progress) -> Iterator[ParsedProduct]:
    """Yield the products; reads the file twice, because prices in further currencies stand at its end."""
    known = _read_ahead(path)
    seen: set[str] = set()
    with open_table(path) as table:
        own = (row for row in table.rows(progress) if row.number not in known.price_rows)
        for slug, group in groupby(own, key=lambda row: row.get("slug")):
            rows = list(group)
            extra = [more.number for row in rows for more in known.prices.get(row.get("sku").casefold(), [])]
            product = ParsedProduct(key=slug, rows=[*(row.number for row in rows), *extra])
            for row in rows:
                if row.problem:
                    product.refuse(row.number, row.problem)
            if not slug:
                product.refuse_all(Reason("slug_missing"))
            elif slug in seen:
                product.refuse_all(Reason("slug_apart"))
            else:
                _read_product(product, [row for row in rows if not row.problem], known, currency)
            seen.add(slug)
            yield product


def _read_ahead(path: Path) -> _File:
    known = _File()
    skus: set[str] = set()
    with open_table(path) as table:
        for row in table.rows(lambda _done, _size: None):
            sku = row.get("sku").casefold()
            if sku in skus and not row.get("name") and not row.get("option1_value"):
                known.prices[sku].append(row)
                known.price_rows.add(row.number)
            skus.add(sku)
    beside = path.with_name(TRANSLATIONS)
    if beside.is_file() and beside != path:
        _read_translations(beside, known)
    return known


def _read_translations(path: Path, known: _File) -> None:
    with open_table(path) as table:
        if not table.columns >= TRANSLATION_COLUMNS:
            return
        for row in table.rows(lambda _done, _size: None):
            if row.get("locale").casefold() in CHINESE:
                known.words[row.get("slug")] = row
            else:
                known.foreign[row.get("slug")].add(row.get("locale"))


def _read_product(product: ParsedProduct, rows: list[Row], known: _File, currency: str) -> None:
    first = next((row for row in rows if row.get("name")), None)
    if first is None:
        return product.refuse_all(Reason("name_missing"))
    # With variants of its own the first row only stands for the product: its price is 0.
    sold = [row for row in rows if row.get("option1_value")] or [first]
    variants = [_read_variant(product, row, first, known, currency) for row in sold]
    kept = building.keep_distinct(product, [variant for variant in variants if variant])
    if not kept:
        return product.refuse_all(Reason("variants_none"))
    chinese = known.words.get(product.key) or Row(number=0, cells={})
    if languages := known.foreign.get(product.key):
        product.warn(first.number, Reason("language_unspoken", languages=", ".join(sorted(languages))))
    product.record = ProductRecord(
        source=SOURCE,
        external_key=product.key,
        tags=building.build_tags(product, first.number, [first.get("tags")]),
        handle=product.key,
        name_en=building.build_name(product, first.number, first.get("name")),
        name_zh_hans=building.build_name(product, first.number, chinese.get("name")),
        description_en=clean_html(first.get("description")),
        description_zh_hans=clean_html(chinese.get("description")),
        seo_title_en=first.get("meta_title")[: building.SEO_TITLE_LENGTH],
        seo_title_zh_hans=chinese.get("meta_title")[: building.SEO_TITLE_LENGTH],
        seo_description_en=first.get("meta_description")[: building.SEO_DESCRIPTION_LENGTH],
        seo_description_zh_hans=chinese.get("meta_description")[: building.SEO_DESCRIPTION_LENGTH],
        brand=building.build_brand(first.get("vendor") or first.get("brand")),
        categories=building.build_steps(product, first.number, _split_category(first)),
        product_type=building.build_type(first.get("product_type")),
        attributes=building.keep_attributes(_list_attributes(first)),
        is_published=first.get("status").casefold() in {"", "active"},
        variants=kept,
        pictures=building.keep_pictures(_list_pictures(rows, first, kept)),
    )
    return None


def _split_category(row: Row) -> list[str]:
    return row.get("category1").replace("->", ">").split(">")


def _read_variant(
    product: ParsedProduct, row: Row, first: Row, known: _File, currency: str
) -> VariantRecord | None:
    prices = []
    for priced in [row, *known.prices.get(row.get("sku").casefold(), [])]:
        code = priced.get("currency").upper() or currency
        if code not in settings.CURRENCIES:
            product.warn(priced.number, Reason("currency_left_out", currency=code))
            continue
        price = building.build_price(
            product,
            priced.number,
            currency=code,
            now=priced.get("price"),
            before=priced.get("compare_at_price"),
        )
        prices += [price] if price else []
    if not prices:
        product.refuse(row.number, Reason("price_nowhere"))
        return None
    grams = parse_grams(row.get("weight"), row.get("weight_unit").casefold() or "kg")
    if grams is None:
        product.warn(
            row.number, Reason("weight_unreadable", text=f"{row.get('weight')} {row.get('weight_unit')}")
        )
    choices = _read_choices(row, first)
    if len(row.get("sku")) > building.SKU_LENGTH:
        product.refuse(row.number, Reason("sku_long", most=building.SKU_LENGTH))
        return None
    is_counted = is_true(row.get("track_inventory") or "true")
    return VariantRecord(
        row=row.number,
        sku=row.get("sku") or building.derive_sku(product.key, choices),
        barcode=building.build_barcode(product, row.number, row.get("barcode")),
        weight_grams=grams or 0,
        choices=choices,
        prices=tuple({price[0]: price for price in prices}.values()),
        stock=building.build_stock(product, row.number, row.get("inventory_count")) if is_counted else (),
        is_uncounted=not is_counted,
    )


def _read_choices(row: Row, first: Row) -> tuple[ChoiceRecord, ...]:
    found = []
    for number in (1, 2, 3):
        name = row.get(f"option{number}_name") or first.get(f"option{number}_name")
        value = row.get(f"option{number}_value")
        if name and value:
            found.append(
                ChoiceRecord(
                    option_en=name[: building.OPTION_LENGTH], value_en=value[: building.VALUE_LENGTH]
                )
            )
    return tuple(found)


def _list_attributes(row: Row) -> Iterator[AttributeRecord | None]:
    for column in row.cells:
        if column.startswith(CUSTOM_FIELD):
            yield building.build_attribute(row.number, column.rpartition(".")[2], row.get(column))


def _list_pictures(
    rows: list[Row], first: Row, variants: tuple[VariantRecord, ...]
) -> Iterator[PictureRecord]:
    sku_of = {variant.row: variant.sku for variant in variants}
    for row in rows:
        for number in (1, 2, 3):
            name = row.get(f"image{number}_src")
            yield PictureRecord(
                row=row.number, name=name, sku="" if row is first else sku_of.get(row.number, "")
            )
