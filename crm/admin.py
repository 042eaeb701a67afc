"""The service desk in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from crm.domain.states import TicketPriority, TicketSource, TicketStatus
from crm.forms import NewTicketForm, ReplyForm
from crm.models import Ticket, TicketMessage
from crm.services.tickets import assign_ticket, move_ticket, open_ticket, reply_to_ticket, set_priority
from shop.accounts.models import User
from shop.kernel.back_office import RefusalsOn
from shop.kernel.clock import now
from shop.kernel.errors import DomainError

PRIORITY_COLOURS = {"urgent": "danger", "high": "warning", "normal": "info", "low": "info"}
STATUS_COLOURS = {
    "late": "danger",
    "open": "warning",
    "waiting": "info",
    "solved": "success",
    "closed": "success",
}


@admin.register(Ticket)
class TicketAdmin(ModelAdmin):
    """Tickets, the most urgent first."""

    list_display = ("number", "about", "urgency", "state", "owner", "due_at", "order")
    list_display_links = ("number", "about")
    list_filter = ("status", "priority", "source", "owner")
    list_select_related = ("owner", "order")
    search_fields = ("number", "subject", "customer_email", "order__number")
    actions = ("take", "solve")
    list_per_page = 50
    change_form_outer_before_template = "admin/crm/ticket/reply.html"
    fields = (
        "number",
        "about",
        "order",
        "customer_email",
        "priority",
        "status",
        "owner",
        "source",
        "due_at",
        "answered_at",
    )
    readonly_fields = ("number", "status", "source", "answered_at", "due_at")
    raw_id_fields = ("order",)

    @display(description=_("subject"), ordering="subject")
    def about(self, ticket: Ticket) -> str:
        """In the reader's language where the shop itself wrote it."""
        return ticket.title

    @display(description=_("priority"), ordering="priority", label=PRIORITY_COLOURS)
    def urgency(self, ticket: Ticket) -> tuple[str, str]:
        """As a coloured word."""
        return ticket.priority, ticket.get_priority_display()

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def state(self, ticket: Ticket) -> tuple[str, str]:
        """As a coloured word; late ones cry."""
        if ticket.status == TicketStatus.OPEN and ticket.due_at < now():
            return "late", str(_("Late"))
        return ticket.status, ticket.get_status_display()

    def get_readonly_fields(self, request: HttpRequest, obj: Ticket | None = None) -> tuple[str, ...]:
        """What a ticket is about stays as it was said."""
        return (*self.readonly_fields, "about", "order", "customer_email") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Ticket | None = None) -> tuple[str, ...]:
        """A new one starts with what was said."""
        if obj:
            return self.fields
        return ("subject", "text", "source", "order", "customer_email", "priority", "owner")

    def get_form(
        self,
        request: HttpRequest,
        obj: Ticket | None = None,
        change: bool = False,  # noqa: FBT001, FBT002  Django's signature
        **kwargs: Any,
    ) -> type[ModelForm[Ticket]]:
        """A new one has fields of its own."""
        own = {} if obj else {"form": NewTicketForm}
        form: type[ModelForm[Ticket]] = super().get_form(request, obj, change=change, **own, **kwargs)
        return form

    def save_model(self, request: HttpRequest, obj: Ticket, form: Any, change: bool) -> None:  # noqa: FBT001  Django's
        """New tickets (telephone, e-mail) go through the service; of an old one only priority and owner change."""
        if change:
            assign_ticket(obj.pk, owner=obj.owner)
            set_priority(obj.pk, priority=TicketPriority(obj.priority))
            return
        ticket = open_ticket(
            obj.subject,
            text=form.cleaned_data["text"],
            source=TicketSource(form.cleaned_data["source"]),
            priority=TicketPriority(obj.priority),
            order_id=obj.order_id,
            customer_email=obj.customer_email or (obj.order.email if obj.order else ""),
            owner=obj.owner,
        )
        obj.pk, obj.number = ticket.pk, ticket.number

    def has_delete_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:
        """What was said to a customer stays."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The page of one ticket takes answers and moves."""
        own = [
            path("<int:ticket_id>/reply/", self.admin_site.admin_view(self.reply), name="crm_ticket_reply"),
            path("<int:ticket_id>/move/", self.admin_site.admin_view(self.move), name="crm_ticket_move"),
        ]
        return [*own, *super().get_urls()]

    def _back(self, ticket_id: int) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:crm_ticket_change", args=[ticket_id]))

    def reply(self, request: HttpRequest, ticket_id: int) -> HttpResponse:
        """Answer the customer, or leave a note."""
        form = ReplyForm(request.POST)
        if not self.has_change_permission(request) or not isinstance(request.user, User):
            return HttpResponse(status=403)
        if not form.is_valid():
            return self._ask_again(request, ticket_id, form=form)
        with RefusalsOn(form):
            message = reply_to_ticket(ticket_id, author=request.user, **form.cleaned_data)
            self.message_user(request, _tell(message))
            return self._back(ticket_id)
        return self._ask_again(request, ticket_id, form=form)

    def _ask_again(self, request: HttpRequest, ticket_id: int, *, form: ReplyForm) -> HttpResponse:
        """What was written stays, with the reason why it was not taken."""
        ticket = get_object_or_404(Ticket, pk=ticket_id)
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "title": str(ticket),
            "submit_label": _("Send"),
            "back_url": reverse("admin:crm_ticket_change", args=[ticket.pk]),
        }
        return TemplateResponse(request, "admin/form_page.html", context, status=422)

    def move(self, request: HttpRequest, ticket_id: int) -> HttpResponse:
        """Move the ticket."""
        if not self.has_change_permission(request) or request.method != "POST":
            return HttpResponse(status=403)
        try:
            move_ticket(
                ticket_id, status=TicketStatus(request.POST.get("status", "")), actor=str(request.user)
            )
        except (DomainError, ValueError) as error:
            self.message_user(request, str(error), level=messages.ERROR)
        return self._back(ticket_id)

    @admin.action(description=_("Take"), permissions=["change"])
    def take(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        """Become the owner."""
        for ticket in queryset:
            assign_ticket(ticket.pk, owner=request.user if isinstance(request.user, User) else None)

    @admin.action(description=_("Mark as solved"), permissions=["change"])
    def solve(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        """End the chosen tickets."""
        for ticket in queryset:
            try:
                move_ticket(ticket.pk, status=TicketStatus.SOLVED, actor=str(request.user))
            except DomainError as error:
                self.message_user(request, f"{ticket.number}: {error.message}", level=messages.ERROR)


def _tell(message: TicketMessage) -> str | Promise:
    if message.is_internal:
        return _("Noted.")
    if message.ticket.customer_email:
        return _("Sent.")
    return _("Written down. This ticket has no e-mail address, so nothing was sent.")
