"""Files of products and categories: found out by their content, read row by row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.domain.errors import FileRefused
from catalog.domain.reasons import Reason
from catalog.domain.records import ParsedProduct
from catalog.gateways.feeds import oscar, own, saleor, shopify, spree, trees, vendure, woocommerce
from catalog.gateways.feeds.documents import is_packed, load_json
from catalog.gateways.feeds.prices import COMPETITORS, PRICES, find_rows
from catalog.gateways.feeds.reading import Progress, Table, is_workbook, open_table
from catalog.gateways.feeds.trees import CategoryRow

TABLES = {"shopify": shopify, "woocommerce": woocommerce, "own": own, "spree": spree, "vendure": vendure}
READERS: dict[str, ModuleType] = {**TABLES, "oscar": oscar, "saleor": saleor}
GOOGLE, BEST_BUY = "google categories", "best buy categories"
TREES = {GOOGLE: trees.read_lines, BEST_BUY: trees.read_json}
LABELS: dict[str, str | Promise] = {
    "shopify": "Shopify",
    "woocommerce": "WooCommerce",
    "own": _("Our own format"),
    "spree": "Spree",
    "vendure": "Vendure",
    "oscar": "Oscar",
    "saleor": "Saleor",
    "api": "API",
    PRICES: _("Prices"),
    COMPETITORS: _("Competitors' prices"),
    GOOGLE: _("Google product taxonomy"),
    BEST_BUY: _("Category tree (JSON)"),
}


def find_format(columns: frozenset[str]) -> str:
    """Return the format's name by the file's columns; raises FileRefused naming the formats that are known."""
    for name, reader in TABLES.items():
        if reader.fits(columns):
            return name
    if rows := find_rows(columns):
        return rows
    raise FileRefused(Reason("file_translations" if columns == _SPREE_TRANSLATIONS else "file_unknown"))


_SPREE_TRANSLATIONS = frozenset({"slug", "locale", "name", "description", "meta_title", "meta_description"})


def detect_format(path: Path) -> str:
    """Return the format's name by what the file holds; raises FileRefused naming the formats that are known."""
    if is_packed(path) or _starts_like_json(path):
        content = load_json(path)
        if saleor.fits(content):
            return "saleor"
        if trees.fits_json(content):
            return BEST_BUY
        raise FileRefused(Reason("file_unknown"))
    if not is_workbook(path) and trees.fits_lines(path):
        return GOOGLE
    with open_table(path) as table:
        if oscar.fits_first_row(table.titles):
            return "oscar"
        return find_format(table.columns)


def _starts_like_json(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"[", b"{"}


def read_products(
    path: Path, *, currency: str, progress: Progress, format_name: str = ""
) -> Iterator[ParsedProduct]:
    """Yield the products of a file as they are read; prices without a currency of their own are in `currency`."""
    reader = READERS[format_name or detect_format(path)]
    yield from reader.read(path, currency=currency, progress=progress)


def read_categories(path: Path, *, format_name: str) -> Iterator[CategoryRow]:
    """Yield the categories of a file that is a tree."""
    yield from TREES[format_name](path)


__all__ = [
    "COMPETITORS",
    "LABELS",
    "PRICES",
    "READERS",
    "TREES",
    "CategoryRow",
    "Progress",
    "Table",
    "detect_format",
    "find_format",
    "open_table",
    "read_categories",
    "read_products",
]
