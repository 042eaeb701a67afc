"""Analytics in the back office: the front page, and the rows behind it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from analytics.models import DailyFigures, Event
from analytics.queries.dashboard import build_dashboard
from shop.accounts.models import User


def show_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the front page of the back office is made of (``UNFOLD["DASHBOARD_CALLBACK"]``)."""
    if isinstance(request.user, User):
        context.update(build_dashboard(request.user))
    return context


class ReadOnlyAdmin(ModelAdmin):
    """Rows to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Events are recorded, not typed."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """As above."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """As above."""
        return False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """First-party events."""

    list_display = ("occurred_at", "kind", "path", "order_number", "value_amount", "currency")
    list_filter = ("kind",)
    show_full_result_count = False


@admin.register(DailyFigures)
class DailyFiguresAdmin(ReadOnlyAdmin):
    """Daily figures."""

    list_display = ("day", "currency", "sales_amount", "placed_quantity", "paid_quantity", "visits_quantity")
    list_filter = ("currency",)
