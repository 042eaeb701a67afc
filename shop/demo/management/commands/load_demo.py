"""manage.py load_demo: fill the shop with the demo "Hearth & Vale"."""

import logging
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from catalog.domain.reports import ImportSummary
from orders.services.recommendations import learn_recommendations
from shop.demo.services import (
    buying,
    desk,
    floor,
    goods,
    groups,
    history,
    manuals,
    merchandise,
    offers,
    people,
    quiet,
    repricing,
    sales,
    setup,
    shelves,
    studio,
)
from shop.demo.services.plans import DAYS
from shop.kernel.clock import now, override_now
from shop.kernel.relay import drain_outbox

ORDERS = 120
VISITS = 70
SHELVED_BEFORE = 2


class Command(BaseCommand):
    """Load the demo shop; what is there stays."""

    help = (
        "Load the demo shop: people, products with pictures, stock, and a month of orders. May be run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--orders", type=int, default=ORDERS, help="how many past orders (120)")
        parser.add_argument("--visits", type=int, default=VISITS, help="how many visits a day (70)")
        parser.add_argument(
            "--product", action="append", default=[], help="only this product; may be given again"
        )
        parser.add_argument(
            "--no-scenes", action="store_true", help="without the large pictures of the front page"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the stages in order; each skips what is there. A month of jobs tells nothing but warnings."""
        with _without_chatter():
            self._load(options)

    def _load(self, options: dict[str, Any]) -> None:
        started = time.monotonic()
        self._stage("people", lambda: f"{people.ensure_people()} new")
        self._stage("warehouses, shipping, taxes", self._set_up)
        self._stage("categories", lambda: f"{shelves.ensure_categories()} new")
        rows = goods.read_rows(options["product"])
        scenes = [] if options["no_scenes"] else studio.list_missing_scenes()
        with studio.draw_pictures([*goods.list_missing_pictures(rows), *scenes]) as drawing:
            self._stage("products and stock", lambda: self._load_products(rows))
            self._stage("types, attributes, collections", merchandise.load_merchandise)
            self._stage("orders", lambda: self._load_orders(options["orders"]))
            self._stage("what is bought together", lambda: f"{learn_recommendations()} pairs")
            self._stage("promotions", self._load_offers)
            self._stage("a group of buyers", lambda: f"{groups.ensure_group()} new")
            self._stage("visits", lambda: f"{desk.load_visits(a_day=options['visits'])} new")
            self._stage("suppliers and forecasts", self._load_buying)
            self._stage("today's work", self._load_desk)
            self._stage("rules on prices", self._load_pricing)
            self._stage("manuals", self._load_manuals)
            self._stage("pictures", lambda: self._hang_pictures(rows, drawing))
        self.stdout.write(f"The demo shop is loaded ({time.monotonic() - started:.0f} s).")

    def _stage(self, title: str, work: Callable[[], str]) -> None:
        started = time.monotonic()
        self.stdout.write(f"  {title} …")
        self.stdout.flush()
        self._say(f"{work()} ({time.monotonic() - started:.1f} s)")

    def _say(self, words: str) -> None:
        self.stdout.write(f"    {words}")

    def _set_up(self) -> str:
        setup.ensure_shipping()
        warehouses = shelves.ensure_warehouses()
        return f"{warehouses} new warehouses, {floor.lay_out_floor()} new bins"

    def _load_products(self, rows: list[dict[str, str]]) -> str:
        # On the shelves before the first past order, as the ledger's days are counted.
        with override_now(now() - timedelta(days=DAYS + SHELVED_BEFORE)):
            summary = goods.load_products(rows)
            floor.receive_opening_stock(rows)
            _deliver_events()
        goods.ensure_reorder_points()
        return _describe(summary) if summary else "all there"

    def _load_orders(self, quantity: int) -> str:
        return f"{history.load_orders(quantity=quantity, say=self._say)} new"

    def _load_buying(self) -> str:
        suppliers, suggestions = buying.load_buying()
        pieces = floor.put_away()
        floor.note_value()
        return f"{suppliers} new suppliers, {suggestions} suggestions, {pieces} pieces put away"

    def _load_offers(self) -> str:
        return f"{offers.ensure_offers() + sales.ensure_flash_sale()} new"

    def _load_pricing(self) -> str:
        rules, suggestions = repricing.ensure_pricing()
        return f"{rules} new, {suggestions} suggestions"

    def _load_manuals(self) -> str:
        quantity = manuals.load_manuals()
        _deliver_events()
        return f"{quantity} new"

    def _hang_pictures(self, rows: list[dict[str, str]], drawing: studio.Drawing) -> str:
        quantity = drawing.wait(say=self._say)
        if any(drawing.folder.iterdir()):
            goods.hang_pictures(rows, drawing.folder)
            _deliver_events()
        return f"{quantity} new"

    def _load_desk(self) -> str:
        questions, cases = desk.load_tickets(), desk.load_difference()
        stalled, alerts = desk.find_trouble()
        desk.roll_up_figures()
        quiet.deliver_past_callbacks()
        quiet.deliver_past_mail()
        return f"{questions} questions, {cases} differences, {stalled} lost parcels, {alerts} reorder alerts"


@contextmanager
def _without_chatter() -> Iterator[None]:
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _deliver_events() -> None:
    while drain_outbox().delivered:
        pass


def _describe(summary: ImportSummary) -> str:
    counts = ", ".join(f"{count} {outcome}" for outcome, count in summary.products.items() if count)
    return f"{counts} of {summary.row_count} variants"
