"""The shop's machinery in the back office: looked at, and told to try again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from shop.kernel.back_office import ReadOnlyAdmin
from shop.kernel.models import AuditEntry, InvariantRun, OutboxEvent, OutgoingEmail
from shop.kernel.relay import send_again

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

COLOURS: Final = {"sent": "success", "waiting": "warning", "dead": "danger"}
ROWS_SHOWN = 5


class DeliveryFilter(admin.SimpleListFilter):
    """What is still on its way, and what was given up."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str | StrPromise]]:
        """The choices."""
        return [("waiting", _("Waiting")), ("dead", _("Given up")), ("sent", _("Sent"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the choice."""
        if self.value() == "waiting":
            return queryset.filter(sent_at=None, dead_at=None)
        if self.value() == "dead":
            return queryset.filter(dead_at__isnull=False)
        return queryset.filter(sent_at__isnull=False) if self.value() == "sent" else queryset


class DeliveryAdmin(ReadOnlyAdmin):
    """Rows on their way out: waiting, sent, or given up after a day of tries."""

    list_filter = (DeliveryFilter,)
    actions = ("send_again",)

    @display(description=_("state"), label=COLOURS)
    def state(self, row: Any) -> tuple[str, StrPromise]:
        """As a coloured word."""
        if row.dead_at:
            return "dead", _("Given up")
        return ("sent", _("Sent")) if row.sent_at else ("waiting", _("Waiting"))

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Who may change the row's kind."""
        options = self.model._meta  # noqa: SLF001  the admin's own name for it
        return request.user.has_perm(f"{options.app_label}.change_{options.model_name}")

    @admin.action(description=_("Try again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Put what was given up back in the queue; what waits or was sent stays as it is."""
        count = send_again(queryset, actor=str(request.user))
        text = ngettext("%(count)d is tried again.", "%(count)d are tried again.", count)
        messages.success(request, text % {"count": count})


@admin.register(OutboxEvent)
class OutboxEventAdmin(DeliveryAdmin):
    """Facts on their way from one app to the others."""

    list_display = ("created_at", "topic", "key", "state", "attempts", "sent_at", "error")
    list_display_links = ("created_at", "topic")
    search_fields = ("topic", "key")
    ordering = ("-pk",)


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(DeliveryAdmin):
    """Mail on its way out."""

    list_display = ("created_at", "to", "subject", "state", "attempts", "sent_at")
    list_display_links = ("created_at", "to")
    search_fields = ("to", "subject")
    ordering = ("-pk",)
    exclude = ("html",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, newest first; the database refuses to change or remove a row."""

    list_display = ("at", "actor", "action", "target", "facts")
    search_fields = ("actor", "action", "target")
    ordering = ("-pk",)


@admin.register(InvariantRun)
class InvariantRunAdmin(ReadOnlyAdmin):
    """What the hourly check of the house's rules found."""

    list_display = ("started_at", "checked_quantity", "outcome", "broken")
    fields = ("started_at", "finished_at", "checked_quantity", "broken", "violations")

    @display(description=_("outcome"), label={"good": "success", "broken": "danger"})
    def outcome(self, run: InvariantRun) -> tuple[str, StrPromise]:
        """All rules held, or not."""
        return ("broken", _("Broken")) if run.violations else ("good", _("All hold"))

    @display(description=_("broken rules"))
    def broken(self, run: InvariantRun) -> str:
        """Their codes and titles."""
        shown = [f"{found['code']} {found['title']}" for found in run.violations[:ROWS_SHOWN]]
        return "; ".join(shown) or "–"
