"""Loading the demo twice loads it once."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.management import call_command
from pytest_django.fixtures import Settings

from analytics.models import DailyFigures, Event
from catalog.models import (
    Campaign,
    Category,
    Price,
    PricingRule,
    Product,
    ProductImage,
    Promotion,
    SearchDocument,
    SearchSynonym,
    Variant,
)
from crm.models import Ticket
from inventory.models import Bin, ReorderAlert, StockItem, StockLevel, StockMovement, StockValueDay, Warehouse
from orders.models import Order, Shipment, ShippingMethod, TaxRate
from orders.models.sandbox_carrier import SandboxPush
from payments.models import Payment, ReconciliationCase, SandboxCallback
from shop.accounts.models import User
from shop.demo import ACCOUNTS
from shop.demo.services import floor, goods, history, offers, people, setup, shelves
from shop.kernel.clock import now, override_now
from shop.kernel.models import OutboxEvent, OutgoingEmail

COUNTED = (
    Bin, Category, DailyFigures, Event, Order, OutgoingEmail, Payment, Price, PricingRule, Product, ProductImage, Promotion,
    ReconciliationCase, ReorderAlert, SearchSynonym, Shipment, ShippingMethod, StockLevel, StockMovement, TaxRate, Ticket,
    User, Variant, Warehouse,
)  # fmt: skip
HANDLES = ("harbour-stoneware-mug", "plain-supper-plate", "kestrel-chefs-knife")


def load() -> None:
    chosen = [part for handle in HANDLES for part in ("--product", handle)]
    call_command("load_demo", "--orders", "10", "--visits", "3", "--no-scenes", *chosen, stdout=StringIO())


def count_rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in COUNTED}


@pytest.mark.django_db(transaction=True)
def test_loading_twice_loads_once(
    settings: Settings, tmp_path: Path, assert_invariants: Callable[[], None]
) -> None:
    settings.MEDIA_ROOT = tmp_path
    instant = now()
    with override_now(instant):
        load()

    first = count_rows()
    expected = {
        "Bin": 184, "Category": 75, "Order": 11, "PricingRule": 2, "Product": 3, "ProductImage": 10, "Promotion": 5,
        "ReconciliationCase": 1, "SearchSynonym": 6, "StockLevel": 16, "Ticket": 6, "User": 8, "Variant": 8, "Warehouse": 2,
    }  # fmt: skip
    assert {name: first[name] for name in expected} == expected
    assert SearchDocument.objects.filter(sales_score__gt=0).exists()
    _check_work_in_every_state()
    _check_goods_lie_in_their_bins()
    _check_nothing_waits_in_the_pipes()
    assert_invariants()

    # At the same instant: a minute later another of the month's parcels may be due.
    with override_now(instant):
        load()
    assert count_rows() == first
    assert_invariants()


def _check_work_in_every_state() -> None:
    assert Order.objects.filter(status="pending").count() == 2
    assert Order.objects.to_ship().count() >= 2
    assert Shipment.objects.filter(status="exception").count() == 1
    assert Shipment.objects.exclude(stalled_at=None).count() == 1
    assert ReorderAlert.objects.filter(closed_at=None).exists()
    assert DailyFigures.objects.filter(visits_quantity__gt=0).count() >= 30
    assert all(User.objects.get(email=one.email).check_password(one.password) for one in ACCOUNTS)


def _check_goods_lie_in_their_bins() -> None:
    """All of the first warehouse's but what came yesterday, and every piece has cost something."""
    here = StockItem.objects.filled().filter(warehouse__code="RTM")
    loose = set(here.filter(bin=None).values_list("variant_id", flat=True))
    binned = here.filter(bin__zone__kind__in=("picking", "storage"))
    assert set(binned.values_list("variant_id", flat=True)) | loose == set(
        StockLevel.objects.filter(warehouse__code="RTM", on_hand__gt=0).values_list("variant_id", flat=True)
    )
    yesterday = StockMovement.objects.filter(
        kind="received", source_type="purchase", created_at__gte=now() - floor.FRESH
    )
    assert loose == set(yesterday.values_list("variant_id", flat=True)) != set()
    assert not StockLevel.objects.filter(on_hand__gt=0, average_cost=0).exists()
    assert all(day.average_amount > 0 and day.fifo_amount > 0 for day in StockValueDay.objects.all())
    assert StockValueDay.objects.count() == 2


def _check_nothing_waits_in_the_pipes() -> None:
    assert not OutboxEvent.objects.filter(sent_at=None, not_before__lte=now()).exists()
    assert not OutgoingEmail.objects.filter(sent_at=None).exists()
    assert not SandboxPush.objects.due(now()).exists()
    assert not SandboxCallback.objects.due(now()).exists()
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_newer_demo_brings_another_offer_into_the_season_that_is_there() -> None:
    """Both on one day: a second season of the same name would end the start of the shop."""
    with patch.object(offers, "OFFERS", offers.OFFERS[:1]):
        assert offers.ensure_offers() == 1
    assert offers.ensure_offers() == len(offers.OFFERS) - 1
    assert Campaign.objects.filter(key__startswith="season-").count() == 1


class Killed(BaseException):
    """The process ends here, as by SIGKILL: nothing that would tidy up runs."""


@pytest.mark.django_db(transaction=True)
def test_load_that_was_killed_among_the_orders_goes_on_where_it_was(
    drain: Callable[[], int], assert_invariants: Callable[[], None]
) -> None:
    people.ensure_people()
    setup.ensure_shipping()
    shelves.ensure_warehouses()
    shelves.ensure_categories()
    goods.load_products(goods.read_rows(HANDLES))
    drain()
    real, parcels = history.ship_order, count(1)

    def ship_and_die(*args: Any, **kwargs: Any) -> Shipment:
        if next(parcels) > 1:
            raise Killed
        return real(*args, **kwargs)

    with patch.object(history, "ship_order", ship_and_die), pytest.raises(Killed):
        history.load_orders(quantity=8, say=print)
    cut_off = Order.objects.get(status="confirmed", fulfilment_status="allocated")
    assert Order.objects.count() < 8
    history.load_orders(quantity=8, say=print)
    cut_off.refresh_from_db()
    assert cut_off.fulfilment_status in {"shipped", "delivered"}
    assert not cut_off.shipments.filter(tracking_number="").exists()
    assert Order.objects.filter(status="pending").count() == 2
    assert Payment.objects.filter(status="succeeded").count() == 6
    assert_invariants()
