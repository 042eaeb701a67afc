"""Lots: first expired first out, expiry and recall."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from crm.models import Ticket
from inventory.domain.errors import LotMismatch, OutOfStock, StockTooLow
from inventory.domain.requests import ShipRequest
from inventory.models import Lot, LotStatus, StockItem, StockLevel, StockMovement, ZoneKind
from inventory.queries.levels import list_available
from inventory.queries.lots import list_lot_recipients
from inventory.services.lots import ensure_lot, expire_lots, free_lot, recall_lot
from inventory.services.stock import ship_stock
from shop.kernel.clock import now, override_now
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

TODAY = now().date()


def ship(reference: str, *, variant_id: int, warehouse_id: int, quantity: int, source_id: str = "P1") -> None:
    request = ShipRequest(variant_id=variant_id, warehouse_id=warehouse_id, quantity=quantity)
    ship_stock(reference, lines=[request], source_id=source_id)


def test_what_expires_first_leaves_first() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    late = make_lot(variant, "LATE", expires_on=TODAY + timedelta(days=90))
    soon = make_lot(variant, "SOON", expires_on=TODAY + timedelta(days=9))
    put_stock(variant, warehouse=warehouse, quantity=5, lot=late, bin_=make_bin(warehouse, "A1"))
    put_stock(variant, warehouse=warehouse, quantity=3, lot=soon, bin_=make_bin(warehouse, "B1"))
    put_stock(variant, warehouse=warehouse, quantity=2)
    confirm("order:S1", variant=variant, quantity=4)
    ship("order:S1", variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=4)
    taken = StockMovement.objects.filter(kind="shipped").order_by("part")
    assert [(row.lot_id, row.delta) for row in taken] == [(soon.pk, -3), (late.pk, -1)]
    assert check_invariants() == []


def test_an_expired_lot_leaves_the_sale() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    lot = make_lot(variant, expires_on=TODAY + timedelta(days=2))
    put_stock(variant, warehouse=warehouse, quantity=5, lot=lot)
    put_stock(variant, warehouse=warehouse, quantity=2)
    assert expire_lots() == 0
    with override_now(now() + timedelta(days=2)):
        assert expire_lots() == 1
        assert expire_lots() == 0
    level = StockLevel.objects.get()
    assert (level.on_hand, level.blocked, level.available) == (7, 5, 2)
    assert list_available([variant.pk]) == {variant.pk: 2}
    with pytest.raises(OutOfStock):
        make_reservation("order:S1", variant=variant, quantity=3)
    assert check_invariants() == []


def test_what_expired_today_is_not_shipped_even_before_the_job_ran() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    put_stock(
        variant, warehouse=warehouse, quantity=5, lot=make_lot(variant, expires_on=TODAY + timedelta(days=1))
    )
    confirm("order:S1", variant=variant, quantity=1)
    with override_now(now() + timedelta(days=1)), pytest.raises(StockTooLow):
        ship("order:S1", variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=1)
    assert StockLevel.objects.get().on_hand == 5


def test_a_recall_stops_the_sale_and_finds_every_order(drain: Callable[[], int]) -> None:
    variant, warehouse = make_bare_variant("HONEY"), make_warehouse()
    lot, other = make_lot(variant, "H7"), make_lot(variant, "H8", expires_on=date(2090, 1, 1))
    put_stock(variant, warehouse=warehouse, quantity=6, lot=lot)
    for number in (1, 2):
        confirm(f"order:S{number}", variant=variant, quantity=2)
        ship(
            f"order:S{number}",
            variant_id=variant.pk,
            warehouse_id=warehouse.pk,
            quantity=2,
            source_id=f"P{number}",
        )
    put_stock(variant, warehouse=warehouse, quantity=1, lot=other)
    confirm("order:S3", variant=variant, quantity=3)
    assert recall_lot(lot.pk, reason="Glass", actor="ann") == ("order:S1", "order:S2")
    assert recall_lot(lot.pk, reason="Glass", actor="ann") == ("order:S1", "order:S2")
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved, level.blocked, level.available) == (3, 3, 2, -2)
    assert list_available([variant.pk]) == {variant.pk: 0}
    assert [(row.reference, row.quantity) for row in list_lot_recipients(lot.pk)] == [
        ("order:S1", 2),
        ("order:S2", 2),
    ]
    ship("order:S3", variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=1, source_id="P3")
    assert StockItem.objects.get(lot=other).quantity == 0
    with pytest.raises(StockTooLow):
        ship("order:S3", variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=1, source_id="P4")
    drain()
    ticket = Ticket.objects.get(source="system")
    assert ticket.messages.get().text == "Glass\nOrders that got pieces of this lot: 2 (S1, S2)"
    assert check_invariants() == []


def test_a_second_recall_of_a_lot_that_was_freed_opens_a_second_ticket(drain: Callable[[], int]) -> None:
    lot = make_lot(make_bare_variant("HONEY"), "H7")
    recall_lot(lot.pk, reason="Glass", actor="ann")
    recall_lot(lot.pk, reason="Glass", actor="ann")
    free_lot(lot.pk, reason="Tested", actor="ann")
    recall_lot(lot.pk, reason="Mould", actor="ann")
    drain()
    texts = [ticket.messages.get().text.split("\n")[0] for ticket in Ticket.objects.order_by("pk")]
    assert texts == ["Glass", "Mould"]


def test_a_freed_lot_is_sold_again_unless_it_has_expired() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    lot = make_lot(variant, expires_on=TODAY + timedelta(days=3))
    put_stock(variant, warehouse=warehouse, quantity=4, lot=lot)
    recall_lot(lot.pk, reason="Doubt", actor="ann")
    assert free_lot(lot.pk, reason="Tested", actor="ann").status == LotStatus.ACTIVE
    assert StockLevel.objects.get().available == 4
    recall_lot(lot.pk, reason="Doubt", actor="ann")
    with override_now(now() + timedelta(days=4)):
        assert free_lot(lot.pk, reason="Tested", actor="ann").status == LotStatus.EXPIRED
    assert StockLevel.objects.get().available == 0


def test_what_arrives_in_a_recalled_lot_or_a_damaged_bin_is_not_for_sale() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    lot = make_lot(variant)
    recall_lot(lot.pk, reason="Glass", actor="ann")
    put_stock(variant, warehouse=warehouse, quantity=2, lot=lot)
    put_stock(variant, warehouse=warehouse, quantity=3, bin_=make_bin(warehouse, kind=ZoneKind.DAMAGED))
    level = put_stock(variant, warehouse=warehouse, quantity=1)
    assert (level.on_hand, level.blocked, level.available) == (6, 5, 1)
    assert check_invariants() == []


def test_a_lot_keeps_its_date() -> None:
    variant = make_bare_variant()
    lot = ensure_lot(variant.pk, code=" a1 ")
    assert lot.code == "A1"
    assert ensure_lot(variant.pk, code="A1", expires_on=date(2030, 1, 2)).pk == lot.pk
    with pytest.raises(LotMismatch, match="2030"):
        ensure_lot(variant.pk, code="A1", expires_on=date(2031, 1, 2))
    with pytest.raises(LotMismatch):
        ensure_lot(variant.pk, code="  ")
    assert Lot.objects.get().expires_on == date(2030, 1, 2)
