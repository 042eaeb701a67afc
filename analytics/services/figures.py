"""Rolling events and orders up into days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from analytics.domain.kinds import EventKind
from analytics.models import DailyFigures, Event
from orders.models import Order
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

MADE_UP_FOR = timedelta(days=90)
"""A worker that was away for longer is told by hand which days it missed."""


def _bounds(day: date) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    start = datetime.combine(day, time.min, tzinfo=zone)
    return start, datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


@transactional
def roll_up_day(day: date) -> None:
    """Compute a day's figures anew from orders and events. Repeatable; a day that changed is simply right again."""
    start, end = _bounds(day)
    placed = dict(
        Order.objects.filter(placed_at__gte=start, placed_at__lt=end)
        .order_by()
        .values_list("currency")
        .annotate(quantity=Count("pk"))
    )
    paid = {
        currency: (quantity, amount)
        for currency, quantity, amount in Order.objects.filter(paid_at__gte=start, paid_at__lt=end)
        .order_by()
        .values_list("currency")
        .annotate(quantity=Count("pk"), amount=Sum("total_amount"))
    }
    visits = _count_visits(start, end)
    for currency in {settings.DEFAULT_CURRENCY, *placed, *paid}:
        quantity, amount = paid.get(currency, (0, 0))
        DailyFigures.objects.update_or_create(
            day=day,
            currency=currency,
            defaults={
                "sales_amount": amount,
                "placed_quantity": placed.get(currency, 0),
                "paid_quantity": quantity,
                "visits_quantity": visits if currency == settings.DEFAULT_CURRENCY else 0,
                "rolled_up_at": now(),
            },
        )


def _count_visits(start: datetime, end: datetime) -> int:
    """Sessions with a look at a page or product. A browser that keeps no session is not counted."""
    seen = Event.objects.filter(
        occurred_at__gte=start, occurred_at__lt=end, kind__in=(EventKind.PAGE, EventKind.PRODUCT)
    ).aggregate(sessions=Count("session", distinct=True, filter=~Q(session="")))
    return int(seen["sessions"] or 0)


def roll_up(*, days: int = 2) -> None:
    """Roll up today and the days before it, one transaction each, and the days since it ran last. Repeatable."""
    today = timezone.localdate(now())
    first = min(today - timedelta(days=days - 1), max(_find_last_day(today), today - MADE_UP_FOR))
    for number in range((today - first).days + 1):
        roll_up_day(first + timedelta(days=number))


def _find_last_day(today: date) -> date:
    """The day on which the figures were last rolled up: what came after that moment is not in them."""
    last = DailyFigures.objects.aggregate(at=Max("rolled_up_at"))["at"]
    return timezone.localdate(last) if last is not None else today
