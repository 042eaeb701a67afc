"""The nightly proof, the value of a day, and codes on articles."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from crm.models import Ticket
from inventory.domain.errors import BarcodeRefused, InvalidQuantity
from inventory.models import (
    BarcodeKind,
    StockCase,
    StockItem,
    StockLevel,
    StockValueDay,
    UnitKind,
    Zone,
    ZoneKind,
)
from inventory.queries.proof import list_cost_differences
from inventory.queries.scans import find_scanned
from inventory.services.proof import prove_stock, resolve_case
from inventory.services.rebuild import rebuild_levels
from inventory.services.units import add_barcode, ensure_own_barcode, set_pack_unit
from inventory.services.values import note_stock_value
from shop.kernel.errors import Invalid
from shop.kernel.transactions import transaction
from tests.factories.inventory import make_bare_variant, make_bin, make_lot, make_warehouse, put_stock

pytestmark = pytest.mark.django_db


def force(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('inventory.rebuilding', 'on', true)")
        cursor.execute(sql)
        cursor.execute("SELECT set_config('inventory.rebuilding', '', true)")


@pytest.mark.parametrize(
    ("damage", "fact"),
    [
        ("UPDATE inventory_stocklevel SET on_hand = 9", "on_hand"),
        ("UPDATE inventory_stocklevel SET blocked = 1", "not_for_sale"),
        ("UPDATE inventory_stockitem SET quantity = 3", "in_bins"),
        ("UPDATE inventory_stocklevel SET average_cost = 7", "average_cost"),
        ("UPDATE inventory_costlayer SET unit_cost = 7", "fifo_value"),
    ],
)
def test_a_difference_becomes_one_case_and_is_not_mended(
    damage: str, fact: str, drain: Callable[[], int]
) -> None:
    put_stock(make_bare_variant("TEA"), warehouse=make_warehouse("RTM"), quantity=4, unit_cost=Decimal(2))
    assert prove_stock() == 0
    force(damage)
    before = StockLevel.objects.values().get()
    assert prove_stock() == 1
    assert prove_stock() == 0
    case = StockCase.objects.get()
    assert fact in case.facts
    assert StockLevel.objects.values().get() == before
    drain()
    assert fact in Ticket.objects.get(dedupe_key=f"stock_case:{case.pk}").messages.get().text
    with pytest.raises(Invalid):
        resolve_case(case.pk, note=" ", actor="ann")
    rebuild_levels()
    assert list_cost_differences() == []
    assert resolve_case(case.pk, note="A test broke it", actor="ann").resolved_by == "ann"
    assert prove_stock() == 0


def test_the_days_value_is_kept_by_both_rules() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    put_stock(variant, warehouse=warehouse, quantity=10, unit_cost=Decimal(2))
    put_stock(variant, warehouse=warehouse, quantity=10, unit_cost=Decimal(4))
    for _ in range(2):
        assert note_stock_value(date(2026, 6, 1)) == 1
    row = StockValueDay.objects.get()
    assert (row.on_hand_quantity, row.average_amount, row.fifo_amount) == (20, Decimal(60), Decimal(60))


def test_places_and_their_purpose_are_guarded_by_the_database() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    put_stock(variant, warehouse=warehouse, quantity=1, bin_=make_bin(warehouse))
    with pytest.raises(IntegrityError, match="only by a row in the stock ledger"), transaction():
        StockItem.objects.update(quantity=5)
    with pytest.raises(IntegrityError, match="purpose of a place is fixed"), transaction():
        Zone.objects.update(kind=ZoneKind.DAMAGED)


def test_a_carton_counts_its_pieces_and_a_code_names_one_thing() -> None:
    tea, cup, warehouse = make_bare_variant("TEA"), make_bare_variant("CUP"), make_warehouse()
    carton = set_pack_unit(tea.pk, unit=UnitKind.CARTON, quantity=12)
    add_barcode(tea.pk, code="4006381333931", kind=BarcodeKind.EAN)
    for _ in range(2):
        add_barcode(tea.pk, code="14006381333938", kind=BarcodeKind.EAN, pack_unit_id=carton.pk)
    scan = find_scanned("(01)14006381333938(17)271231(10)L7", warehouse_id=warehouse.pk)
    assert (scan.variant, scan.pieces, scan.lot_code, scan.expires_on) == (tea, 12, "L7", date(2027, 12, 31))
    with pytest.raises(BarcodeRefused, match="already names TEA"):
        add_barcode(cup.pk, code="4006381333931", kind=BarcodeKind.EAN)
    with pytest.raises(BarcodeRefused, match="check digit"):
        add_barcode(cup.pk, code="4006381333932", kind=BarcodeKind.EAN)
    with pytest.raises(InvalidQuantity):
        set_pack_unit(tea.pk, unit=UnitKind.PALLET, quantity=0)
    assert ensure_own_barcode(cup).pk == ensure_own_barcode(cup).pk


def test_a_scan_finds_bin_article_and_lot_in_this_order() -> None:
    tea, warehouse = make_bare_variant("TEA"), make_warehouse()
    bin_, lot = make_bin(warehouse, "A1"), make_lot(tea, "L9")
    assert find_scanned(" a1 ", warehouse_id=warehouse.pk).bin == bin_
    assert find_scanned("tea", warehouse_id=warehouse.pk).variant == tea
    assert find_scanned("l9", warehouse_id=warehouse.pk).lot == lot
    for nothing in ("", "\x00", "nobody", "A1" * 60):
        assert not find_scanned(nothing, warehouse_id=warehouse.pk).is_known
