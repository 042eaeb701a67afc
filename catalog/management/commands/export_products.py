"""manage.py export_products: write products in our own format, as CSV or XLSX."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from catalog.domain.errors import ExportRefused
from catalog.models import Category, Product
from catalog.services.exports import copy_files, stream_csv, write_xlsx


class Command(BaseCommand):
    """Export products with variants, prices, stock, attributes, pictures and documents."""

    help = (
        "Export products in our own format, which import_products takes back unchanged (docs/importing.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="the file to write: .csv or .xlsx")
        parser.add_argument(
            "--category", metavar="PATH", default="", help="only this category and all below it"
        )
        parser.add_argument("--status", choices=Product.Status.values, help="only published ones, or drafts")
        parser.add_argument(
            "--images", type=Path, metavar="DIR", help="copy pictures and documents to DIR/handle/name"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file and say how much it holds."""
        path: Path = options["file"]
        if path.suffix.lower() not in {".csv", ".xlsx"}:
            raise CommandError("The name of the file must end in .csv or .xlsx.")
        products = Product.objects.all()
        if options["category"]:
            products = products.filter(category__in=Category.objects.within(options["category"].strip("/")))
        if options["status"]:
            products = products.filter(status=options["status"])
        try:
            rows = self._write(products, path)
        except ExportRefused as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{path.name}: {rows} rows, {products.count()} products")
        bare = products.filter(variants__isnull=True).count()
        if bare:
            self.stdout.write(f"  left out {bare}: products without a variant")
        if options["images"]:
            self.stdout.write(f"  {copy_files(products, folder=options['images'])} pictures and documents")

    def _write(self, products: QuerySet[Product], path: Path) -> int:
        if path.suffix.lower() == ".xlsx":
            with path.open("wb") as file:
                return write_xlsx(products, file=file)
        rows = -1
        with path.open("w", encoding="utf-8", newline="") as text:
            for part in stream_csv(products):
                text.write(part)
                rows += 1
        return max(rows - 1, 0)
