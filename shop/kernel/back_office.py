"""What all pages of the back office share whose rows only services write."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, ClassVar

from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, TabularInline

from shop.kernel.errors import DomainError

MOST_DIGITS = 18


def read_key(object_id: str | int) -> int:
    """Return the key in an address; 0, which no row has, when it is none."""
    text = str(object_id)
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0


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


class KeyPicker(AutocompleteSelect):
    """A choice that is looked up while somebody types; what an address or a form names without being a key is no choice.

    Django asks the database for whatever it finds there, which fails for `?variant=²` and for any word.
    """

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        """Return what is chosen, of what can be a key."""
        return super().optgroups(name, [text for text in value if not text or read_key(text)], attr)


class PickingMixin:
    """Pages with `autocomplete_fields`, of which each is a KeyPicker."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Draw the field by our widget where it is looked up."""
        page: Any = self
        if db_field.name in page.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeyPicker(db_field, page.admin_site, using=kwargs.get("using")))
        above: Any = super()
        return above.formfield_for_foreignkey(db_field, request, **kwargs)


class DiscreetAdmin(ModelAdmin):
    """Pages that keep what they do not show: Django lets a list be filtered by any field of its rows.

    With `?token__startswith=a` a secret is guessed letter by letter.
    """

    secret_fields: ClassVar[tuple[str, ...]] = ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Say no to questions about secrets, which are then answered by 400."""
        if lookup.partition(LOOKUP_SEP)[0] in self.secret_fields:
            return False
        return bool(super().lookup_allowed(lookup, value, request))


class OneRowAdmin(ModelAdmin):
    """A policy of which there is one row, with the key 1: the list is its page."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """And it stays."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The one row itself, with the defaults the first time."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        self.model._default_manager.get_or_create(pk=1)  # noqa: SLF001  Django's documented API
        page: HttpResponse = self.change_view(request, "1", "", extra_context)
        return page


class ReadOnlyAdmin(DiscreetAdmin):
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
