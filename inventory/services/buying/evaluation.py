"""How good forecasts and orders would have been on a past that is known: nothing is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import fmean

from inventory.domain.buying.accuracy import find_scale, find_weighted_mase
from inventory.domain.buying.order_sizes import OrderCosts
from inventory.domain.buying.outlooks import Outlook, has_enough_history
from inventory.domain.buying.safety_stock import DemandRate, LeadTime
from inventory.domain.buying.simulation import Outcome, simulate_shelf
from inventory.domain.buying.suggestions import BuyingTerms, StockPosition, plan_purchase
from inventory.services.buying.forecasts import Forecast

HORIZON_DAYS = 28
MONTH = 28
WEEK = 7
LEAD_DAYS = 7
BATCH_DAYS = 14
OPENING_DAYS = 14
SERVICE_LEVELS = (0.80, 0.90, 0.95, 0.98)
FIXED_DAYS = (7, 14, 21, 28)
"""Days of cover beyond the lead time that the simple rule keeps."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One article over the days held back."""

    weight: float
    unit_price: float
    mase: dict[str, float | None]
    forecast: dict[str, float]
    actual: float
    inside_share: float
    outcomes: dict[str, Outcome] = field(default_factory=dict)


def try_item(
    history: Sequence[float], *, unit_price: float, hold_back_days: int, forecast: Forecast
) -> Trial | None:
    """Forecasts each four weeks of the days held back from what was known before, and orders by it; None for too little.

    Compared with last week's same day (seasonal naive) and with the mean of four weeks (moving average).
    """
    cut = len(history) - hold_back_days
    if cut < MONTH or not has_enough_history(history[:cut]):
        return None
    origins = range(cut, len(history), HORIZON_DAYS)
    outlooks = [forecast(history[:origin]) for origin in origins]
    actual = list(history[cut:])
    made = {
        "ours": [value for outlook in outlooks for value in outlook.daily][: len(actual)],
        "seasonal_naive": _repeat(origins, lambda origin, day: history[origin - WEEK + day % WEEK]),
        "moving_average": _repeat(origins, lambda origin, _day: fmean(history[origin - MONTH : origin])),
    }
    scale = find_scale(history[:cut])
    return Trial(
        weight=sum(history) * unit_price,
        unit_price=unit_price,
        mase={
            name: fmean(abs(a - f) for a, f in zip(actual, values, strict=False)) / scale if scale else None
            for name, values in made.items()
        },
        forecast={name: sum(values[: len(actual)]) for name, values in made.items()},
        actual=sum(actual),
        inside_share=_count_inside(outlooks, actual),
        outcomes=_simulate(history, cut=cut, outlooks=outlooks),
    )


def _repeat(origins: Sequence[int], value: Callable[[int, int], float]) -> list[float]:
    return [value(origin, day) for origin in origins for day in range(HORIZON_DAYS)]


def _count_inside(outlooks: Sequence[Outlook], actual: Sequence[float]) -> float:
    low = [value for outlook in outlooks for value in outlook.low]
    high = [value for outlook in outlooks for value in outlook.high]
    return fmean(lower <= value <= upper for lower, value, upper in zip(low, actual, high, strict=False))


def _simulate(history: Sequence[float], *, cut: int, outlooks: Sequence[Outlook]) -> dict[str, Outcome]:
    mean = fmean(history[:cut])
    opening = ceil(mean * OPENING_DAYS)

    def run(order: Callable[[int, StockPosition], int]) -> Outcome:
        return simulate_shelf(history[cut:], opening_quantity=opening, lead_days=LEAD_DAYS, order=order)

    fixed = {f"fixed {days}": run(_build_fixed(mean, days=days)) for days in FIXED_DAYS}
    ours = {
        f"service {level:.2f}": run(_build_planned(outlooks, service_level=level)) for level in SERVICE_LEVELS
    }
    return fixed | ours


def _build_fixed(mean: float, *, days: int) -> Callable[[int, StockPosition], int]:
    """A minimum that somebody worked out once from the average, and never looked at again."""
    minimum, batch = ceil(mean * (LEAD_DAYS + days)), ceil(mean * BATCH_DAYS)
    return lambda _day, position: minimum + batch - position.total if position.total < minimum else 0


def _build_planned(
    outlooks: Sequence[Outlook], *, service_level: float
) -> Callable[[int, StockPosition], int]:
    """The replenishment job as it runs in the shop, with the forecast of the day."""

    def order(day: int, position: StockPosition) -> int:
        outlook = outlooks[min(day // HORIZON_DAYS, len(outlooks) - 1)]
        start = day % HORIZON_DAYS
        ahead = outlook.daily[start : start + LEAD_DAYS + 1] or outlook.daily
        daily = fmean(ahead)
        terms = BuyingTerms(
            lead_time=LeadTime(days=LEAD_DAYS),
            service_level=service_level,
            costs=OrderCosts(order_cost=0.0, holding_rate=1.0),
            fixed_quantity=ceil(fmean(outlook.daily) * BATCH_DAYS),
        )
        rate = DemandRate(daily=daily, deviation=outlook.deviation) if daily > 0 else None
        return plan_purchase(rate, position=position, terms=terms).quantity

    return order


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One way to forecast over all articles."""

    name: str
    weighted_mase: float | None
    mase: float
    bias: float


@dataclass(frozen=True, kw_only=True)
class PolicyResult:
    """One rule of ordering over all articles: shares of units and of value, and what lay there on average."""

    name: str
    fill_rate: float
    value_fill_rate: float
    stock_value: float
    orders_quantity: int


def compare_forecasts(trials: Sequence[Trial]) -> list[Comparison]:
    """MASE weighted by value and plain, and the bias of the whole; flat articles have no MASE and are left out."""
    return [
        Comparison(
            name=name,
            weighted_mase=find_weighted_mase(
                [(error, trial.weight) for trial in trials if (error := trial.mase[name]) is not None]
            ),
            mase=fmean(error for trial in trials if (error := trial.mase[name]) is not None),
            bias=sum(trial.forecast[name] for trial in trials) / sum(trial.actual for trial in trials) - 1,
        )
        for name in trials[0].mase
    ]


def compare_policies(trials: Sequence[Trial]) -> list[PolicyResult]:
    """Fill rate and stock of each rule."""
    return [_sum_policy(name, trials=trials) for name in trials[0].outcomes]


def _sum_policy(name: str, *, trials: Sequence[Trial]) -> PolicyResult:
    rows = [(trial.outcomes[name], trial.unit_price) for trial in trials]
    wanted = sum(row.wanted for row, _ in rows) or 1.0
    wanted_value = sum(row.wanted * price for row, price in rows) or 1.0
    return PolicyResult(
        name=name,
        fill_rate=sum(row.sold for row, _ in rows) / wanted,
        value_fill_rate=sum(row.sold * price for row, price in rows) / wanted_value,
        stock_value=sum(row.mean_stock * price for row, price in rows),
        orders_quantity=sum(row.orders_quantity for row, _ in rows),
    )
