"""Shopify's product CSV: the first row of a handle is the product, further rows are variants and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from catalog.domain.cells import clean_html, is_true, parse_grams
from catalog.domain.reasons import Reason
from catalog.domain.records import ChoiceRecord, ParsedProduct, PictureRecord, ProductRecord, VariantRecord
from catalog.gateways.feeds import building
from catalog.gateways.feeds.reading import Progress, Row, open_table

COLUMNS = frozenset({"handle", "title", "variant price"})
SOURCE = "shopify"


def fits(columns: frozenset[str]) -> bool:
    """Return whether the columns are Shopify's."""
    return columns >= COLUMNS


def read(path: Path, *, currency: str, progress: Progress) -> Iterator[ParsedProduct]:
    """Yield the products; rows of one handle must stand together, a handle that comes again is refused."""
    seen: set[str] = set()
    with open_table(path) as table:
        for handle, group in groupby(table.rows(progress), key=lambda row: row.get("handle")):
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
                _read_product(product, [row for row in rows if not row.problem], currency)
            seen.add(handle)
            yield product


def _read_product(product: ParsedProduct, rows: list[Row], currency: str) -> None:
    first = next((row for row in rows if row.get("title")), None)
    if first is None:
        return product.refuse_all(Reason("title_missing"))
    if is_true(first.get("gift card")):
        return product.refuse_all(Reason("gift_card"))
    names = [first.get(f"option{number} name") for number in (1, 2, 3)]
    variants = [_read_variant(product, row, names, currency) for row in rows if _is_variant(row)]
    kept = building.keep_distinct(product, [variant for variant in variants if variant])
    if not kept:
        return product.refuse_all(Reason("variants_none"))
    product.record = ProductRecord(
        source=SOURCE,
        external_key=product.key,
        handle=product.key,
        name_en=building.build_name(product, first.number, first.get("title")),
        description_en=clean_html(first.get("body (html)")),
        brand=building.build_brand(first.get("vendor")),
        tags=building.build_tags(product, first.number, [first.get("tags")]),
        seo_title_en=first.get("seo title")[: building.SEO_TITLE_LENGTH],
        seo_description_en=first.get("seo description")[: building.SEO_DESCRIPTION_LENGTH],
        categories=building.build_steps(product, first.number, _list_categories(product, first)),
        is_published=is_true(first.get("published") or "true")
        and first.get("status").casefold() in {"", "active"},
        variants=kept,
        pictures=building.keep_pictures(_list_pictures(rows, kept)),
    )
    return None


def _is_variant(row: Row) -> bool:
    """Return whether a row sells something: the others only add a picture."""
    return any(row.get(name) for name in ("variant price", "variant sku", "option1 value"))


def _read_variant(product: ParsedProduct, row: Row, names: list[str], currency: str) -> VariantRecord | None:
    price = building.build_price(
        product,
        row.number,
        currency=currency,
        now=row.get("variant price"),
        before=row.get("variant compare at price"),
    )
    if price is None:
        return None
    choices = _read_choices(row, names)
    grams = parse_grams(row.get("variant grams"), "g")
    if grams is None:
        product.warn(row.number, Reason("weight_unreadable", text=row.get("variant grams")))
    sku = row.get("variant sku").lstrip("'")
    if len(sku) > building.SKU_LENGTH:
        product.refuse(row.number, Reason("sku_long", most=building.SKU_LENGTH))
        return None
    return VariantRecord(
        row=row.number,
        sku=sku or building.derive_sku(product.key, choices),
        barcode=building.build_barcode(product, row.number, row.get("variant barcode")),
        weight_grams=grams or 0,
        requires_shipping=is_true(row.get("variant requires shipping") or "true"),
        choices=choices,
        prices=(price,),
        stock=building.build_stock(product, row.number, row.get("variant inventory qty")),
    )


def _read_choices(row: Row, names: list[str]) -> tuple[ChoiceRecord, ...]:
    pairs = [(name, row.get(f"option{number} value")) for number, name in enumerate(names, start=1)]
    return tuple(
        ChoiceRecord(option_en=name[: building.OPTION_LENGTH], value_en=value[: building.VALUE_LENGTH])
        for name, value in pairs
        if name and value and (name.casefold(), value.casefold()) != ("title", "default title")
    )


def _list_categories(product: ParsedProduct, row: Row) -> list[str]:
    """Return the category names: the type, else the standard category, else the first tag."""
    if kind := row.get("type") or row.get("custom product type"):
        return [kind]
    if path := row.get("product category"):
        return path.split(">")
    tag = row.get("tags").split(",")[0].strip()
    if tag:
        product.warn(row.number, Reason("category_by_tag", tag=tag))
    else:
        product.warn(row.number, Reason("category_and_tag_missing"))
    return [tag.capitalize()] if tag else []


def _list_pictures(rows: list[Row], variants: tuple[VariantRecord, ...]) -> Iterator[PictureRecord]:
    for row in rows:
        alt = row.get("image alt text")[: building.ALT_LENGTH]
        yield PictureRecord(row=row.number, name=row.get("image src"), alt_en=alt)
    sku_of = {variant.row: variant.sku for variant in variants}
    for row in rows:
        if row.number in sku_of:
            yield PictureRecord(row=row.number, name=row.get("variant image"), sku=sku_of[row.number])
