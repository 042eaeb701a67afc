"""manage.py rebuild_listings: write the listing read model anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalog.services.listings import rebuild_listings


class Command(BaseCommand):
    """Rebuild what pages and search read, from products, prices and availability."""

    help = "Rebuild listings and search documents of all products."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Rebuild in batches."""
        done = 0
        for done in rebuild_listings():
            self.stderr.write(f"{done} products")
        self.stdout.write(f"Listings of {done} products are fresh.")
