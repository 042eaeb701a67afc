"""Walks, steps, and what lies in packing."""

from datetime import timedelta

import pytest

from inventory.domain.errors import InvalidQuantity, LotNotSellable, NothingToPick, PickNotWanted
from inventory.domain.requests import ShipRequest
from inventory.models import PickList, PickListKind, PickTask, StockItem, StockLevel, StockMovement, Warehouse
from inventory.queries.picking import list_left_in_packing, list_picker_hours, list_unwanted, list_waiting
from inventory.services.lots import recall_lot
from inventory.services.picking import (
    cancel_pick_list,
    confirm_pick,
    create_pick_list,
    note_wrong_scan,
    put_back,
    replan_task,
    start_pick_list,
)
from inventory.services.reservations import release_stock
from inventory.services.stock import ship_stock
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.invariants import check_invariants
from tests.factories.inventory import (
    confirm,
    make_bare_variant,
    make_bin,
    make_lot,
    make_reservation,
    make_warehouse,
    put_stock,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def warehouse() -> Warehouse:
    return make_warehouse()


def test_a_wave_walks_the_bins_in_order_and_takes_what_expires_first(warehouse: Warehouse) -> None:
    far, near = make_bare_variant("FAR"), make_bare_variant("NEAR")
    last = make_bin(warehouse, "C1", aisle=2, x_cm=300, y_cm=400)
    first = make_bin(warehouse, "A1", aisle=1, x_cm=100, y_cm=200)
    middle = make_bin(warehouse, "B1", aisle=1, x_cm=100, y_cm=600)
    soon = make_lot(near, expires_on=now().date() + timedelta(days=5))
    put_stock(far, warehouse=warehouse, quantity=5, bin_=last)
    put_stock(near, warehouse=warehouse, quantity=5, bin_=first)
    put_stock(near, warehouse=warehouse, quantity=1, bin_=middle, lot=soon)
    confirm("order:S1", variant=far, quantity=2)
    confirm("order:S2", variant=near, quantity=3)
    make_reservation("order:S3", variant=near, quantity=1)
    assert [row.reference for row in list_waiting(warehouse.pk)] == ["order:S1", "order:S2"]
    walk = create_pick_list(warehouse.pk, kind=PickListKind.WAVE, actor="ann")
    steps = [(task.bin.code, task.reference, task.quantity) for task in walk.tasks.all() if task.bin]
    assert steps == [("A1", "order:S2", 2), ("B1", "order:S2", 1), ("C1", "order:S1", 2)]
    # 300 to A1, 400 on to B1, over the far end to C1 (200 + 200 across), and 700 back.
    assert walk.walk_cm == 300 + 400 + 400 + 700
    assert list_waiting(warehouse.pk) == []
    with pytest.raises(NothingToPick):
        create_pick_list(warehouse.pk, kind=PickListKind.WAVE, actor="ann")


def test_bins_are_picked_before_what_was_not_put_away(warehouse: Warehouse) -> None:
    """Two in the bin and the rest from the dock; a parcel without a walk takes them in the same order."""
    variant = make_bare_variant()
    put_stock(variant, warehouse=warehouse, quantity=5)
    put_stock(variant, warehouse=warehouse, quantity=2, bin_=make_bin(warehouse, "A1"))
    confirm("order:S1", variant=variant, quantity=3)
    walk = create_pick_list(warehouse.pk, kind=PickListKind.ORDER, actor="ann")
    assert {(task.bin and task.bin.code, task.quantity) for task in walk.tasks.all()} == {
        ("A1", 2),
        (None, 1),
    }
    cancel_pick_list(walk.pk)
    request = ShipRequest(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=3)
    ship_stock("order:S1", lines=[request], source_id="P1")
    left = StockItem.objects.filled().get()
    assert (left.bin, left.quantity) == (None, 4)


def test_what_expires_first_is_picked_first_wherever_it_lies(warehouse: Warehouse) -> None:
    variant = make_bare_variant()
    soon = make_lot(variant, "SOON", expires_on=now().date() + timedelta(days=5))
    late = make_lot(variant, "LATE", expires_on=now().date() + timedelta(days=50))
    put_stock(variant, warehouse=warehouse, quantity=2, bin_=make_bin(warehouse, "A1"), lot=late)
    put_stock(variant, warehouse=warehouse, quantity=1, lot=soon)
    confirm("order:S1", variant=variant, quantity=2)
    walk = create_pick_list(warehouse.pk, kind=PickListKind.ORDER, actor="ann")
    assert {(task.lot, task.bin and task.bin.code) for task in walk.tasks.all()} == {
        (soon, None),
        (late, "A1"),
    }


def test_picked_goods_wait_in_packing_and_leave_with_their_parcel(warehouse: Warehouse) -> None:
    variant = make_bare_variant()
    lot, other = make_lot(variant, "OLD"), make_lot(variant, "NEW")
    put_stock(variant, warehouse=warehouse, quantity=2, bin_=make_bin(warehouse, "A1"), lot=lot)
    confirm("order:S1", variant=variant, quantity=2)
    walk = start_pick_list(
        create_pick_list(warehouse.pk, kind=PickListKind.ORDER, actor="ann").pk, actor="bo"
    )
    put_stock(variant, warehouse=warehouse, quantity=5, bin_=make_bin(warehouse, "A0"), lot=other)
    task = walk.tasks.get()
    for _ in range(2):
        assert confirm_pick(task.pk, quantity=2, actor="bo").status == "picked"
    assert PickList.objects.get().status == "done"
    packed = StockItem.objects.get(bin__zone__kind="packing")
    assert (packed.lot, packed.quantity) == (lot, 2)
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved, level.available) == (7, 2, 5)
    request = ShipRequest(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=2)
    ship_stock("order:S1", lines=[request], source_id="P1")
    assert StockMovement.objects.get(kind="shipped").lot == lot
    assert PickTask.objects.get().settled_quantity == 2
    assert check_invariants() == []


