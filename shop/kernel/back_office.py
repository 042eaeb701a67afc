"""What all pages of the back office share whose rows only services write."""

from __future__ import annotations

from types import TracebackType

from django.forms import BaseForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from shop.kernel.errors import DomainError

MOST_DIGITS = 18


def read_key(object_id: str) -> int:
    """Return the key in an address; 0, which no row has, when it is none."""
    return int(object_id) if object_id.isdecimal() and len(object_id) <= MOST_DIGITS else 0


class RefusalsOn:
    """``with RefusalsOn(form):`` what a service refuses in the block is told on the form, and what follows goes on."""

    def __init__(self, form: BaseForm) -> None:
        self.form = form

    def __enter__(self) -> None:
        """Begin to listen."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Tell a refusal; anything else is an error of ours."""
        if not isinstance(error, DomainError):
            return False
        self.form.add_error(None, str(error.message))
        return True


class ReadOnlyAdmin(ModelAdmin):
    """Rows to look at: what may be done with them is an action that calls a service."""

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
