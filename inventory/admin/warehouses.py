"""Warehouses in the back office."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from inventory.models import Warehouse


@admin.register(Warehouse)
class WarehouseAdmin(ModelAdmin):
    """Warehouses; one that is no longer used becomes inactive."""

    list_display = ("code", "name", "country", "priority", "is_active")
    search_fields = ("code", "name")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What has a history is never deleted."""
        return False
