"""The calendar of promotions: five weeks, what runs when, by campaign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from catalog.domain.promotions.windows import derive_state
from catalog.models import Promotion
from shop.kernel.clock import now

CALENDAR_DAYS: Final = 35
MOST_ROWS: Final = 200


@dataclass(frozen=True, kw_only=True)
class CalendarRow:
    """A promotion over the days of the calendar: before, on it, and after, as columns."""

    promotion: Promotion
    state: str
    before: int
    length: int
    after: int


@dataclass(frozen=True, kw_only=True)
class Month:
    """The days of one month that the calendar shows."""

    first: date
    length: int


def show_calendar(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """Five weeks from Monday on: what runs when, by campaign."""
    today = localtime(now()).date()
    first = _read_day(request.GET.get("from", "")) or today - timedelta(days=today.weekday())
    days = [first + timedelta(days=offset) for offset in range(CALENDAR_DAYS)]
    rows = [row for promotion in _list_dated() if (row := _place(promotion, days)) is not None]
    facts = {
        "title": _("Calendar of promotions"),
        "days": days,
        "months": _list_months(days),
        "today": today,
        "rows": rows,
        "earlier": (first - timedelta(days=CALENDAR_DAYS)).isoformat(),
        "later": (first + timedelta(days=CALENDAR_DAYS)).isoformat(),
    }
    return TemplateResponse(request, "admin/catalog/promotion_calendar.html", context | facts)


def _list_months(days: list[date]) -> list[Month]:
    groups = [list(group) for _month, group in groupby(days, key=lambda day: (day.year, day.month))]
    return [Month(first=group[0], length=len(group)) for group in groups]


def _read_day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None  # noqa: PLR2004  years that a calendar can show


def _list_dated() -> list[Promotion]:
    rows = Promotion.objects.exclude(status="ended").select_related("campaign")
    return list(rows.order_by("campaign__name", "starts_at", "pk")[:MOST_ROWS])


def _place(promotion: Promotion, days: list[date]) -> CalendarRow | None:
    begins = localtime(promotion.starts_at).date() if promotion.starts_at else days[0]
    ends = _last_day(promotion.ends_at) if promotion.ends_at else days[-1]
    if ends < days[0] or begins > days[-1]:
        return None
    before = max(0, (begins - days[0]).days)
    after = max(0, (days[-1] - ends).days)
    state = derive_state(
        promotion.status, starts_at=promotion.starts_at, ends_at=promotion.ends_at, now=now()
    )
    return CalendarRow(
        promotion=promotion, state=state.value, before=before, length=len(days) - before - after, after=after
    )


def _last_day(ends_at: datetime) -> date:
    """The end itself does not belong to the window."""
    return localtime(ends_at - timedelta(microseconds=1)).date()
