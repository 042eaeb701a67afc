"""The demo's first warehouse: bins, opening stock at its cost, and shops that an older demo has loaded."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import Price, Variant
from inventory.models import Bin, CostLayer, StockItem, StockLevel, StockMovement, Warehouse, Zone
from inventory.queries.slotting import list_slot_items
from inventory.services.declarations import declare_stock
from shop.demo.services import floor, goods, shelves
from shop.kernel.clock import now, override_now
from tests.factories.inventory import make_bare_variant

pytestmark = pytest.mark.django_db
MUG = "HV-HSM973-SAGE"
"""RTM:53|SHA:50 at 24.90 in products.csv, whose first row it is."""


@pytest.fixture
def mug() -> Variant:
    shelves.ensure_warehouses()
    variant = make_bare_variant(MUG)
    Price.objects.create(variant=variant, currency="EUR", amount=Decimal("24.90"))
    return variant


def list_places() -> list[tuple[str, str | None, int]]:
    items = StockItem.objects.filled().order_by("warehouse__code", "bin__code")
    return list(items.values_list("warehouse__code", "bin__code", "quantity"))


def test_the_first_warehouse_gets_aisles_with_coordinates(mug: Variant) -> None:
    """Five aisles of twelve places and three heights, two places at the dock, packing and damaged."""
    assert floor.lay_out_floor() == 5 * 12 * 3 + 2
    assert floor.lay_out_floor() == 0
    assert Bin.objects.exclude(warehouse__code="RTM").count() == 0
    assert Bin.objects.count() == 184
    last = Bin.objects.get(code="E-12-3")
    assert (last.aisle, last.shelf_level, last.x_cm, last.y_cm) == (5, 2, 1400, 150 + 11 * 120)


def test_a_warehouse_that_somebody_has_furnished_stays_as_it_is(mug: Variant) -> None:
    rotterdam = Warehouse.objects.get(code="RTM")
    Zone.objects.create(warehouse=rotterdam, code="MINE", kind="storage")
    assert floor.lay_out_floor() == 0
    assert floor.put_away() == 0
    assert Bin.objects.count() == 0


def test_opening_stock_comes_at_its_cost_into_its_bin_once(mug: Variant) -> None:
    """0.40 · 24.90 = 9.96; the file's own declaration finds a history then and changes nothing."""
    floor.lay_out_floor()
    rows = goods.read_rows(["harbour-stoneware-mug"])
    assert [floor.receive_opening_stock(rows) for _ in range(2)] == [2, 0]
    assert declare_stock(mug.pk, warehouse_code="RTM", quantity=53, source_id="file:1") is False
    assert list_places() == [("RTM", "A-01-1", 53), ("SHA", None, 50)]
    assert set(StockLevel.objects.values_list("average_cost", flat=True)) == {Decimal("9.960000")}
    assert {layer.unit_cost for layer in CostLayer.objects.all()} == {Decimal("9.960000")}
    (item,) = list_slot_items(Warehouse.objects.get(code="RTM").pk)
    assert (item.variant_id, item.spot.x_cm, item.spot.y_cm) == (mug.pk, 200, 150)


def test_a_shop_of_an_older_demo_is_put_away_once_and_keeps_its_stock(mug: Variant) -> None:
    declare_stock(mug.pk, warehouse_code="RTM", quantity=50, source_id="file:1")
    # Rows of the ledger cannot be changed, so the shop's clock goes on instead.
    with override_now(now() + timedelta(days=3)):
        floor.lay_out_floor()
        assert floor.receive_opening_stock(goods.read_rows(["harbour-stoneware-mug"])) == 1
        assert floor.put_away() == 50
        assert floor.put_away() == 0
    assert list_places() == [("RTM", "A-01-1", 50), ("SHA", None, 50)]
    assert StockMovement.objects.filter(source_type=floor.PUT_AWAY).count() == 2


def test_what_has_just_come_stays_on_the_dock(mug: Variant) -> None:
    declare_stock(mug.pk, warehouse_code="RTM", quantity=50, source_id="file:1")
    floor.lay_out_floor()
    assert floor.put_away() == 0
    assert list_places() == [("RTM", None, 50)]
