"""Forecast runs: in batches, resumable, new articles borrow; and the real models once."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from catalog.models import Category, Variant
from inventory.domain.buying.outlooks import Outlook, forecast_plainly
from inventory.gateways.forecasting import forecast_item
from inventory.models import ForecastRun, ItemForecast, ItemPlan, Warehouse
from inventory.queries.buying.forecasts import find_newest_run, list_forecasts
from inventory.services.buying import forecasts
from inventory.services.buying.classes import classify_items
from inventory.services.buying.forecasts import forecast_items, open_run
from tests.factories.buying import make_demand
from tests.factories.catalog import make_category
from tests.factories.inventory import make_bare_variant, make_stock, make_warehouse

pytestmark = pytest.mark.django_db
WEEK = [1, 0, 2, 1, 3, 5, 2]


def make_shelf(
    warehouse: Warehouse, *, category: Category | None = None, quantities: Sequence[int] = ()
) -> Variant:
    variant = make_bare_variant()
    if category:
        variant.product.category = category
        variant.product.save()
    make_stock(variant, warehouse=warehouse, quantity=50)
    make_demand(variant, warehouse=warehouse, quantities=quantities)
    return variant


def never() -> bool:
    return False


def test_own_sales_make_a_forecast_with_its_error() -> None:
    warehouse = make_warehouse()
    variant = make_shelf(warehouse, quantities=WEEK * 12)
    run = open_run()
    assert forecast_items(run, forecast=forecast_plainly, is_over=never) == 1
    row = ItemForecast.objects.get()
    assert (row.variant, row.origin, len(row.daily_quantities)) == (variant, "own", 28)
    assert sum(row.daily_quantities) == Decimal(56)
    assert (row.mase, row.naive_mase, row.weekly_variation) == (None, None, Decimal(0))
    run.refresh_from_db()
    assert (run.item_quantity, find_newest_run()) == (1, run)


def test_a_new_article_borrows_from_its_category() -> None:
    """Two articles sold 56 in the last eight weeks each: one a day, and so it is for the third."""
    warehouse, category = make_warehouse(), make_category("kitchen/cups")
    for _ in range(2):
        make_shelf(warehouse, category=category, quantities=[1] * 56)
    new, orphan = make_shelf(warehouse, category=category), make_shelf(warehouse)
    forecast_items(open_run(), forecast=forecast_plainly, is_over=never)
    found = {row.variant_id: row for row in ItemForecast.objects.all()}
    assert (found[new.pk].origin, found[new.pk].daily_quantities[0]) == ("category", Decimal("1.000"))
    assert (found[orphan.pk].origin, sum(found[orphan.pk].daily_quantities)) == ("none", 0)


def test_a_run_that_is_cut_off_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = make_warehouse()
    for _ in range(3):
        make_shelf(warehouse, quantities=WEEK * 6)
    monkeypatch.setattr(forecasts, "BATCH", 1)
    calls = []

    def die_at_the_second(history: Sequence[float]) -> Outlook:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return forecast_plainly(history)

    with pytest.raises(KeyboardInterrupt):
        forecast_items(open_run(), forecast=die_at_the_second, is_over=never)
    assert (ItemForecast.objects.count(), find_newest_run()) == (1, None)
    assert forecast_items(open_run(), forecast=forecast_plainly, is_over=never) == 2
    assert ForecastRun.objects.count() == 1


def test_time_that_is_up_leaves_the_rest_for_later() -> None:
    make_shelf(make_warehouse(), quantities=WEEK * 6)
    assert forecast_items(open_run(), forecast=forecast_plainly, is_over=lambda: True) == 0
    assert find_newest_run() is None


def test_two_workers_share_the_shelves_and_the_last_closes_the_run() -> None:
    warehouse = make_warehouse()
    shelves = [(make_shelf(warehouse, quantities=WEEK * 6).pk, warehouse.pk) for _ in range(4)]
    run = open_run()
    first = forecast_items(run, forecast=forecast_plainly, shard=0, shards=2, is_over=never)
    assert find_newest_run() is None
    second = forecast_items(run, forecast=forecast_plainly, shard=1, shards=2, is_over=never)
    assert (first, second, find_newest_run()) == (2, 2, run)
    assert set(list_forecasts(shelves)) == set(shelves)


def test_classes_follow_from_sales_and_their_evenness() -> None:
    warehouse = make_warehouse()
    even = make_shelf(warehouse, quantities=[2] * 84)
    rare = make_shelf(warehouse, quantities=([0] * 41 + [9]) * 2)
    for variant, amount in ((even, "10.00"), (rare, "1.00")):
        variant.prices.create(currency="EUR", amount=Decimal(amount))
    forecast_items(open_run(), forecast=forecast_plainly, is_over=never)
    assert classify_items() == 2
    classes = {plan.variant_id: plan.abc_class + plan.xyz_class for plan in ItemPlan.objects.all()}
    assert classes == {even.pk: "AX", rare.pk: "CZ"}


def test_the_real_models_beat_the_naive_forecast_on_noisy_weeks() -> None:
    noise = [3, -1, 0, 2, -2, 1, -3, 0, 1, -1, 2]
    history = [float(max(4 * WEEK[day % 7] + noise[day % 11], 0)) for day in range(140)]
    outlook = forecast_item(history)
    assert len(outlook.daily) == 28
    assert outlook.mase is not None
    assert outlook.naive_mase is not None
    assert outlook.mase < outlook.naive_mase
    assert {"theta", "ets", "croston_sba", "weekdays"} <= set(outlook.scores)


@pytest.mark.parametrize(
    "history",
    [[0.0] * 27 + [1.0], [5.0] * 28, [0.0, 0.0, 0.0, 9.0] * 9, [0.0] * 200 + [1.0, 0.0, 2.0, 1.0, 3.0]],
)
def test_odd_histories_are_survived(history: list[float]) -> None:
    outlook = forecast_item(history)
    assert all(
        0 <= low <= value <= high
        for low, value, high in zip(outlook.low, outlook.daily, outlook.high, strict=True)
    )
