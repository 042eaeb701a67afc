"""Warehouses in the back office."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern
from unfold.admin import ModelAdmin

from inventory.admin.figures import list_figure_urls
from inventory.admin.floor.urls import list_floor_urls
from inventory.models import Warehouse


@admin.register(Warehouse)
class WarehouseAdmin(ModelAdmin):
    """Warehouses; one that is no longer used becomes inactive."""

    list_display = ("code", "name", "country", "priority", "is_active")
    search_fields = ("code", "name")

    def get_urls(self) -> list[URLPattern]:
        """With the pages of the floor."""
        return [
            *list_floor_urls(self.admin_site.admin_view),
            *list_figure_urls(self.admin_site),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What has a history is never deleted."""
        return False
