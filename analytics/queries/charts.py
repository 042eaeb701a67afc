"""Bars with an axis that a person can read: the geometry of the front page's charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format, number_format

from analytics.queries.figures import DayPoint

WIDTH, HEIGHT = 600, 160
VIEW_BOX = f"0 0 {WIDTH} {HEIGHT}"
DATES_SHOWN = 5
_STEPS = tuple(Decimal(step) for step in ("1", "1.2", "1.6", "2", "3", "4", "6", "8", "10"))


@dataclass(frozen=True)
class Bar:
    """One day of a chart, in the units of its view box."""

    x: str
    y: str
    width: str
    height: str
    label: str


@dataclass(frozen=True)
class Chart:
    """Bars with the words of both axes: values from top to bottom, dates from left to right."""

    bars: tuple[Bar, ...]
    values: tuple[str, ...]
    dates: tuple[str, ...]


def draw_chart(points: Sequence[DayPoint], values: Sequence[Decimal], words: Sequence[str]) -> Chart:
    """``words`` says each day's value as people read it."""
    top = find_top(max(values, default=Decimal(0)))
    step = WIDTH / max(len(points), 1)
    days = [date_format(point.day, "SHORT_DATE_FORMAT") for point in points]
    bars = tuple(
        _draw_bar(x=index * step, step=step, share=float(value / top), label=f"{day}: {word}")
        for index, (value, day, word) in enumerate(zip(values, days, words, strict=True))
    )
    axis = tuple(_say(tick) for tick in (top, top / 2, Decimal(0)))
    return Chart(bars, axis, _choose_dates(points))


def find_top(largest: Decimal) -> Decimal:
    """The smallest round number that holds the largest value and whose half is round too; 1 when there is none."""
    if largest <= 0:
        return Decimal(1)
    power = Decimal(10) ** largest.adjusted()
    return next(step * power for step in _STEPS if step * power >= largest)


def _draw_bar(*, x: float, step: float, share: float, label: str) -> Bar:
    height = HEIGHT * share
    return Bar(f"{x + 2:.1f}", f"{HEIGHT - height:.1f}", f"{step - 4:.1f}", f"{height:.1f}", label)


def _say(tick: Decimal) -> str:
    places = 0 if tick == tick.to_integral_value() else 1
    return number_format(tick, decimal_pos=places, use_l10n=True, force_grouping=True)


def _choose_dates(points: Sequence[DayPoint]) -> tuple[str, ...]:
    if len(points) < DATES_SHOWN:
        return tuple(date_format(point.day, "MONTH_DAY_FORMAT") for point in points)
    last = len(points) - 1
    chosen = [points[round(index * last / (DATES_SHOWN - 1))] for index in range(DATES_SHOWN)]
    return tuple(date_format(point.day, "MONTH_DAY_FORMAT") for point in chosen)