def test_another_parcel_leaves_packed_goods_alone(warehouse: Warehouse) -> None:
    variant = make_bare_variant()
    put_stock(variant, warehouse=warehouse, quantity=4, bin_=make_bin(warehouse, "A1"))
    confirm("order:S1", variant=variant, quantity=2)
    confirm("order:S2", variant=variant, quantity=2)
    walk = create_pick_list(warehouse.pk, kind=PickListKind.ORDER, actor="ann", references=["order:S1"])
    confirm_pick(walk.tasks.get().pk, quantity=2, actor="bo")
    request = ShipRequest(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=2)
    ship_stock("order:S2", lines=[request], source_id="P2")
    assert StockItem.objects.get(bin__zone__kind="packing").quantity == 2
    assert StockItem.objects.get(bin__code="A1").quantity == 0


def test_what_is_not_there_is_looked_for_elsewhere(warehouse: Warehouse) -> None:
    variant = make_bare_variant()
    put_stock(variant, warehouse=warehouse, quantity=3, bin_=make_bin(warehouse, "A1"))
    put_stock(variant, warehouse=warehouse, quantity=9, bin_=make_bin(warehouse, "A2", y_cm=90))
    confirm("order:S1", variant=variant, quantity=3)
    walk = create_pick_list(warehouse.pk, kind=PickListKind.BATCH, actor="ann")
    assert confirm_pick(walk.tasks.get().pk, quantity=1, actor="bo").status == "short"
    rest = walk.tasks.get(status="open")
    assert rest.bin is not None
    assert (rest.bin.code, rest.quantity, rest.sequence) == ("A2", 2, 2)
    confirm_pick(rest.pk, quantity=2, actor="bo")
    assert StockItem.objects.get(bin__zone__kind="packing").quantity == 3
    assert list_waiting(warehouse.pk) == []


def test_a_recalled_lot_is_not_picked_but_planned_from_elsewhere(warehouse: Warehouse) -> None:
    variant = make_bare_variant()
    lot = make_lot(variant, expires_on=now().date() + timedelta(days=5))
    put_stock(variant, warehouse=warehouse, quantity=2, bin_=make_bin(warehouse, "A1"), lot=lot)
    put_stock(variant, warehouse=warehouse, quantity=2, bin_=make_bin(warehouse, "A2"))
    confirm("order:S1", variant=variant, quantity=2)
    task = create_pick_list(warehouse.pk, kind=PickListKind.ORDER, actor="ann").tasks.get()
    recall_lot(lot.pk, reason="Glass", actor="ann")
    with pytest.raises(LotNotSellable):
        confirm_pick(task.pk, quantity=2, actor="bo")
    assert replan_task(task.pk) == 1
    assert replan_task(task.pk) == 0
    assert PickTask.objects.filter(status="open", bin__code="A2").count() == 1


