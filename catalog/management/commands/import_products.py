"""manage.py import_products: bring a file of products into the shop."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalog.domain.errors import FileRefused
from catalog.management.import_reports import Meter, describe_summary, open_report
from catalog.services.imports.whole_files import ImportOptions, import_products


class Command(BaseCommand):
    """Import products of seven platforms' formats, CSV, XLSX or JSON, or a category tree."""

    help = "Import products (Shopify, WooCommerce, Spree, Vendure, Saleor, Oscar, our own) or categories (docs/importing.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="the file: CSV, XLSX, JSON or text")
        parser.add_argument(
            "--images", type=Path, metavar="DIR", help="folder that holds the pictures by file name"
        )
        parser.add_argument(
            "--fetch",
            action="store_true",
            help="fetch pictures that are not in the folder by their web address",
        )
        parser.add_argument("--stock", action="store_true", help="overwrite stock that was counted since")
        parser.add_argument(
            "--assume-stock",
            type=int,
            default=0,
            metavar="N",
            help="stock of rows that say 'in stock' without a number; with --stock also for articles already here",
        )
        parser.add_argument("--currency", default=settings.DEFAULT_CURRENCY, choices=settings.CURRENCIES)
        parser.add_argument(
            "--report", type=Path, metavar="PATH", help="write one line per row to this CSV file"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import and say what came of it."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        if options["images"] and not options["images"].is_dir():
            raise CommandError(f"There is no folder {options['images']}.")
        choices = ImportOptions(
            currency=options["currency"],
            images=options["images"],
            overwrite_stock=options["stock"],
            assumed_stock=max(options["assume_stock"], 0),
            fetch_pictures=options["fetch"],
        )
        try:
            with open_report(options["report"]) as report:
                summary = import_products(
                    path, report=report, options=choices, progress=Meter(sys.stderr).show
                )
        except FileRefused as error:
            raise CommandError(str(error.message)) from error
        except OSError as error:
            raise CommandError(f"{error.strerror}: {error.filename}") from error
        self.stdout.write(describe_summary(summary))
