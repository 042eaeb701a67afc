"""Ledger and reservations in the back office."""

from django.contrib import admin

from inventory.models import Reservation, StockMovement
from shop.kernel.back_office import ReadOnlyAdmin


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    """The ledger, newest first."""

    list_display = (
        "created_at",
        "variant",
        "warehouse",
        "kind",
        "delta",
        "bin",
        "lot",
        "reason",
        "actor",
        "source_type",
    )
    list_filter = ("kind", "warehouse")
    list_select_related = ("variant", "warehouse", "bin", "lot")
    search_fields = ("variant__sku", "source_id", "reason")
    list_per_page = 50
    show_full_result_count = False


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    """Who holds what, and until when."""

    list_display = ("reference", "variant", "warehouse", "quantity", "open_quantity", "state", "expires_at")
    list_filter = ("state", "warehouse")
    list_select_related = ("variant", "warehouse")
    search_fields = ("reference", "variant__sku")
    list_per_page = 50
    show_full_result_count = False
