"""manage.py export_categories: write the category tree as JSON."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from catalog.models import Category
from catalog.services.exports import stream_categories


class Command(BaseCommand):
    """Export the categories with their addresses and both names."""

    help = "Export the category tree as JSON, which import_products takes back unchanged (docs/importing.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="the file to write: .json")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file and say how much it holds."""
        path: Path = options["file"]
        with path.open("w", encoding="utf-8") as text:
            text.writelines(stream_categories())
        self.stdout.write(f"{path.name}: {Category.objects.count()} categories")
