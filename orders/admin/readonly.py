"""What the pages of orders have in common: rows are looked at, and changed by services only."""

from typing import Final

from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

# The colour of each state, on lists and desks alike.
LABELS: Final = {
    "pending": "info",
    "confirmed": "success",
    "completed": "success",
    "cancelled": "danger",
    "unpaid": "warning",
    "processing": "warning",
    "paid": "success",
    "partially_refunded": "info",
    "refunded": "info",
    "unfulfilled": "warning",
    "allocated": "info",
    "partially_shipped": "warning",
    "shipped": "success",
    "delivered": "success",
    "collected": "info",
    "in_transit": "info",
    "out_for_delivery": "info",
    "exception": "danger",
}


class ReadOnlyAdmin(ModelAdmin):
    """Rows that only services write."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Services add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Services change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What has a history is never deleted."""
        return False


class ReadOnlyInline(TabularInline):
    """Rows of a read-only page."""

    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Services add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Services change."""
        return False
