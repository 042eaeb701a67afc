"""Forecasts of all shelves: one run a day, in batches; a run that was cut off goes on where it stopped."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Exists, OuterRef

from catalog.models import Variant
from inventory.domain.buying.demand import find_variation, list_baseline
from inventory.domain.buying.outlooks import Outlook, has_enough_history
from inventory.models import ForecastRun, ItemForecast, StockLevel
from inventory.queries.buying.demand import (
    CategoryDemand,
    Shelf,
    find_day,
    list_category_demand,
    list_histories,
)
from inventory.queries.buying.forecasts import list_waiting_shelves
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

BATCH: Final = 100
HISTORY_DAYS: Final = 2 * 366
HORIZON_DAYS: Final = 28
KEPT_DAYS: Final = 60
SHARDS: Final = 2
Forecast = Callable[[Sequence[float]], Outlook]
"""From a history to the outlook of the next four weeks: gateways.forecasting.forecast_item."""


@transactional
def open_run(until: date | None = None) -> ForecastRun:
    """The run that knows demand up to `until` (yesterday unless told): the one that is there, or a new one."""
    last = until or find_day(now()) - timedelta(days=1)
    run, _ = ForecastRun.objects.get_or_create(until=last, defaults={"started_at": now()})
    return run


def forecast_items(
    run: ForecastRun, *, forecast: Forecast, shard: int = 0, shards: int = 1, is_over: Callable[[], bool]
) -> int:
    """Forecasts this shard's shelves until none waits or `is_over()`; the number of new forecasts.

    Computes outside any transaction, writes each batch in one. May be cut off at any time and called again; several
    shards may run beside each other. The last one closes the run.
    """
    made = 0
    while not is_over():
        shelves = list_waiting_shelves(run, shard=shard, shards=shards, limit=BATCH)
        if not shelves:
            close_run(run.pk)
            break
        made += _write_batch(_forecast_batch(run, shelves, forecast=forecast))
    return made


def _forecast_batch(run: ForecastRun, shelves: Sequence[Shelf], *, forecast: Forecast) -> list[ItemForecast]:
    since = run.until - timedelta(days=HISTORY_DAYS - 1)
    histories = list_histories(shelves, since=since, until=run.until)
    categories = dict(
        Variant.objects.filter(pk__in={variant_id for variant_id, _ in shelves}).values_list(
            "pk", "product__category_id"
        )
    )
    lent = list_category_demand(until=run.until)
    rows = []
    for shelf in shelves:
        baseline = list_baseline(histories.get(shelf, []))
        if has_enough_history(baseline):
            row = _build_own(forecast(baseline), baseline=baseline)
        else:
            row = _build_borrowed(_find_lent(shelf, categories=categories, lent=lent))
        row.run, row.variant_id, row.warehouse_id = run, *shelf
        rows.append(row)
    return rows


def _find_lent(
    shelf: Shelf,
    *,
    categories: Mapping[int, int | None],
    lent: Mapping[tuple[int, int], CategoryDemand],
) -> CategoryDemand | None:
    category_id = categories.get(shelf[0])
    return lent.get((category_id, shelf[1])) if category_id is not None else None


@transactional
def _write_batch(rows: Sequence[ItemForecast]) -> int:
    """Ignores what a rival has written meanwhile."""
    return len(ItemForecast.objects.bulk_create(rows, ignore_conflicts=True))


def _build_own(outlook: Outlook, *, baseline: Sequence[float]) -> ItemForecast:
    return ItemForecast(
        origin=ItemForecast.Origin.OWN,
        model=outlook.model[:80],
        daily_quantities=[_round(value) for value in outlook.daily],
        low_quantities=[_round(value) for value in outlook.low],
        high_quantities=[_round(value) for value in outlook.high],
        deviation=_round(outlook.deviation, places=4),
        weekly_variation=_round_known(find_variation(baseline)),
        mase=_round_known(outlook.mase),
        naive_mase=_round_known(outlook.naive_mase),
        bias=_round_known(outlook.bias),
        scores={name: round(score, 3) for name, score in outlook.scores.items()},
    )


def _build_borrowed(lent: CategoryDemand | None) -> ItemForecast:
    """Flat, as the category's articles sell on average; the band is one deviation to each side."""
    daily, deviation = (lent.daily, lent.deviation) if lent else (0.0, 0.0)
    return ItemForecast(
        origin=ItemForecast.Origin.CATEGORY if lent else ItemForecast.Origin.NONE,
        daily_quantities=[_round(daily)] * HORIZON_DAYS,
        low_quantities=[_round(max(daily - deviation, 0.0))] * HORIZON_DAYS,
        high_quantities=[_round(daily + deviation)] * HORIZON_DAYS,
        deviation=_round(deviation, places=4),
    )


LARGEST: Final = 9999.0
"""Errors of nearly flat histories can be scaled to anything; the column has four digits."""


def _round(value: float, *, places: int = 3) -> Decimal:
    return Decimal(str(round(value, places)))


def _round_known(value: float | None) -> Decimal | None:
    return None if value is None else _round(max(min(value, LARGEST), -LARGEST), places=4)


@transactional
def close_run(run_id: int) -> bool:
    """Ends the run when no shelf waits any more; False while one does or when it has ended. Forgets runs of old days."""
    waiting = (
        StockLevel.objects.for_sale()
        .filter(variant__is_active=True)
        .exclude(
            Exists(
                ItemForecast.objects.filter(
                    run_id=run_id, variant_id=OuterRef("variant_id"), warehouse_id=OuterRef("warehouse_id")
                )
            )
        )
    )
    if waiting.exists():
        return False
    instant = now()
    closed = ForecastRun.objects.filter(pk=run_id, finished_at=None).update(
        finished_at=instant, item_quantity=ItemForecast.objects.filter(run_id=run_id).count()
    )
    ForecastRun.objects.filter(until__lt=find_day(instant) - timedelta(days=KEPT_DAYS)).delete()
    return bool(closed)
