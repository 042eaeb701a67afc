"""Products with their stock and reorder points."""

import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path

from catalog.domain.reports import ImportSummary
from catalog.models import Product, ProductImage
from catalog.services.imports.whole_files import ImportOptions, import_products
from inventory.services.warehouses import fill_reorder_points
from shop.demo.pictures.scenes import CONTENT

PRODUCTS = CONTENT / "products.csv"
REORDER_POINT = 4
REORDER_QUANTITY = 48


def read_rows(handles: Sequence[str] = ()) -> list[dict[str, str]]:
    """The rows of products.csv, or those of some products."""
    with PRODUCTS.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not handles or row["handle"] in handles]


def load_products(rows: list[dict[str, str]]) -> ImportSummary | None:
    """Import the products, still without pictures; None when all are there. Repeatable."""
    wanted = {row["handle"] for row in rows}
    if Product.objects.filter(slug__in=wanted).count() == len(wanted):
        return None
    return import_rows(rows, images=None)


def hang_pictures(rows: list[dict[str, str]], folder: Path) -> ImportSummary:
    """Import the same products again, now with the pictures that lie in the folder. Repeatable."""
    return import_rows(rows, images=folder)


def list_missing_pictures(rows: list[dict[str, str]]) -> list[str]:
    """File names that no product has a picture from yet."""
    named = {name for row in rows for name in row["image"].split("|") if name}
    return sorted(named - set(ProductImage.objects.values_list("source_name", flat=True)))


def import_rows(rows: list[dict[str, str]], *, images: Path | None) -> ImportSummary:
    """Import rows of our own format, with the files that they name in the folder. Repeatable."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PRODUCTS.name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        return import_products(path, report=lambda _row: None, options=ImportOptions(images=images))


def ensure_reorder_points() -> int:
    """A reorder point for every shelf that has none; the number of shelves. Repeatable."""
    return fill_reorder_points(point=REORDER_POINT, quantity=REORDER_QUANTITY)
