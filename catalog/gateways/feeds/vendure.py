"""Vendure's product CSV: rows with an empty name are further variants of the product above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from catalog.domain.cells import clean_html
from catalog.domain.reasons import Reason
from catalog.domain.records import ChoiceRecord, ParsedProduct, PictureRecord, ProductRecord, VariantRecord
from catalog.domain.words import make_key
from catalog.gateways.feeds import building
from catalog.gateways.feeds.reading import Progress, Row, open_table

COLUMNS = frozenset({"name", "slug", "optiongroups", "optionvalues", "sku", "price", "facets"})
SOURCE = "vendure"
# Facets that are places of our own; every other facet becomes an attribute.
CATEGORY, BRAND = "category", "brand"


def fits(columns: frozenset[str]) -> bool:
    """Return whether the columns are Vendure's."""
    return columns >= COLUMNS


def read(path: Path, *, currency: str, progress: Progress) -> Iterator[ParsedProduct]:
    """Yield the products; their prices carry no currency."""
    seen: set[str] = set()
    with open_table(path) as table:
        for rows in _group(table.rows(progress)):
            key = rows[0].get("slug") or make_key(rows[0].get("name"))
            product = ParsedProduct(key=key, rows=[row.number for row in rows])
            for row in rows:
                if row.problem:
                    product.refuse(row.number, row.problem)
            if not rows[0].get("name"):
                product.refuse_all(Reason("name_above_missing"))
            elif key in seen:
                product.refuse_all(Reason("slug_before"))
            else:
                _read_product(product, [row for row in rows if not row.problem], currency)
            seen.add(key)
            yield product


def _group(rows: Iterator[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        if row.get("name") and group:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _read_product(product: ParsedProduct, rows: list[Row], currency: str) -> None:
    if not rows or not rows[0].get("name"):
        return product.refuse_all(Reason("row_unreadable"))
    first = rows[0]
    variants = [_read_variant(product, row, first, currency) for row in rows]
    kept = building.keep_distinct(product, [variant for variant in variants if variant])
    if not kept:
        return product.refuse_all(Reason("variants_none"))
    facets = _read_facets(rows)
    product.record = ProductRecord(
        source=SOURCE,
        external_key=product.key,
        handle=product.key,
        name_en=building.build_name(product, first.number, first.get("name")),
        description_en=clean_html(first.get("description")),
        brand=building.build_brand(next(iter(facets.pop(BRAND, [])), "")),
        categories=building.build_steps(product, first.number, facets.pop(CATEGORY, [])),
        attributes=building.keep_attributes(
            building.build_choices(first.number, name, values) for name, values in facets.items()
        ),
        variants=kept,
        pictures=building.keep_pictures(_list_pictures(rows, kept)),
    )
    return None


def _read_facets(rows: list[Row]) -> dict[str, list[str]]:
    """Return the values by facet, of the product and of its variants."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for part in f"{row.get('facets')}|{row.get('variantfacets')}".split("|"):
            name, colon, value = part.partition(":")
            if colon and value.strip():
                found[name.strip().casefold()].append(value.strip())
    return found


def _read_variant(product: ParsedProduct, row: Row, first: Row, currency: str) -> VariantRecord | None:
    price = building.build_price(product, row.number, currency=currency, now=row.get("price"), before="")
    if price is None:
        return None
    names, values = first.get("optiongroups").split("|"), row.get("optionvalues").split("|")
    choices = tuple(
        ChoiceRecord(
            option_en=name.strip().capitalize()[: building.OPTION_LENGTH],
            value_en=value.strip()[: building.VALUE_LENGTH],
        )
        for name, value in zip(names, values, strict=False)
        if make_key(name) and make_key(value)
    )
    if len(row.get("sku")) > building.SKU_LENGTH:
        product.refuse(row.number, Reason("sku_long", most=building.SKU_LENGTH))
        return None
    # Vendure counts unless it is told not to.
    is_counted = row.get("trackinventory").casefold() != "false"
    return VariantRecord(
        row=row.number,
        sku=row.get("sku") or building.derive_sku(product.key, choices),
        choices=choices,
        prices=(price,),
        stock=building.build_stock(product, row.number, row.get("stockonhand")) if is_counted else (),
        is_uncounted=not is_counted,
    )


def _list_pictures(rows: list[Row], variants: tuple[VariantRecord, ...]) -> Iterator[PictureRecord]:
    for name in rows[0].get("assets").split("|"):
        yield PictureRecord(row=rows[0].number, name=name.strip())
    sku_of = {variant.row: variant.sku for variant in variants}
    for row in rows:
        for name in row.get("variantassets").split("|"):
            if row.number in sku_of:
                yield PictureRecord(row=row.number, name=name.strip(), sku=sku_of[row.number])
