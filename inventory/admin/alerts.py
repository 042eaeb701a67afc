"""Reorder alerts in the back office."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from inventory.models import ReorderAlert
from shop.kernel.back_office import ReadOnlyAdmin

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class OpenAlertFilter(admin.SimpleListFilter):
    """Open alerts unless asked for others."""

    title = _("alerts")
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, "str | StrPromise"]]:
        """The choices."""
        return [("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReorderAlert]) -> QuerySet[ReorderAlert]:
        """The rows of the choice."""
        return queryset if self.value() == "all" else queryset.filter(closed_at__isnull=True)


@admin.register(ReorderAlert)
class ReorderAlertAdmin(ReadOnlyAdmin):
    """Shelves to refill."""

    list_display = (
        "opened_at",
        "variant",
        "warehouse",
        "available_quantity",
        "reorder_point",
        "reorder_quantity",
        "closed_at",
    )
    list_filter = (OpenAlertFilter, "warehouse")
    list_select_related = ("variant", "warehouse")
    search_fields = ("variant__sku",)
    list_per_page = 50
    show_full_result_count = False
