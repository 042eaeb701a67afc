"""What the stock pages of the back office share."""

from django.http import HttpRequest
from unfold.admin import ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """Rows that only services write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from services."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """See above."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What has a history is never deleted."""
        return False
