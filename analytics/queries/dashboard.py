"""The front page of the back office: figures, charts, chores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from analytics.queries.figures import DayPoint, list_day_points, list_sales_elsewhere
from analytics.queries.today import list_chores
from shop.accounts.models import User
from shop.kernel.money import Money, format_money

DAYS = 30
WIDTH, HEIGHT, TOP = 300, 72, 6


@dataclass(frozen=True)
class Bar:
    """One day of a chart, in the units of its view box."""

    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True)
class Figure:
    """One number with its course over the days and its change against the half before."""

    title: str | Promise
    value: str
    change: int | None
    bars: tuple[Bar, ...]


def build_dashboard(user: User) -> dict[str, Any]:
    """Chores for every operator; figures for those who may read them."""
    context: dict[str, Any] = {"chores": list_chores(user)}
    if user.has_perm("analytics.view_dailyfigures"):
        points = list_day_points(days=DAYS)
        context["figures"] = _build_figures(points)
        context["elsewhere"] = [_show(money) for money in list_sales_elsewhere(days=DAYS)]
        context["days"] = DAYS
        context["view_box"] = f"0 0 {WIDTH} {HEIGHT}"
    return context


def _show(money: Money) -> str:
    return format_money(money.quantized(), get_language() or "en")


def _build_figures(points: list[DayPoint]) -> list[Figure]:
    currency = settings.DEFAULT_CURRENCY
    sales = sum((point.sales for point in points), Decimal(0))
    orders = sum(point.orders for point in points)
    visits = sum(point.visits for point in points)
    basket = sales / orders if orders else Decimal(0)
    conversion = Decimal(100 * orders) / visits if visits else Decimal(0)
    return [
        _figure(_("Sales"), _show(Money(sales, currency)), points, lambda point: point.sales),
        _figure(_("Paid orders"), str(orders), points, lambda point: Decimal(point.orders)),
        _figure(_("Conversion"), f"{conversion:.1f} %", points, lambda point: point.conversion),
        _figure(_("Basket value"), _show(Money(basket, currency)), points, lambda point: point.basket),
    ]


def _figure(
    title: str | Promise, value: str, points: list[DayPoint], read: Callable[[DayPoint], Decimal]
) -> Figure:
    values = [read(point) for point in points]
    half = len(values) // 2
    before, after = sum(values[:half]), sum(values[half:])
    change = round(100 * (after - before) / before) if before else None
    return Figure(title, value, change, _draw_bars(points, values))


def _draw_bars(points: list[DayPoint], values: list[Decimal]) -> tuple[Bar, ...]:
    most = float(max([*values, Decimal(0)])) or 1.0
    step = WIDTH / len(values)
    return tuple(
        Bar(
            x=round(index * step + 1, 1),
            y=round(HEIGHT - (HEIGHT - TOP) * float(value) / most, 1),
            width=round(step - 2, 1),
            height=round((HEIGHT - TOP) * float(value) / most, 1),
            label=f"{point.day:%d.%m.}: {value:.2f}",
        )
        for index, (point, value) in enumerate(zip(points, values, strict=True))
    )
