"""Demand is rolled up from the ledger."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inventory.domain.requests import ShipRequest
from inventory.models import DemandRecord
from inventory.queries.buying import promotions
from inventory.queries.buying.demand import list_histories
from inventory.services.buying.demand import is_first_roll_up, roll_up_demand
from inventory.services.stock import ship_stock
from shop.kernel.clock import override_now
from tests.factories.inventory import make_bare_variant, make_reservation, make_stock, make_warehouse

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))


def live() -> tuple[int, int]:
    """Ten come on day 0; 4 leave on day 1, late in the evening, 6 on day 3; five come on day 6."""
    variant, warehouse = make_bare_variant(), make_warehouse()
    with override_now(FIRST):
        make_stock(variant, warehouse=warehouse, quantity=10)
    for day, hour, quantity in ((1, 23, 4), (3, 9, 6)):
        with override_now(FIRST.replace(hour=hour, minute=30) + timedelta(days=day)):
            make_reservation(f"order:{day}", variant=variant, quantity=quantity)
            line = ShipRequest(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=quantity)
            ship_stock(f"order:{day}", lines=[line], source_id=f"parcel-{day}")
    with override_now(FIRST + timedelta(days=6)):
        make_stock(variant, warehouse=warehouse, quantity=5)
    return variant.pk, warehouse.pk


def list_rows() -> list[tuple[date, int, float, bool]]:
    rows = DemandRecord.objects.order_by("day")
    return [
        (row.day, row.shipped_quantity, float(row.corrected_quantity), row.is_out_of_stock) for row in rows
    ]


def test_days_of_the_shop_with_what_left_and_what_would_have() -> None:
    """Days 3, 4 and 5 were empty: the mean of the days in stock, (0 + 4 + 0 + 0 + 0) / 5 = 0.8, counts on the quiet ones."""
    shelf = live()
    assert is_first_roll_up()
    with override_now(FIRST + timedelta(days=8)):
        assert roll_up_demand() == 4
    expected = [
        (date(2026, 3, 3), 4, 4.0, False),
        (date(2026, 3, 5), 6, 6.0, True),
        (date(2026, 3, 6), 0, 0.8, True),
        (date(2026, 3, 7), 0, 0.8, True),
    ]
    assert list_rows() == expected
    days = list_histories([shelf], since=date(2026, 3, 1), until=date(2026, 3, 9))[shelf]
    assert [row.quantity for row in days] == [4, 0, 6, 0, 0, 0, 0]


def test_running_again_writes_the_same_rows() -> None:
    live()
    with override_now(FIRST + timedelta(days=8)):
        roll_up_demand()
        before = list_rows()
        roll_up_demand()
    assert list_rows() == before
    assert not is_first_roll_up()


def test_a_later_window_goes_on_from_what_lay_there() -> None:
    """From day 4 on only: the shelf was empty on days 4 and 5, which the ledger before tells."""
    live()
    with override_now(FIRST + timedelta(days=8)):
        roll_up_demand(days=4)
    assert [(row[0].day, row[3]) for row in list_rows()] == [(6, True), (7, True)]


def test_promoted_days_are_marked_by_whoever_knows() -> None:
    variant_id, _ = live()
    before = list(promotions._finders)
    finder = promotions.register_promotion_finder(lambda ids, since, until: {(variant_id, date(2026, 3, 4))})
    try:
        promotions.register_promotion_finder(finder)
        with override_now(FIRST + timedelta(days=8)):
            roll_up_demand()
    finally:
        promotions._finders.remove(finder)
    assert promotions._finders == before
    assert [row.day.day for row in DemandRecord.objects.filter(is_promoted=True)] == [4]
