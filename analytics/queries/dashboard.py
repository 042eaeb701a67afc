"""The front page of the back office: chores, figures, the newest orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from analytics.queries.charts import VIEW_BOX, Chart, draw_chart
from analytics.queries.figures import DayPoint, list_day_points, list_sales_elsewhere
from analytics.queries.today import list_chores
from orders.models import Order
from shop.accounts.models import User
from shop.kernel.clock import now
from shop.kernel.money import Money, format_money

DAYS = 30
NEWEST_ORDERS = 6
Say = Callable[[Decimal], str]


@dataclass(frozen=True)
class Figure:
    """One number with its course over the days and its change against the half before."""

    title: str | Promise
    value: str
    change: int | None
    chart: Chart
    url: str


def build_dashboard(user: User) -> dict[str, Any]:
    """Chores for every operator; figures and orders for those who may read them."""
    context: dict[str, Any] = {"chores": list_chores(user)}
    if user.has_perm("orders.view_order"):
        context["newest_orders"] = Order.objects.order_by("-placed_at", "-pk")[:NEWEST_ORDERS]
    if user.has_perm("analytics.view_dailyfigures"):
        points = list_day_points(days=DAYS)
        context["figures"] = _build_figures(points)
        context["elsewhere"] = [_show(money) for money in list_sales_elsewhere(days=DAYS)]
        context["days"] = DAYS
        context["half"] = DAYS // 2
        context["view_box"] = VIEW_BOX
        context["is_empty"] = not any(point.visits or point.orders for point in points)
    return context


def _show(money: Money) -> str:
    return format_money(money.quantized(), get_language() or "en")


def _say_money(value: Decimal) -> str:
    return _show(Money(value, settings.DEFAULT_CURRENCY))


def _say_count(value: Decimal) -> str:
    return number_format(value, decimal_pos=0, force_grouping=True)


def _say_percent(value: Decimal) -> str:
    return f"{number_format(value, decimal_pos=1)} %"


def _build_figures(points: list[DayPoint]) -> list[Figure]:
    sales = sum((point.sales for point in points), Decimal(0))
    orders = sum(point.orders for point in points)
    visits = sum(point.visits for point in points)
    basket = sales / orders if orders else Decimal(0)
    conversion = Decimal(100 * orders) / visits if visits else Decimal(0)
    rows = reverse("admin:analytics_dailyfigures_changelist")
    paid = _link_paid_orders(points)
    return [
        _figure(_("Sales"), sales, _say_money, points, lambda point: point.sales, url=paid),
        _figure(_("Paid orders"), Decimal(orders), _say_count, points, _read_orders, url=paid),
        _figure(_("Conversion"), conversion, _say_percent, points, lambda point: point.conversion, url=rows),
        _figure(_("Basket value"), basket, _say_money, points, lambda point: point.basket, url=rows),
    ]


def _read_orders(point: DayPoint) -> Decimal:
    return Decimal(point.orders)


def _link_paid_orders(points: list[DayPoint]) -> str:
    """The orders behind sales: paid since the first day's midnight in the shop's zone, in the shop's currency."""
    first = points[0].day if points else timezone.localdate(now() - timedelta(days=DAYS - 1))
    since = datetime.combine(first, time(), tzinfo=timezone.get_default_timezone())
    query = urlencode({"paid_at__gte": since.isoformat(), "currency__exact": settings.DEFAULT_CURRENCY})
    return f"{reverse('admin:orders_order_changelist')}?{query}"


def _figure(
    title: str | Promise,
    total: Decimal,
    say: Say,
    points: list[DayPoint],
    read: Callable[[DayPoint], Decimal],
    *,
    url: str,
) -> Figure:
    values = [read(point) for point in points]
    half = len(values) // 2
    before, after = sum(values[:half]), sum(values[half:])
    change = round(100 * (after - before) / before) if before else None
    chart = draw_chart(points, values, [say(value) for value in values])
    return Figure(title, say(total), change, chart, url)
