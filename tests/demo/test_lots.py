"""The demo's lots: an older one of a few pieces that goes first, a fresh one, and deliveries with theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from catalog.models import Price, Variant
from inventory.models import Lot, PickListKind, StockItem
from inventory.queries.lots import list_expiring
from inventory.services.picking import create_pick_list
from shop.demo.services import floor, goods, lots, shelves
from shop.demo.services.plans import DAYS, PERISHABLE, build_plans
from shop.kernel.clock import now, override_now
from tests.factories.inventory import confirm, make_bare_variant

SKUS = {row["sku"] for row in goods.read_rows()}


@pytest.fixture(autouse=True)
def _one_instant() -> Iterator[None]:
    """Days are counted before and after midnight alike."""
    with override_now(now()):
        yield


@pytest.fixture
def hand_wash() -> Variant:
    """RTM:55|SHA:40 at 18.90 in products.csv; it came a month ago."""
    shelves.ensure_warehouses()
    variant = make_bare_variant(PERISHABLE)
    Price.objects.create(variant=variant, currency="EUR", amount=Decimal("18.90"))
    with override_now(now() - timedelta(days=DAYS + 2)):
        floor.lay_out_floor()
        assert floor.receive_opening_stock(goods.read_rows(["fern-hand-wash"])) == 2
    return variant


@pytest.mark.django_db
def test_opening_stock_lies_in_two_lots_at_its_cost(hand_wash: Variant) -> None:
    came = localdate(now() - timedelta(days=DAYS + 2))
    soon, late = came + timedelta(days=50), came + timedelta(days=400)
    assert list(Lot.objects.values_list("code", "expires_on")) == [
        (f"L{soon:%y%m%d}", soon),
        (f"L{late:%y%m%d}", late),
    ]
    items = StockItem.objects.filled().order_by("warehouse__code", "lot__expires_on")
    assert list(items.values_list("warehouse__code", "lot__expires_on", "quantity")) == [
        ("RTM", soon, 14),
        ("RTM", late, 41),
        ("SHA", soon, 14),
        ("SHA", late, 26),
    ]
    levels = hand_wash.stock_levels.values_list("average_cost", flat=True)
    assert set(levels) == {Decimal("7.560000")}
    soonest = list_expiring(today=localdate(now()), within_days=60)
    assert list(soonest.values_list("expires_on", "left_quantity")) == [(soon, 28)]


@pytest.mark.django_db
def test_a_walk_takes_the_older_lot_first(hand_wash: Variant) -> None:
    confirm("order:S1", variant=hand_wash, quantity=16)
    warehouse_id = StockItem.objects.filter(warehouse__code="RTM").values_list("warehouse_id", flat=True)[0]
    walk = create_pick_list(warehouse_id, kind=PickListKind.WAVE, actor="ann")
    older, fresh = Lot.objects.order_by("expires_on")
    steps = walk.tasks.order_by("lot__expires_on").values_list("lot_id", "quantity")
    assert list(steps) == [(older.pk, 14), (fresh.pk, 2)]


def test_deliveries_of_what_expires_name_their_lot() -> None:
    with override_now(now().replace(year=2027, month=3, day=1, hour=12)):
        assert lots.describe_delivery(PERISHABLE) == ("L280404", date(2028, 4, 4))
        assert lots.describe_delivery("HV-LBB126") == ("", None)


def test_lots_are_of_articles_that_there_are_and_the_first_order_to_pick_has_one() -> None:
    assert set(lots.OLDER) < SKUS
    assert [plan.sku for plan in build_plans(now(), quantity=20) if plan.sku] == [PERISHABLE]
    assert PERISHABLE in lots.OLDER
