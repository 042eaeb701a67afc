"""Our own product CSV: the first row of a handle is the product, further rows are its variants."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from django.conf import settings

from catalog.domain.cells import clean_html, is_true, parse_grams, read_swatch, split_words
from catalog.domain.records import ChoiceRecord, ParsedProduct, PictureRecord, ProductRecord, VariantRecord
from catalog.domain.words import make_key
from catalog.gateways.feeds import building
from catalog.gateways.feeds.reading import Progress, Row, open_table

COLUMNS = frozenset({"handle", "name_en", "sku"})
SOURCE = "own"
PRICE = "price_"


def fits(columns: frozenset[str]) -> bool:
    """Return whether the columns are ours."""
    return columns >= COLUMNS and any(name.startswith(PRICE) for name in columns)


def read(path: Path, *, currency: str, progress: Progress) -> Iterator[ParsedProduct]:
    """Yield the products; `currency` is not needed, each price column names its own."""
    seen: set[str] = set()
    with open_table(path) as table:
        currencies = sorted(
            name.removeprefix(PRICE).upper() for name in table.columns if name.startswith(PRICE)
        )
        for handle, group in groupby(table.rows(progress), key=lambda row: row.get("handle")):
            rows = list(group)
            product = ParsedProduct(key=handle, rows=[row.number for row in rows])
            for row in rows:
                if row.problem:
                    product.refuse(row.number, row.problem)
            if not handle:
                product.refuse_all("it has no handle")
            elif handle in seen:
                product.refuse_all("its handle came before: the rows of one product must stand together")
            else:
                _read_product(product, [row for row in rows if not row.problem], currencies)
            seen.add(handle)
            yield product


def _read_product(product: ParsedProduct, rows: list[Row], currencies: list[str]) -> None:
    first = rows[0] if rows else None
    if first is None or not first.get("name_en"):
        return product.refuse_all("it has no name_en in its first row")
    variants = [_read_variant(product, row, first, currencies) for row in rows]
    kept = building.keep_distinct(product, [variant for variant in variants if variant])
    if not kept:
        return product.refuse_all("none of its variants can be imported")
    product.record = ProductRecord(
        source=SOURCE,
        external_key=product.key,
        handle=product.key,
        name_en=building.build_name(product, first.number, first.get("name_en")),
        name_zh_hans=building.build_name(product, first.number, first.get("name_zh")),
        description_en=clean_html(first.get("description_en")),
        description_zh_hans=clean_html(first.get("description_zh")),
        brand=first.get("brand")[: building.BRAND_LENGTH],
        categories=building.build_steps(product, first.number, _list_steps(first)),
        is_published=is_true(first.get("published") or "true"),
        is_featured=is_true(first.get("featured")) if first.get("featured") else None,
        variants=kept,
        pictures=building.keep_pictures(_list_pictures(rows, first, kept)),
    )
    return None


def _list_steps(row: Row) -> list[str]:
    """Return names for the slugs of the path; a category that exists keeps its own name."""
    return [slug.replace("-", " ").capitalize() for slug in row.get("category").strip("/").split("/")]


def _read_variant(
    product: ParsedProduct, row: Row, first: Row, currencies: list[str]
) -> VariantRecord | None:
    prices = _read_prices(product, row, currencies)
    if prices is None:
        return None
    if len(row.get("sku")) > building.SKU_LENGTH:
        product.refuse(row.number, f"its SKU is longer than {building.SKU_LENGTH} characters")
        return None
    choices = _read_choices(row, first)
    grams = parse_grams(row.get("weight_grams"), "g")
    if grams is None:
        product.warn(row.number, f"weight “{row.get('weight_grams')}” left out")
    return VariantRecord(
        row=row.number,
        sku=row.get("sku") or building.derive_sku(product.key, choices),
        barcode=building.build_barcode(product, row.number, row.get("barcode")),
        weight_grams=grams or 0,
        requires_shipping=is_true(row.get("requires_shipping") or "true"),
        choices=choices,
        prices=prices,
        stock=_read_stock(product, row),
    )


def _read_prices(
    product: ParsedProduct, row: Row, currencies: list[str]
) -> tuple[tuple[str, Decimal, Decimal | None], ...] | None:
    """Return the prices of all currencies; None, and the row refused, when one is wrong or there is none."""
    given = [code for code in currencies if row.get(f"{PRICE}{code.lower()}")]
    unknown = [code for code in given if code not in settings.CURRENCIES]
    if unknown:
        product.refuse(row.number, f"the shop has no currency {unknown[0]}")
        return None
    if not given:
        product.refuse(row.number, "it has no price")
        return None
    prices = [
        building.build_price(
            product,
            row.number,
            currency=code,
            now=row.get(f"{PRICE}{code.lower()}"),
            before=row.get(f"compare_at_{code.lower()}"),
        )
        for code in given
    ]
    found = tuple(price for price in prices if price)
    return found if len(found) == len(given) else None


def _read_choices(row: Row, first: Row) -> tuple[ChoiceRecord, ...]:
    found = []
    for number in (1, 2, 3):
        option_en, option_zh = split_words(
            row.get(f"option{number}_name") or first.get(f"option{number}_name")
        )
        value_en, value_zh = split_words(row.get(f"option{number}_value"))
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


def _list_pictures(
    rows: list[Row], first: Row, variants: tuple[VariantRecord, ...]
) -> Iterator[PictureRecord]:
    """Yield the product's pictures, then those a further row adds for its own variant."""
    sku_of = {variant.row: variant.sku for variant in variants}
    for row in rows:
        is_first = row is first
        for name in row.get("image").split("|"):
            yield PictureRecord(
                row=row.number,
                name=name.strip(),
                alt_en=row.get("image_alt_en")[: building.ALT_LENGTH],
                alt_zh_hans=row.get("image_alt_zh")[: building.ALT_LENGTH],
                sku="" if is_first else sku_of.get(row.number, ""),
            )
