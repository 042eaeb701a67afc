"""django-oscar's catalogue CSV: no header; class, category path, UPC, title, description, partner, partner SKU, price, stock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.domain.cells import clean_html, is_barcode, parse_amount, parse_count
from catalog.domain.errors import PriceInvalid
from catalog.domain.reasons import Reason
from catalog.domain.records import ParsedProduct, ProductRecord, VariantRecord
from catalog.gateways.feeds import building
from catalog.gateways.feeds.reading import Progress, Row, open_table

TITLES = ["class", "category", "upc", "title", "description", "partner", "sku", "price", "stock"]
SOURCE = "oscar"


def fits_first_row(cells: list[str]) -> bool:
    """Return whether a file without a header is Oscar's: nine cells, a UPC, a price and a count where they belong."""
    if len(cells) != len(TITLES) or not cells[0].strip() or not cells[3].strip():
        return False
    try:
        parse_amount(cells[7], "EUR")
    except PriceInvalid:
        return False
    return is_barcode(cells[2].strip()) and parse_count(cells[8]) is not None


def read(path: Path, *, currency: str, progress: Progress) -> Iterator[ParsedProduct]:
    """Yield the products; their prices carry no currency."""
    seen: dict[str, int] = {}
    with open_table(path, titles=TITLES) as table:
        for row in table.rows(progress):
            key = row.get("upc") or row.get("sku")
            product = ParsedProduct(key=key, rows=[row.number])
            if row.problem:
                product.refuse_all(row.problem)
            elif not key:
                product.refuse_all(Reason("upc_missing"))
            elif not row.get("title"):
                product.refuse_all(Reason("title_missing"))
            elif key in seen:
                product.refuse_all(Reason("same_row", row=seen[key]))
            else:
                _read_product(product, row, currency)
            seen.setdefault(key, row.number)
            yield product


def _read_product(product: ParsedProduct, row: Row, currency: str) -> None:
    price = building.build_price(product, row.number, currency=currency, now=row.get("price"), before="")
    sku = row.get("sku") or row.get("upc")
    if price is None or len(sku) > building.SKU_LENGTH:
        return product.refuse_all(Reason("sku_long", most=building.SKU_LENGTH))
    variant = VariantRecord(
        row=row.number,
        sku=sku,
        barcode=building.build_barcode(product, row.number, row.get("upc")),
        prices=(price,),
        stock=building.build_stock(product, row.number, row.get("stock")),
    )
    product.record = ProductRecord(
        source=SOURCE,
        external_key=product.key,
        handle=row.get("title"),
        name_en=building.build_name(product, row.number, row.get("title")),
        description_en=clean_html(row.get("description")),
        categories=building.build_steps(product, row.number, row.get("category").split(">")),
        product_type=building.build_type(row.get("class")),
        variants=(variant,),
    )
    return None
