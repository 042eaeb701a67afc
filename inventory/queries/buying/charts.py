"""The geometry of the buyer's charts: what was sold, what is forecast, and the band around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format, number_format

from inventory.domain.buying.demand import DemandDay
from inventory.models import ItemForecast

WIDTH, HEIGHT = 720, 180
VIEW_BOX = f"0 0 {WIDTH} {HEIGHT}"
PAST_DAYS = 84


@dataclass(frozen=True, kw_only=True)
class ChartDay:
    """One day of the past: a bar, and what the pointer says on it."""

    x: str
    y: str
    width: str
    height: str
    label: str
    is_out_of_stock: bool
    is_promoted: bool


@dataclass(frozen=True, kw_only=True)
class ForecastChart:
    """Bars of the past, a line and a band ahead; words of both axes."""

    days: list[ChartDay]
    line: str
    band: str
    values: tuple[str, ...]
    dates: tuple[str, ...]
    view_box: str = VIEW_BOX


def draw_forecast(history: Sequence[DemandDay], forecast: ItemForecast, *, until: date) -> ForecastChart:
    """Twelve weeks back and the forecast's days ahead, on one scale."""
    past = list(history)[-PAST_DAYS:]
    daily = [float(value) for value in forecast.daily_quantities]
    low = [float(value) for value in forecast.low_quantities]
    high = [float(value) for value in forecast.high_quantities]
    top = max([row.corrected_quantity for row in past] + high + [1.0])
    step = WIDTH / max(len(past) + len(daily), 1)

    def place(index: int, value: float) -> str:
        return f"{(len(past) + index + 0.5) * step:.1f} {HEIGHT - HEIGHT * value / top:.1f}"

    line = "M" + "L".join(place(index, value) for index, value in enumerate(daily)) if daily else ""
    edge = [place(index, value) for index, value in enumerate(high)]
    edge += [place(index, low[index]) for index in reversed(range(len(low)))]
    first = past[0].day if past else until
    last = until + timedelta(days=len(daily))
    return ForecastChart(
        days=[_draw_day(row, index=index, step=step, top=top) for index, row in enumerate(past)],
        line=line,
        band="M" + "L".join(edge) + "Z" if edge else "",
        values=(number_format(round(top, 1)), number_format(round(top / 2, 1)), "0"),
        dates=tuple(date_format(day, "MONTH_DAY_FORMAT") for day in (first, until, last)),
    )


def _draw_day(row: DemandDay, *, index: int, step: float, top: float) -> ChartDay:
    height = HEIGHT * row.corrected_quantity / top
    day, quantity = date_format(row.day, "SHORT_DATE_FORMAT"), number_format(round(row.corrected_quantity, 1))
    return ChartDay(
        x=f"{index * step + 0.5:.1f}",
        y=f"{HEIGHT - height:.1f}",
        width=f"{max(step - 1, 0.5):.1f}",
        height=f"{height:.1f}",
        label=f"{day}: {quantity}",
        is_out_of_stock=row.is_out_of_stock,
        is_promoted=row.is_promoted,
    )
