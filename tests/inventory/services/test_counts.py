"""Counting: blind sheets, second counts, approval, posting."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.domain.errors import CountNotReady, InvalidQuantity, StockTooLow
from inventory.domain.requests import StockLine
from inventory.models import (
    CountKind,
    CountLine,
    ItemPlan,
    StockCount,
    StockItem,
    StockLevel,
    StockMovement,
    ZoneKind,
)
from inventory.queries.counts import list_accuracy
from inventory.services.counts import (
    add_found_line,
    cancel_count,
    decide_line,
    plan_count,
    plan_cycle_counts,
    post_count,
    record_count,
)
from inventory.services.stock import receive_stock
from shop.kernel.clock import now, override_now
from shop.kernel.errors import Invalid, NotAllowed
from shop.kernel.invariants import check_invariants
from tests.factories.inventory import (
    make_bare_variant,
    make_bin,
    make_lot,
    make_reservation,
    make_warehouse,
    put_stock,
)

pytestmark = pytest.mark.django_db


def make_count(quantity: int = 10, *, unit_cost: str = "1") -> tuple[StockCount, CountLine]:
    variant, warehouse = make_bare_variant(), make_warehouse()
    put_stock(
        variant,
        warehouse=warehouse,
        quantity=quantity,
        bin_=make_bin(warehouse, "A1"),
        lot=make_lot(variant, "L1"),
        unit_cost=Decimal(unit_cost),
    )
    count = plan_count(warehouse.pk, kind=CountKind.FULL, actor="ann")
    return count, count.lines.get()


def test_a_right_count_is_settled_at_once_and_books_nothing() -> None:
    count, line = make_count()
    assert record_count(line.pk, quantity=10, actor="bo").status == "settled"
    post_count(count.pk, actor="ann")
    assert not StockMovement.objects.filter(kind="counted").exists()
    assert StockLevel.objects.get().last_counted_at == StockCount.objects.get().posted_at


def test_a_difference_is_counted_twice_and_then_booked_where_it_was_found() -> None:
    count, line = make_count()
    assert record_count(line.pk, quantity=8, actor="bo").status == "recount"
    with pytest.raises(CountNotReady, match="1 line is still"):
        post_count(count.pk, actor="ann")
    line = record_count(line.pk, quantity=8, actor="cy")
    assert (line.status, line.first_quantity, line.first_by) == ("settled", 8, "bo")
    for _ in range(2):
        post_count(count.pk, actor="ann")
    booked = StockMovement.objects.filter(kind="counted")
    assert booked.values_list("delta", "bin__code", "lot__code", "reason").get() == (
        -2,
        "A1",
        "L1",
        count.number,
    )
    assert StockItem.objects.get().quantity == 8
    assert check_invariants() == []


@pytest.mark.parametrize(("first", "second", "unit_cost"), [(7, 8, "1"), (40, 40, "1"), (8, 8, "150")])
def test_what_contradicts_itself_or_is_large_needs_another_person(
    first: int, second: int, unit_cost: str
) -> None:
    count, line = make_count(unit_cost=unit_cost)
    record_count(line.pk, quantity=first, actor="bo")
    assert record_count(line.pk, quantity=second, actor="bo").status == "approval"
    assert StockCount.objects.get().status == "review"
    with pytest.raises(CountNotReady):
        post_count(count.pk, actor="ann")
    with pytest.raises(Invalid, match="Somebody else"):
        decide_line(line.pk, is_approved=True, actor="bo")
    assert decide_line(line.pk, is_approved=True, actor="ann").status == "settled"
    post_count(count.pk, actor="ann")
    assert StockLevel.objects.get().on_hand == second


def test_neither_of_two_who_counted_approves() -> None:
    _count, line = make_count()
    record_count(line.pk, quantity=60, actor="ann")
    record_count(line.pk, quantity=60, actor="bo")
    for who in ("ann", "bo"):
        with pytest.raises(Invalid, match="Somebody else"):
            decide_line(line.pk, is_approved=True, actor=who)
    assert decide_line(line.pk, is_approved=True, actor="cy").status == "settled"


def test_a_refused_difference_is_counted_anew() -> None:
    _count, line = make_count()
    for _ in range(2):
        record_count(line.pk, quantity=60, actor="bo")
    assert decide_line(line.pk, is_approved=False, actor="ann").status == "recount"
    assert StockCount.objects.get().status == "open"
    assert record_count(line.pk, quantity=10, actor="cy").status == "settled"
    with pytest.raises(Invalid, match="nothing to decide"):
        decide_line(line.pk, is_approved=False, actor="ann")
    with pytest.raises(Invalid, match="counted already"):
        record_count(line.pk, quantity=10, actor="cy")


def test_what_moves_after_the_counting_stays_right() -> None:
    count, line = make_count()
    for _ in range(2):
        record_count(line.pk, quantity=9, actor="bo")
    put = StockLine(
        variant_id=line.variant_id,
        warehouse_id=count.warehouse_id,
        quantity=5,
        bin_id=line.bin_id,
        lot_id=line.lot_id,
    )
    receive_stock([put], source_type="test", source_id="later")
    post_count(count.pk, actor="ann")
    assert StockItem.objects.get().quantity == 14


def test_held_pieces_are_not_counted_away() -> None:
    count, line = make_count()
    make_reservation("order:S1", variant=line.variant, quantity=9)
    for _ in range(2):
        record_count(line.pk, quantity=8, actor="bo")
    with pytest.raises(StockTooLow):
        post_count(count.pk, actor="ann")
    assert (StockLevel.objects.get().on_hand, StockCount.objects.get().status) == (10, "open")


def test_what_was_found_elsewhere_is_added_to_the_sheet() -> None:
    count, line = make_count()
    other = make_bin(count.warehouse, "Z9")
    found = add_found_line(count.pk, variant_id=line.variant_id, bin_id=other.pk)
    assert add_found_line(count.pk, variant_id=line.variant_id, bin_id=other.pk).pk == found.pk
    record_count(line.pk, quantity=10, actor="bo")
    for _ in range(2):
        record_count(found.pk, quantity=3, actor="bo")
    post_count(count.pk, actor="ann")
    assert StockItem.objects.get(bin=other).quantity == 3
    with pytest.raises(Invalid, match="finished"):
        add_found_line(count.pk, variant_id=line.variant_id, bin_id=None)


def test_a_sheet_can_be_thrown_away_until_it_is_posted() -> None:
    count, line = make_count()
    with pytest.raises(InvalidQuantity):
        record_count(line.pk, quantity=-1, actor="bo")
    for _ in range(2):
        assert cancel_count(count.pk, actor="ann").status == "cancelled"
    with pytest.raises(Invalid, match="finished"):
        record_count(line.pk, quantity=1, actor="bo")
    with pytest.raises(NotAllowed):
        post_count(count.pk, actor="ann")


def test_what_waits_in_packing_and_empty_bins_are_not_counted() -> None:
    warehouse = make_warehouse()
    put_stock(
        make_bare_variant(), warehouse=warehouse, quantity=1, bin_=make_bin(warehouse, kind=ZoneKind.PACKING)
    )
    with pytest.raises(Invalid, match="Nothing lies there"):
        plan_count(warehouse.pk, kind=CountKind.SPOT, actor="ann")
    with pytest.raises(Invalid, match="Nothing lies there"):
        plan_count(warehouse.pk, kind=CountKind.SPOT, actor="ann", bin_ids=[make_bin(warehouse).pk])


def test_the_days_cycle_count_follows_the_classes_and_is_one() -> None:
    warehouse = make_warehouse()
    levels = [put_stock(make_bare_variant(), warehouse=warehouse, quantity=2) for _ in range(3)]
    for level, abc_class, days in zip(levels, "ABC", (31, 80, 200), strict=True):
        ItemPlan.objects.create(variant=level.variant, warehouse=warehouse, abc_class=abc_class)
        StockLevel.objects.filter(pk=level.pk).update(last_counted_at=now() - timedelta(days=days))
    assert plan_cycle_counts() == 1
    assert plan_cycle_counts() == 0
    count = StockCount.objects.get()
    assert [line.variant_id for line in count.lines.all()] == [levels[0].variant_id, levels[2].variant_id]
    for line in count.lines.all():
        record_count(line.pk, quantity=2, actor="bo")
    post_count(count.pk, actor="ann")
    assert plan_cycle_counts() == 0
    with override_now(now() + timedelta(days=1)):
        assert plan_cycle_counts() == 0
    with override_now(now() + timedelta(days=12)):
        assert plan_cycle_counts() == 1


def test_accuracy_is_told_by_warehouse() -> None:
    count, line = make_count(10, unit_cost="3")
    for _ in range(2):
        record_count(line.pk, quantity=8, actor="bo")
    post_count(count.pk, actor="ann")
    (row,) = list_accuracy(since=now() - timedelta(days=1))
    assert (row.accuracy.lines, row.accuracy.exact_lines, row.accuracy.missing_quantity) == (1, 0, 2)
    assert (row.accuracy.net_amount, row.accuracy.unit_accuracy) == (Decimal(-6), Decimal("0.8"))