def test_goods_of_a_cancelled_order_go_back(warehouse: Warehouse) -> None:
    variant, bin_ = make_bare_variant(), make_bin(warehouse, "A1")
    put_stock(variant, warehouse=warehouse, quantity=2, bin_=bin_)
    confirm("order:S1", variant=variant, quantity=2)
    task = create_pick_list(warehouse.pk, kind=PickListKind.ORDER, actor="ann").tasks.get()
    confirm_pick(task.pk, quantity=2, actor="bo")
    assert list(list_left_in_packing(warehouse.pk)) == []
    release_stock("order:S1", reason="cancelled")
    assert list(list_left_in_packing(warehouse.pk)) == [task]
    assert put_back(task.pk, bin_id=bin_.pk, actor="bo") is True
    assert put_back(task.pk, bin_id=bin_.pk, actor="bo") is False
    assert StockItem.objects.get(bin=bin_).quantity == 2
    assert check_invariants() == []


def test_a_walk_is_one_persons_and_can_be_given_up(warehouse: Warehouse) -> None:
    variant = make_bare_variant()
    put_stock(variant, warehouse=warehouse, quantity=2)
    confirm("order:S1", variant=variant, quantity=2)
    walk = create_pick_list(warehouse.pk, kind=PickListKind.ORDER, actor="ann")
    start_pick_list(walk.pk, actor="bo")
    with pytest.raises(Invalid, match="bo picks"):
        start_pick_list(walk.pk, actor="cy")
    with pytest.raises(InvalidQuantity):
        confirm_pick(walk.tasks.get().pk, quantity=3, actor="bo")
    for _ in range(2):
        assert cancel_pick_list(walk.pk).status == "cancelled"
    assert [row.reference for row in list_waiting(warehouse.pk)] == ["order:S1"]


def test_pace_and_accuracy_are_told_by_person_and_hour(warehouse: Warehouse) -> None:
    variant = make_bare_variant()
    put_stock(variant, warehouse=warehouse, quantity=5)
    for number in (1, 2):
        confirm(f"order:S{number}", variant=variant, quantity=2)
    walk = create_pick_list(warehouse.pk, kind=PickListKind.WAVE, actor="ann")
    first, second = walk.tasks.all()
    note_wrong_scan(first.pk)
    confirm_pick(first.pk, quantity=2, actor="bo")
    confirm_pick(second.pk, quantity=1, actor="bo")
    (row,) = list_picker_hours(since=now() - timedelta(hours=2))
    assert (row.picker, row.picks, row.pieces, row.wrong_scans, row.short_picks) == ("bo", 2, 3, 1, 1)
    assert row.accuracy == 0.5


def plan_three(warehouse: Warehouse) -> PickList:
    """One walk for three orders, two pieces each from a bin of its own."""
    for number in (1, 2, 3):
        variant = make_bare_variant(f"STEP-{number}")
        put_stock(
            variant, warehouse=warehouse, quantity=2, bin_=make_bin(warehouse, f"A{number}", y_cm=number * 90)
        )
        confirm(f"order:S{number}", variant=variant, quantity=2)
    return create_pick_list(warehouse.pk, kind=PickListKind.WAVE, actor="ann")


def test_a_step_that_nobody_waits_for_any_more_takes_nothing_and_does_not_keep_the_walk_open(
    warehouse: Warehouse,
) -> None:
    walk = plan_three(warehouse)
    cancelled, left, wanted = walk.tasks.all()
    release_stock("order:S1", reason="cancelled")
    request = ShipRequest(variant_id=left.variant_id, warehouse_id=warehouse.pk, quantity=2)
    ship_stock("order:S2", lines=[request], source_id="P1")
    assert list_unwanted(walk.pk) == {cancelled.pk, left.pk}
    with pytest.raises(PickNotWanted, match="S1"):
        confirm_pick(cancelled.pk, quantity=2, actor="bo")
    assert not StockItem.objects.filled().filter(bin__zone__kind="packing").exists()
    confirm_pick(wanted.pk, quantity=2, actor="bo")
    assert [task.status for task in walk.tasks.all()] == ["cancelled", "cancelled", "picked"]
    assert PickList.objects.get().status == "done"


def test_a_step_that_is_kept_back_is_asked_for_again_once_it_is_let_go(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = plan_three(warehouse)
    held, *others = walk.tasks.all()
    with monkeypatch.context() as kept:
        kept.setattr(
            "inventory.queries.picking._KEPT_BACK", [lambda references: {"order:S1"} & set(references)]
        )
        assert list_unwanted(walk.pk) == {held.pk}
        with pytest.raises(PickNotWanted):
            confirm_pick(held.pk, quantity=2, actor="bo")
        confirm_pick(others[0].pk, quantity=2, actor="bo")
        assert PickList.objects.get().status == "open"
        confirm_pick(others[1].pk, quantity=2, actor="bo")
        assert PickList.objects.get().status == "done"
        assert list_waiting(warehouse.pk) == []
    assert [row.reference for row in list_waiting(warehouse.pk)] == ["order:S1"]
