"""Physical stock moves only through the ledger, once per source."""

import pytest
from django.db import IntegrityError, connection

from inventory.domain.errors import InvalidQuantity, NotReserved, StockTooLow
from inventory.domain.requests import LedgerEntry, ShipRequest, StockLine
from inventory.models import Reservation, StockLevel, StockMovement
from inventory.queries.proof import list_level_differences
from inventory.services.corrections import adjust_entries, adjust_stock, set_stock
from inventory.services.rebuild import rebuild_levels
from inventory.services.stock import receive_stock, return_stock, ship_stock
from shop.kernel.invariants import check_invariants
from shop.kernel.models import OutboxEvent
from shop.kernel.transactions import savepoint
from tests.factories.inventory import (
    make_bare_variant,
    make_reservation,
    make_stock,
    make_warehouse,
)

pytestmark = pytest.mark.django_db


def test_a_receipt_counts_once() -> None:
    variant, warehouse = make_bare_variant("MUG"), make_warehouse()
    line = StockLine(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=7)
    assert receive_stock([line], source_type="purchase", source_id="P1") == 1
    assert receive_stock([line], source_type="purchase", source_id="P1") == 0
    assert StockLevel.objects.get().on_hand == 7
    assert [event.payload for event in OutboxEvent.objects.all()] == [{"variant_id": variant.pk}]


@pytest.mark.parametrize("quantity", [0, -2])
def test_only_something_can_come_in(quantity: int) -> None:
    line = StockLine(variant_id=1, warehouse_id=1, quantity=quantity)
    with pytest.raises(InvalidQuantity):
        receive_stock([line], source_type="purchase", source_id="P1")
    with pytest.raises(InvalidQuantity):
        return_stock([line], source_type="return", source_id="R1")
    with pytest.raises(InvalidQuantity):
        ship_stock(
            "order:1",
            lines=[ShipRequest(variant_id=1, warehouse_id=1, quantity=quantity)],
            source_id="1",
        )


def test_an_adjustment_never_takes_what_is_held() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=5)
    make_reservation("order:1", variant=variant, quantity=3)
    line = StockLine(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=-3)
    with pytest.raises(StockTooLow) as refused:
        adjust_stock(
            [line],
            source_type="count",
            source_id="C1",
            reason="broken",
            actor="a@example.com",
        )
    assert refused.value.shortage.available_quantity == 2


def test_an_adjustment_names_who_and_why() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=5)
    line = StockLine(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=-2)
    for _ in range(2):
        adjust_stock(
            [line],
            source_type="count",
            source_id="C1",
            reason="broken",
            actor="a@example.com",
        )
    movement = StockMovement.objects.get(kind="adjusted")
    assert (movement.delta, movement.reason, movement.actor) == (
        -2,
        "broken",
        "a@example.com",
    )
    assert StockLevel.objects.get().on_hand == 3


def test_rows_are_adjusted_one_by_one() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=2)
    deltas = (-1, -2, 4, -5)
    entries = [
        LedgerEntry(
            variant_id=variant.pk,
            warehouse_id=warehouse.pk,
            delta=delta,
            source_id=f"K:{row}",
        )
        for row, delta in enumerate(deltas)
    ]
    outcomes = adjust_entries(entries, source_type="api", actor="key:erp")
    assert [outcome.is_written for outcome in outcomes] == [True, False, True, True]
    assert outcomes[1].shortage
    assert outcomes[1].shortage.available_quantity == 1
    assert StockLevel.objects.get().on_hand == 0
    assert not any(
        outcome.is_written for outcome in adjust_entries(entries[:1], source_type="api", actor="key:erp")
    )


def test_a_count_sets_the_level() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    line = StockLine(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=8)
    assert set_stock([line], source_type="count", source_id="C1", reason="counted") == 1
    assert set_stock([line], source_type="count", source_id="C2", reason="counted") == 0
    assert StockLevel.objects.get().on_hand == 8
    fewer = StockLine(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=3)
    assert set_stock([fewer], source_type="count", source_id="C3", reason="counted") == 1
    assert list(StockMovement.objects.order_by("pk").values_list("delta", flat=True)) == [8, -5]


def ship(reference: str, variant_id: int, warehouse_id: int, quantity: int, source_id: str) -> bool:
    line = ShipRequest(variant_id=variant_id, warehouse_id=warehouse_id, quantity=quantity)
    return ship_stock(reference, lines=[line], source_id=source_id)


def test_shipping_lowers_on_hand_and_the_hold_once() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=5)
    make_reservation("order:1", variant=variant, quantity=5)
    assert ship("order:1", variant.pk, warehouse.pk, 2, "S1") is True
    assert ship("order:1", variant.pk, warehouse.pk, 2, "S1") is False
    level, row = StockLevel.objects.get(), Reservation.objects.get()
    assert (level.on_hand, level.reserved, row.open_quantity, row.state) == (
        3,
        3,
        3,
        "held",
    )
    assert ship("order:1", variant.pk, warehouse.pk, 3, "S2") is True
    level, row = StockLevel.objects.get(), Reservation.objects.get()
    assert (level.on_hand, level.reserved, row.open_quantity, row.state) == (
        0,
        0,
        0,
        "shipped",
    )


