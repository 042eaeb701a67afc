"""What the front page of the back office shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from analytics.models import DailyFigures
from shop.kernel.clock import now
from shop.kernel.money import Money


@dataclass(frozen=True)
class DayPoint:
    """One day of the charts, in the shop's own currency."""

    day: date
    sales: Decimal
    orders: int
    visits: int

    @property
    def conversion(self) -> Decimal:
        """Paid orders per hundred visits."""
        return Decimal(100 * self.orders) / self.visits if self.visits else Decimal(0)

    @property
    def basket(self) -> Decimal:
        """Average value of a paid order."""
        return self.sales / self.orders if self.orders else Decimal(0)


def list_day_points(*, days: int, currency: str = "") -> list[DayPoint]:
    """The last ``days`` days, today last; days without figures are zero. One query."""
    today = timezone.localdate(now())
    first = today - timedelta(days=days - 1)
    rows = {
        row.day: row
        for row in DailyFigures.objects.filter(day__gte=first, currency=currency or settings.DEFAULT_CURRENCY)
    }
    points = []
    for offset in range(days):
        day = first + timedelta(days=offset)
        row = rows.get(day)
        points.append(
            DayPoint(day, row.sales_amount, row.paid_quantity, row.visits_quantity)
            if row
            else DayPoint(day, Decimal(0), 0, 0)
        )
    return points


def list_sales_elsewhere(*, days: int) -> list[Money]:
    """Sales in the shop's other currencies over the same days. One query."""
    first = timezone.localdate(now()) - timedelta(days=days - 1)
    rows = (
        DailyFigures.objects.filter(day__gte=first)
        .exclude(currency=settings.DEFAULT_CURRENCY)
        .order_by()
        .values_list("currency")
        .annotate(amount=Sum("sales_amount"))
    )
    return [Money(amount, currency) for currency, amount in rows if amount]
