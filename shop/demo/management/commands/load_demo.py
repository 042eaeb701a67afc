"""manage.py load_demo: fill the shop with the demo "Hearth & Vale"."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from shop.demo.services import desk, goods, history, people, quiet, setup, shelves
from shop.kernel.relay import drain_outbox

ORDERS = 120


class Command(BaseCommand):
    """Load the demo shop; what is there stays."""

    help = (
        "Load the demo shop: people, products with pictures, stock, and a month of orders. May be run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--orders", type=int, default=ORDERS, help="how many past orders (120)")
        parser.add_argument(
            "--product", action="append", default=[], help="only this product; may be given again"
        )
        parser.add_argument(
            "--no-scenes", action="store_true", help="without the large pictures of the front page"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the stages in order; each skips what is there."""
        started = time.monotonic()
        self._stage("people", lambda: f"{people.ensure_people()} new")
        self._stage("warehouses, shipping, taxes", self._set_up)
        self._stage("categories", lambda: f"{shelves.ensure_categories()} new")
        self._stage("products", lambda: self._load_products(options["product"]))
        if not options["no_scenes"]:
            self._stage("scenes", lambda: f"{goods.store_scenes(say=self._say)} new")
        self._stage("orders", lambda: f"{history.load_orders(quantity=options['orders'], say=self._say)} new")
        self._stage("visits", lambda: f"{desk.load_visits()} new")
        self._stage("today's work", self._load_desk)
        self.stdout.write(f"The demo shop is loaded ({time.monotonic() - started:.0f} s).")

    def _stage(self, title: str, work: Callable[[], str]) -> None:
        started = time.monotonic()
        outcome = work()
        self.stdout.write(f"  {title}: {outcome} ({time.monotonic() - started:.1f} s)")

    def _say(self, words: str) -> None:
        self.stdout.write(f"    {words}")

    def _set_up(self) -> str:
        setup.ensure_shipping()
        return f"{shelves.ensure_warehouses()} new warehouses"

    def _load_products(self, handles: list[str]) -> str:
        summary = goods.load_products(handles=handles, say=self._say)
        while drain_outbox().delivered:
            self._say("stock is on the shelves")
        goods.ensure_reorder_points()
        if summary is None:
            return "all there"
        counts = ", ".join(f"{count} {outcome}" for outcome, count in summary.products.items() if count)
        return f"{counts}; {len(summary.reasons)} reasons to refuse, {summary.warning_count} warnings"

    def _load_desk(self) -> str:
        questions, cases = desk.load_tickets(), desk.load_difference()
        stalled, alerts = desk.find_trouble()
        desk.roll_up_figures()
        quiet.deliver_past_callbacks()
        quiet.deliver_past_mail()
        return f"{questions} questions, {cases} differences, {stalled} lost parcels, {alerts} reorder alerts"
