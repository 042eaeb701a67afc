"""manage.py build_feeds: write all product feeds now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalog.services.feeds import build_feed, list_feeds


class Command(BaseCommand):
    """Build the feeds and say where they are."""

    help = "Build the product feeds for portals now, instead of waiting for the job that does it every quarter of an hour."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Build each feed."""
        for feed in list_feeds():
            state = "written" if build_feed(feed) else "unchanged"
            self.stdout.write(f"{feed.url}: {state}")
