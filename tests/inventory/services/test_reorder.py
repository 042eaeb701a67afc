"""One alert per shelf and day that ran low."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from inventory.domain.requests import StockLine
from inventory.models import ItemPlan, ReorderAlert
from inventory.services.reorder import check_reorder_points
from inventory.services.stock import receive_stock
from shop.kernel.clock import now, override_now
from shop.kernel.models import OutboxEvent
from tests.factories.buying import make_offer, make_purchase_order, make_supplier
from tests.factories.inventory import (
    make_bare_variant,
    make_reservation,
    make_stock,
    make_warehouse,
)

pytestmark = pytest.mark.django_db


def test_a_low_shelf_opens_one_alert() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=10, reorder_point=5)
    assert check_reorder_points() == 0
    make_reservation("order:1", variant=variant, quantity=6)
    assert check_reorder_points() == 1
    assert check_reorder_points() == 0
    alert = ReorderAlert.objects.get()
    assert (alert.available_quantity, alert.reorder_point, alert.reorder_quantity) == (
        4,
        5,
        20,
    )
    events = OutboxEvent.objects.filter(topic="inventory.reorder_alert_opened")
    assert [event.payload for event in events] == [{"alert_id": alert.pk}]


def test_exactly_at_the_point_is_not_low() -> None:
    make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=5, reorder_point=5)
    assert check_reorder_points() == 0


def test_a_refilled_shelf_closes_its_alert_and_opens_it_again_the_same_day() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    assert check_reorder_points() == 1
    line = StockLine(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=9)
    receive_stock([line], source_type="purchase", source_id="P1")
    assert check_reorder_points() == 0
    assert not ReorderAlert.objects.open().exists()
    make_reservation("order:1", variant=variant, quantity=8)
    assert check_reorder_points() == 0
    assert ReorderAlert.objects.get().closed_at is None
    assert OutboxEvent.objects.filter(topic="inventory.reorder_alert_opened").count() == 1


def test_a_shelf_that_runs_low_on_another_day_gets_another_alert() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    assert check_reorder_points() == 1
    with override_now(now() + timedelta(days=1)):
        assert check_reorder_points() == 0
        make_stock(variant, warehouse=warehouse, quantity=9)
        assert check_reorder_points() == 0
        make_reservation("order:1", variant=variant, quantity=8, minutes=9999)
        assert check_reorder_points() == 1
    assert ReorderAlert.objects.count() == 2


def test_what_is_on_its_way_fills_the_shelf_already() -> None:
    variant, warehouse, supplier = make_bare_variant(), make_warehouse(), make_supplier()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    make_offer(supplier, variant=variant)
    make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 3})
    assert check_reorder_points() == 1
    make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 1})
    assert check_reorder_points() == 0
    assert not ReorderAlert.objects.open().exists()


def test_the_point_that_replenishment_worked_out_counts_where_it_is_higher() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=8, reorder_point=5)
    plan = ItemPlan.objects.create(
        variant=variant, warehouse=warehouse, reorder_point=9, order_up_to=50, is_paused=True
    )
    assert check_reorder_points() == 0
    plan.is_paused = False
    plan.save()
    assert check_reorder_points() == 1
    alert = ReorderAlert.objects.get()
    assert (alert.reorder_point, alert.reorder_quantity) == (9, 41)


def test_any_number_of_shelves_is_checked_in_three_statements(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    warehouse = make_warehouse()
    for _ in range(4):
        make_stock(make_bare_variant(), warehouse=warehouse, quantity=1, reorder_point=5)
    with django_assert_num_queries(5):  # three, between BEGIN and COMMIT
        assert check_reorder_points() == 4
