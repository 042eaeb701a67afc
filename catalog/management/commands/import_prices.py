"""manage.py import_prices: bring a file of prices into the shop."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalog.domain.errors import FileRefused
from catalog.gateways.feeds import COMPETITORS, PRICES, detect_format
from catalog.management.import_reports import Meter, describe_summary, open_report
from catalog.services.imports.whole_files import ImportOptions, check_file, import_products


class Command(BaseCommand):
    """Import price lists and base prices, or competitors' prices, from CSV or XLSX."""

    help = "Import price lists, base prices or competitors' prices (docs/pricing.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="the file: CSV or XLSX")
        parser.add_argument("--check", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--currency", default=settings.DEFAULT_CURRENCY, choices=settings.CURRENCIES)
        parser.add_argument(
            "--report", type=Path, metavar="PATH", help="write one line per row to this CSV file"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import and say what came of it."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        run = check_file if options["check"] else import_products
        try:
            if detect_format(path) not in {PRICES, COMPETITORS}:
                raise CommandError(
                    "This is no file of prices: it needs list, sku and price (docs/pricing.md)."
                )
            with open_report(options["report"]) as report:
                summary = run(
                    path,
                    report=report,
                    options=ImportOptions(currency=options["currency"]),
                    progress=Meter(sys.stderr).show,
                )
        except FileRefused as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(describe_summary(summary))
        for first, count in summary.marks.values():
            self.stdout.write(f"  to look at {count}: {first.say()}")
