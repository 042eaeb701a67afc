"""Files of products: found out by their header, read row by row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.domain.errors import FileRefused
from catalog.domain.records import ParsedProduct
from catalog.gateways.feeds import own, shopify, woocommerce
from catalog.gateways.feeds.reading import Progress, Table, open_table

READERS = {"shopify": shopify, "woocommerce": woocommerce, "own": own}


def find_format(columns: frozenset[str]) -> str:
    """Return the format's name by the file's columns; raises FileRefused naming the formats that are known."""
    for name, reader in READERS.items():
        if reader.fits(columns):
            return name
    raise FileRefused(
        "This file is none of the three formats that can be imported. A Shopify product CSV has the columns Handle, "
        "Title and Variant Price; a WooCommerce product CSV has Type, SKU, Name and Regular price; our own format has "
        "handle, name_en, sku and price_<currency>."
    )


def read_products(path: Path, *, currency: str, progress: Progress) -> Iterator[ParsedProduct]:
    """Yield the products of a file as they are read; prices without a currency of their own are in `currency`."""
    with open_table(path) as table:
        reader = READERS[find_format(table.columns)]
    yield from reader.read(path, currency=currency, progress=progress)


__all__ = ["READERS", "Progress", "Table", "find_format", "open_table", "read_products"]
