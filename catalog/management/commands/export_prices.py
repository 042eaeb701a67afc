"""manage.py export_prices: write price lists, and base prices when asked, as CSV or XLSX."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from catalog.domain.errors import ExportRefused
from catalog.models import PriceList
from catalog.services.pricing.price_exports import stream_prices, write_price_book


class Command(BaseCommand):
    """Export prices."""

    help = "Export price lists as import_prices takes them back unchanged (docs/pricing.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="the file to write: .csv or .xlsx")
        parser.add_argument("--list", dest="keys", action="append", metavar="KEY", help="only this list")
        parser.add_argument("--base", action="store_true", help="base prices too")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file and say how much it holds."""
        path: Path = options["file"]
        if path.suffix.lower() not in {".csv", ".xlsx"}:
            raise CommandError("The name of the file must end in .csv or .xlsx.")
        price_lists = PriceList.objects.all()
        if options["keys"]:
            price_lists = price_lists.filter(key__in=options["keys"])
            if missing := set(options["keys"]) - set(price_lists.values_list("key", flat=True)):
                raise CommandError(f"There is no price list {', '.join(sorted(missing))}.")
        try:
            rows = _write(price_lists, path, has_base=options["base"])
        except ExportRefused as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{path.name}: {rows} rows")


def _write(price_lists: QuerySet[PriceList], path: Path, *, has_base: bool) -> int:
    if path.suffix.lower() == ".xlsx":
        with path.open("wb") as file:
            return write_price_book(price_lists, file=file, has_base=has_base)
    rows = -2
    with path.open("w", encoding="utf-8", newline="") as text:
        for part in stream_prices(price_lists, has_base=has_base):
            text.write(part)
            rows += 1
    return rows
