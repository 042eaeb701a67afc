"""manage.py evaluate_recommendations: try recommendations on order histories that are over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.domain.recommendation_trials import evaluate
from catalog.gateways.histories import read_baskets


class Command(BaseCommand):
    """Learn from the first four fifths of the baskets, foresee the rest, and compare with the best sellers."""

    help = "Print recall@10 of the shop's recommendations and of a most-popular list on a file of orders."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files."""
        parser.add_argument(
            "files", nargs="+", type=Path, help="CSV, also .gz: UCI Online Retail, Complete Journey"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one table per file."""
        for path in options["files"]:
            try:
                baskets = read_baskets(path)
            except (OSError, ValueError) as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{path.name}: {len(baskets)} baskets")
            for row in evaluate(baskets):
                self.stdout.write(
                    f"  {row.task}: {row.cases} cases, recall@10 {row.ours:.3f}, most popular {row.popular:.3f}"
                )
