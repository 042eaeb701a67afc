"""manage.py import_products: bring a file of products into the shop."""

from __future__ import annotations

import csv
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalog.domain.errors import FileRefused
from catalog.domain.reports import ImportSummary, Outcome, RowReport
from catalog.services.imports.batches import Report
from catalog.services.imports.whole_files import ImportOptions, import_products

BAR_WIDTH = 30
LINE_SECONDS = 5.0
BAR_SECONDS = 0.1
REASONS_SHOWN = 10


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
            help="stock of rows that say 'in stock' without a number",
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
            with _open_report(options["report"]) as report:
                summary = import_products(
                    path, report=report, options=choices, progress=_Meter(sys.stderr).show
                )
        except FileRefused as error:
            raise CommandError(str(error.message)) from error
        except OSError as error:
            raise CommandError(f"{error.strerror}: {error.filename}") from error
        self.stdout.write(_describe(summary))


class _Meter:
    """A bar on a terminal; elsewhere a plain line now and then."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.is_terminal = stream.isatty()
        self.shown_at = 0.0 if self.is_terminal else time.monotonic()

    def show(self, done: int, size: int) -> None:
        """Draw how far the file is read."""
        wait = BAR_SECONDS if self.is_terminal else LINE_SECONDS
        if done < size and time.monotonic() - self.shown_at < wait:
            return
        self.shown_at = time.monotonic()
        share = done / size if size else 1.0
        if not self.is_terminal:
            self.stream.write(f"read {share:.0%}\n")
            return
        filled = round(share * BAR_WIDTH)
        end = "\n" if done >= size else ""
        self.stream.write(f"\r[{'█' * filled}{'·' * (BAR_WIDTH - filled)}] {share:4.0%}{end}")
        self.stream.flush()


@contextmanager
def _open_report(path: Path | None) -> Iterator[Report]:
    if path is None:
        yield lambda _row: None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "product", "outcome", "reason", "warnings"])
        yield lambda row: writer.writerow(_list_cells(row))


def _list_cells(row: RowReport) -> list[str | int]:
    texts = [row.product, row.outcome.value, row.reason, "; ".join(row.warnings)]
    return [row.row, *(_disarm(text) for text in texts)]


def _disarm(text: str) -> str:
    """Keep a spreadsheet from running a cell of the file as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _describe(summary: ImportSummary) -> str:
    lines = [f"{summary.file_name}: {summary.format}, {summary.row_count} rows"]
    lines += [
        f"  {outcome.value:<10} {summary.rows[outcome]:>7} rows, {summary.products[outcome]:>6} products"
        for outcome in Outcome
    ]
    if summary.warning_count:
        lines.append(f"  {summary.warning_count} warnings (see --report)")
    reasons = sorted(summary.reasons.items(), key=lambda item: -item[1])
    lines += [f"  refused {quantity}: {reason}" for reason, quantity in reasons[:REASONS_SHOWN]]
    if len(reasons) > REASONS_SHOWN:
        lines.append(f"  and {len(reasons) - REASONS_SHOWN} other reasons (see --report)")
    return "\n".join(lines)
