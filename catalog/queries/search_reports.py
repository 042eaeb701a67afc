"""What people search for, and what they do with what they find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import F, Max, OuterRef, QuerySet, Subquery, Sum

from catalog.models import SearchClickDay, SearchTermDay

MOST_ROWS = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class TermFigures:
    """A term over some days."""

    term: str
    language: str
    searches: int
    clicks: int
    results: int

    @property
    def click_percent(self) -> int:
        """Return how many of a hundred searches led to a product."""
        return round(100 * min(self.clicks / self.searches, 1)) if self.searches else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ClickFigures:
    """A product that was opened from a term's results."""

    term: str
    product_id: int
    product: str
    clicks: int
    position: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchReport:
    """The figures of some days."""

    searches: int
    clicks: int
    fruitless: int
    top: tuple[TermFigures, ...]
    without_results: tuple[TermFigures, ...]
    without_clicks: tuple[TermFigures, ...]
    opened: tuple[ClickFigures, ...]

    @property
    def click_percent(self) -> int:
        """Return how many of a hundred searches led to a product."""
        return round(100 * min(self.clicks / self.searches, 1)) if self.searches else 0

    @property
    def fruitless_percent(self) -> int:
        """Return how many of a hundred searches found nothing."""
        return round(100 * self.fruitless / self.searches) if self.searches else 0


def get_search_report(since: date) -> SearchReport:
    """Return the report since a day; five queries."""
    days = SearchTermDay.objects.filter(day__gte=since)
    sums = days.aggregate(searches=Sum("search_quantity"), clicks=Sum("click_quantity"))
    fruitless = days.filter(result_quantity=0).aggregate(searches=Sum("search_quantity"))
    terms = _group(days)
    return SearchReport(
        searches=sums["searches"] or 0,
        clicks=sums["clicks"] or 0,
        fruitless=fruitless["searches"] or 0,
        top=_list_terms(terms),
        without_results=_list_terms(terms.filter(results=0)),
        without_clicks=_list_terms(terms.filter(results__gt=0, clicks=0, searches__gte=3)),
        opened=_list_opened(since),
    )


def _group(days: QuerySet[SearchTermDay]) -> QuerySet[Any, dict[str, Any]]:
    """Group days by term; the results are those of the last day, since the catalogue changes."""
    latest = (
        SearchTermDay.objects.filter(term=OuterRef("term"), language=OuterRef("language"))
        .order_by("-day")
        .values("result_quantity")[:1]
    )
    rows: Any = (
        days.values("term", "language")
        .annotate(searches=Sum("search_quantity"), clicks=Sum("click_quantity"), last=Max("day"))
        .annotate(results=Subquery(latest))
        .order_by("-searches", "term")
    )
    return cast("QuerySet[Any, dict[str, Any]]", rows)


def _list_terms(rows: QuerySet[Any, dict[str, Any]]) -> tuple[TermFigures, ...]:
    names = ("term", "language", "searches", "clicks", "results")
    return tuple(TermFigures(**{name: row[name] for name in names}) for row in rows[:MOST_ROWS])


def _list_opened(since: date) -> tuple[ClickFigures, ...]:
    rows = (
        SearchClickDay.objects.filter(day__gte=since)
        .values("term", "product_id", name=F("product__name_en"))
        .annotate(clicks=Sum("click_quantity"), places=Sum("position_sum"))
        .order_by("-clicks", "term")
    )
    return tuple(
        ClickFigures(
            term=row["term"],
            product_id=row["product_id"],
            product=row["name"] or "",
            clicks=row["clicks"],
            position=row["places"] / row["clicks"],
        )
        for row in rows[:MOST_ROWS]
    )