@pytest.mark.django_db(transaction=True)
def test_more_than_held_is_not_shipped() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=5)
    make_reservation("order:1", variant=variant, quantity=2)
    with pytest.raises(NotReserved) as refused:
        ship("order:1", variant.pk, warehouse.pk, 3, "S1")
    assert refused.value.shortage.available_quantity == 2
    assert StockLevel.objects.get().on_hand == 5


def test_a_parcel_may_leave_another_warehouse_with_free_stock() -> None:
    variant, holder, other = (
        make_bare_variant(),
        make_warehouse(priority=1),
        make_warehouse(priority=2),
    )
    make_stock(variant, warehouse=holder, quantity=3)
    make_stock(variant, warehouse=other, quantity=2)
    make_reservation("order:1", variant=variant, quantity=3)
    with pytest.raises(StockTooLow):
        ship("order:1", variant.pk, other.pk, 3, "S0")


@pytest.mark.django_db(transaction=True)
def test_a_parcel_from_another_warehouse_frees_the_hold() -> None:
    variant, holder, other = (
        make_bare_variant(),
        make_warehouse(priority=1),
        make_warehouse(priority=2),
    )
    make_stock(variant, warehouse=holder, quantity=3)
    make_stock(variant, warehouse=other, quantity=2)
    make_reservation("order:1", variant=variant, quantity=3)
    assert ship("order:1", variant.pk, other.pk, 2, "S1") is True
    levels = {level.warehouse_id: (level.on_hand, level.reserved) for level in StockLevel.objects.all()}
    assert levels == {holder.pk: (3, 1), other.pk: (0, 0)}
    assert check_invariants() == []


def test_goods_come_back_once() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    line = StockLine(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=1)
    assert return_stock([line], source_type="return", source_id="R1") == 1
    assert return_stock([line], source_type="return", source_id="R1") == 0
    assert StockLevel.objects.get().on_hand == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inventory_stockmovement SET delta = 9",
        "DELETE FROM inventory_stockmovement",
        "UPDATE inventory_stocklevel SET on_hand = 9",
        "DELETE FROM inventory_stocklevel",
    ],
)
def test_nobody_writes_past_the_ledger(statement: str) -> None:
    make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=4)
    with (
        pytest.raises(IntegrityError),
        savepoint(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert StockLevel.objects.get().on_hand == 4


def test_a_level_cannot_be_born_full() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    with pytest.raises(IntegrityError, match="on_hand changes only by a row in the stock ledger"):
        StockLevel.objects.create(variant=variant, warehouse=warehouse, on_hand=3)


def test_the_database_refuses_to_hold_more_than_there_is() -> None:
    level = make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=4)
    with pytest.raises(IntegrityError, match="stock_level_reserved_within_on_hand"):
        StockLevel.objects.filter(pk=level.pk).update(reserved=5)


@pytest.mark.parametrize(
    "wrong",
    [{"blocked": 5}, {"blocked": -1}, {"fenced": -1}, {"reorder_point": -1}, {"reorder_quantity": -1}],
)
def test_the_database_refuses_parts_out_of_bounds(wrong: dict[str, int]) -> None:
    level = make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=4)
    with pytest.raises(IntegrityError, match="stock_level_parts_within_bounds"):
        StockLevel.objects.filter(pk=level.pk).update(**wrong)


def test_a_level_that_the_ledger_knows_stays() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    level = make_stock(variant, warehouse=warehouse, quantity=4)
    line = StockLine(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=-4)
    adjust_stock([line], source_type="count", source_id="C1", reason="gone", actor="a@b.c")
    level.delete()
    with pytest.raises(IntegrityError, match="stock_movement_on_a_shelf"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_wrong_levels_are_found_and_set_right() -> None:
    level = make_stock(make_bare_variant(), warehouse=make_warehouse(), quantity=4)
    assert list_level_differences() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('inventory.rebuilding', 'on', true)")
        cursor.execute("UPDATE inventory_stocklevel SET on_hand = 9, reserved = 2")
        cursor.execute("SELECT set_config('inventory.rebuilding', '', true)")
    assert [violation.code for violation in check_invariants()] == ["I1", "I1", "I3", "I3"]
    (found,) = rebuild_levels()
    assert (found.on_hand, found.true_on_hand, found.reserved, found.true_reserved) == (
        9,
        4,
        2,
        0,
    )
    level.refresh_from_db()
    assert (level.on_hand, level.reserved) == (4, 0)
    assert check_invariants() == []
