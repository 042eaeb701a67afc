"""Holding stock: all or nothing, once per reference, for a time."""

from datetime import timedelta
from itertools import product

import pytest
from pytest_django import DjangoAssertNumQueries

from inventory.domain.allocation import plan_allocation
from inventory.domain.errors import InvalidQuantity, OutOfStock
from inventory.domain.requests import Shortage, StockRequest
from inventory.locks import take_whole
from inventory.models import Reservation, ReservationState, StockLevel
from inventory.queries.levels import get_reservation_scene, list_available, list_reservations
from inventory.services.reservations import (
    confirm_reservation,
    expire_reservations,
    release_stock,
    reserve_stock,
)
from shop.kernel.clock import now, override_now
from shop.kernel.models import OutboxEvent
from tests.factories.inventory import (
    make_bare_variant,
    make_reservation,
    make_stock,
    make_warehouse,
)

pytestmark = pytest.mark.django_db


def list_events(topic: str) -> list[dict[str, object]]:
    return list(OutboxEvent.objects.filter(topic=topic).order_by("pk").values_list("payload", flat=True))


def test_a_hold_takes_from_what_is_available() -> None:
    variant, warehouse = make_bare_variant("MUG"), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=5)
    OutboxEvent.objects.all().delete()
    (held,) = make_reservation("order:1", variant=variant, quantity=3)
    assert (held.warehouse_id, held.quantity, held.open_quantity, held.state) == (
        warehouse.pk,
        3,
        3,
        "held",
    )
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (5, 3)
    assert list_available([variant.pk, 0]) == {variant.pk: 2, 0: 0}
    assert list_events("inventory.stock_changed") == [{"variant_id": variant.pk}]


def test_one_short_line_holds_nothing() -> None:
    plenty, scarce, warehouse = (
        make_bare_variant(),
        make_bare_variant(),
        make_warehouse(),
    )
    make_stock(plenty, warehouse=warehouse, quantity=9)
    make_stock(scarce, warehouse=warehouse, quantity=1)
    lines = [
        StockRequest(variant_id=plenty.pk, quantity=1),
        StockRequest(variant_id=scarce.pk, quantity=2),
    ]
    with pytest.raises(OutOfStock) as refused:
        reserve_stock("order:1", lines=lines, expires_at=now())
    assert refused.value.shortages == (
        Shortage(variant_id=scarce.pk, requested_quantity=2, available_quantity=1),
    )


@pytest.mark.django_db(transaction=True)
def test_a_refused_hold_leaves_no_trace() -> None:
    variant = make_bare_variant()
    make_stock(variant, warehouse=make_warehouse(), quantity=1)
    OutboxEvent.objects.all().delete()
    with pytest.raises(OutOfStock):
        make_reservation("order:1", variant=variant, quantity=2)
    assert not Reservation.objects.exists()
    assert StockLevel.objects.get().reserved == 0
    assert not OutboxEvent.objects.exists()


def test_the_same_reference_gets_the_same_hold() -> None:
    variant = make_bare_variant()
    make_stock(variant, warehouse=make_warehouse(), quantity=5)
    first = make_reservation("order:1", variant=variant, quantity=3)
    second = make_reservation("order:1", variant=variant, quantity=3)
    assert [row.pk for row in first] == [row.pk for row in second]
    assert StockLevel.objects.get().reserved == 3


def test_stock_of_an_inactive_warehouse_is_not_sold() -> None:
    variant = make_bare_variant()
    make_stock(variant, warehouse=make_warehouse(is_active=False), quantity=5)
    with pytest.raises(OutOfStock):
        make_reservation("order:1", variant=variant, quantity=1)


def test_a_large_line_is_split_over_warehouses() -> None:
    variant = make_bare_variant()
    near, far = (
        make_warehouse("NEAR", country="NL"),
        make_warehouse("FAR", country="CN"),
    )
    make_stock(variant, warehouse=near, quantity=2)
    make_stock(variant, warehouse=far, quantity=3)
    request = StockRequest(variant_id=variant.pk, quantity=4)
    reserve_stock(
        "order:1",
        lines=[request],
        expires_at=now() + timedelta(minutes=1),
        country="NL",
    )
    held = {row.warehouse_id: row.quantity for row in list_reservations("order:1")}
    assert held == {near.pk: 2, far.pk: 2}


@pytest.mark.parametrize("quantity", [0, -1])
def test_nothing_cannot_be_held(quantity: int) -> None:
    with pytest.raises(InvalidQuantity):
        reserve_stock(
            "order:1",
            lines=[StockRequest(variant_id=1, quantity=quantity)],
            expires_at=now(),
        )


