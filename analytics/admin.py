"""Analytics in the back office: the front page, and the rows behind it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from unfold.dataclasses import SearchResult
from unfold.decorators import display

from analytics.models import DailyFigures, Event
from analytics.queries import lookup
from analytics.queries.dashboard import build_dashboard
from analytics.queries.today import count_piles
from shop.accounts.models import User
from shop.kernel.back_office import ReadOnlyAdmin
from shop.kernel.money import Money


def show_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the front page of the back office is made of (``UNFOLD["DASHBOARD_CALLBACK"]``)."""
    if isinstance(request.user, User):
        context.update(build_dashboard(request.user))
    return context


def find_rows(request: HttpRequest, words: str) -> list[SearchResult]:
    """Rows for the search that Ctrl+K opens (``UNFOLD["COMMAND"]``)."""
    if not isinstance(request.user, User):
        return []
    return [
        SearchResult(title=hit.title, description=str(hit.kind), link=hit.url, icon=hit.icon)
        for hit in lookup.find_rows(request.user, words)
    ]


def show_counts(request: HttpRequest) -> HttpResponse:
    """The numbers beside the navigation: fetched after the page, so that no page waits for them."""
    counts = count_piles(request.user) if isinstance(request.user, User) else {}
    return JsonResponse(counts)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """First-party events."""

    list_display = ("occurred_at", "kind", "path", "order_number", "value")
    list_filter = ("kind",)
    search_fields = ("path", "order_number")
    list_per_page = 50
    show_full_result_count = False

    @display(description=_("amount"), ordering="value_amount")
    def value(self, event: Event) -> str:
        """With its currency; a dash for looks."""
        if event.value_amount is None or not event.currency:
            return "–"
        return str(Money(event.value_amount, event.currency).quantized())


@admin.register(DailyFigures)
class DailyFiguresAdmin(ReadOnlyAdmin):
    """Daily figures."""

    list_display = ("day", "sales", "placed_quantity", "paid_quantity", "visits_quantity")
    list_filter = ("currency",)
    date_hierarchy = "day"
    ordering = ("-day", "currency")
    list_per_page = 50
    show_full_result_count = False

    @display(description=_("sales"), ordering="sales_amount")
    def sales(self, row: DailyFigures) -> str:
        """With its currency."""
        return str(Money(row.sales_amount, row.currency).quantized())
