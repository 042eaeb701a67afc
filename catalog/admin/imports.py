"""Imports in the back office."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from catalog.models import ImportRun


@admin.register(ImportRun)
class ImportRunAdmin(ModelAdmin):
    """What came of each import."""

    list_display = (
        "started_at",
        "file_name",
        "format",
        "row_count",
        "created_count",
        "updated_count",
        "unchanged_count",
        "refused_count",
        "finished_at",
    )
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Imports are started by the command."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        """The past stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        """The past stays."""
        return False