@pytest.mark.parametrize("count", [1, 3, 12])
def test_a_hold_costs_the_same_for_any_number_of_lines(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    warehouse = make_warehouse()
    variants = [make_bare_variant() for _ in range(count)]
    for variant in variants:
        make_stock(variant, warehouse=warehouse, quantity=5)
    lines = [StockRequest(variant_id=variant.pk, quantity=1) for variant in variants]
    with django_assert_num_queries(1):
        reserve_stock("order:1", lines=lines, expires_at=now() + timedelta(minutes=1))


def test_a_confirmed_hold_does_not_lapse() -> None:
    variant = make_bare_variant()
    make_stock(variant, warehouse=make_warehouse(), quantity=5)
    make_reservation("order:1", variant=variant, quantity=3)
    assert confirm_reservation("order:1") is True
    assert confirm_reservation("order:1") is True
    with override_now(now() + timedelta(hours=2)):
        assert expire_reservations() == 0
    assert StockLevel.objects.get().reserved == 3


def test_a_lapsed_hold_gives_its_stock_back_once() -> None:
    variant = make_bare_variant("MUG")
    make_stock(variant, warehouse=make_warehouse(), quantity=5)
    make_reservation("order:1", variant=variant, quantity=3, minutes=30)
    OutboxEvent.objects.all().delete()
    with override_now(now() + timedelta(minutes=29)):
        assert expire_reservations() == 0
    with override_now(now() + timedelta(minutes=31)):
        assert expire_reservations() == 1
        assert expire_reservations() == 0
    row = Reservation.objects.get()
    assert (row.state, row.open_quantity, row.reason) == ("expired", 0, "expired")
    assert StockLevel.objects.get().reserved == 0
    assert list_events("inventory.reservation_expired") == [{"reference": "order:1"}]
    assert len(list_events("inventory.stock_changed")) == 1
    assert confirm_reservation("order:1") is False


def test_money_for_a_hold_that_nobody_made_confirms_nothing() -> None:
    assert confirm_reservation("order:unknown") is False


def test_release_gives_back_once() -> None:
    variant = make_bare_variant()
    make_stock(variant, warehouse=make_warehouse(), quantity=5)
    make_reservation("order:1", variant=variant, quantity=3)
    make_reservation("order:2", variant=variant, quantity=1)
    assert release_stock("order:1", reason="cancelled") == 3
    assert release_stock("order:1", reason="cancelled") == 0
    assert StockLevel.objects.get().reserved == 1
    row = Reservation.objects.get(reference="order:1")
    assert (row.state, row.reason) == (ReservationState.RELEASED, "cancelled")


def test_the_database_plans_whole_orders_as_the_domain_does() -> None:
    """Every set of shelves from a grid: what one statement holds is what `plan_allocation` says, or nothing."""
    variants = [make_bare_variant() for _ in range(2)]
    warehouses = [
        make_warehouse("A", country="NL", priority=2),
        make_warehouse("B", country="CN", priority=1),
        make_warehouse("C", country="NL", priority=1),
    ]
    for variant in variants:
        for warehouse in warehouses:
            make_stock(variant, warehouse=warehouse, quantity=100)
    wanted = {variant.pk: 50 for variant in variants}
    whole = 0
    for number, free in enumerate(product((10, 60), repeat=6)):
        levels = StockLevel.objects.order_by("variant_id", "warehouse_id")
        for level, quantity in zip(levels, free, strict=True):
            StockLevel.objects.filter(pk=level.pk).update(reserved=100 - quantity)
        country = ("NL", "CN", "")[number % 3]
        shelves = get_reservation_scene("", variant_ids=wanted).shelves
        plan = plan_allocation(wanted, shelves=shelves, country=country)
        is_held = take_whole(
            f"order:{number}",
            wanted=wanted,
            country=country,
            channel="",
            expires_at=now() + timedelta(minutes=5),
            created_at=now(),
        )
        is_whole = (
            len({line.warehouse_id for line in plan}) == 1 and sum(line.quantity for line in plan) == 100
        )
        assert is_held == is_whole
        held = list_reservations(f"order:{number}")
        assert [(row.variant_id, row.warehouse_id, row.quantity) for row in held] == (
            [(line.variant_id, line.warehouse_id, line.quantity) for line in plan] if is_whole else []
        )
        whole += is_whole
    assert whole == 37
