"""Tickets: one question or trouble, from its first word to its end."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.domain.states import TicketPriority, TicketSource, TicketStatus
from crm.domain.texts import say_or, write_subject, write_text

UNANSWERED = (TicketStatus.OPEN,)


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Tickets by what they need."""

    def open(self) -> TicketQuerySet:
        """Those that wait for us."""
        return self.filter(status__in=UNANSWERED)

    def overdue(self, instant: datetime) -> TicketQuerySet:
        """Those that waited too long."""
        return self.open().filter(due_at__lt=instant)


class Ticket(models.Model):
    """One trouble. ``dedupe_key`` lets a job that runs twice open it once; empty for people's own tickets."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    subject = models.CharField(_("subject"), max_length=200)
    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("order"),
    )
    customer_email = models.EmailField(_("customer"), blank=True, default="")
    priority = models.CharField(
        _("priority"), max_length=10, choices=TicketPriority, default=TicketPriority.NORMAL
    )
    status = models.CharField(_("status"), max_length=10, choices=TicketStatus, default=TicketStatus.OPEN)
    source = models.CharField(_("source"), max_length=10, choices=TicketSource)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        limit_choices_to={"is_staff": True},
        related_name="tickets",
        verbose_name=_("owner"),
    )
    due_at = models.DateTimeField(_("answer due"))
    opened_at = models.DateTimeField(_("opened"))
    answered_at = models.DateTimeField(_("first answer"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # What the shop itself wrote: said in the reader's language from these; `subject` holds the English words.
    code = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    facts = models.JSONField(default=dict, blank=True, editable=False)
    dedupe_key = models.CharField(max_length=160, null=True, blank=True)  # noqa: DJ001  NULL is "not deduplicated"

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ("due_at",)
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = (
            models.UniqueConstraint(fields=["dedupe_key"], name="crm_ticket_dedupe_once"),
            models.CheckConstraint(condition=Q(status__in=TicketStatus.values), name="crm_ticket_status"),
            models.CheckConstraint(
                condition=Q(priority__in=TicketPriority.values), name="crm_ticket_priority"
            ),
        )
        indexes = (models.Index(fields=["due_at"], name="crm_ticket_due", condition=Q(status="open")),)

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def title(self) -> str:
        """The subject, in the reader's language where the shop itself wrote it."""
        return say_or(self.subject, write_subject, self.code, self.facts)


class TicketMessage(models.Model):
    """One word in a ticket: from the customer, from us, or a note that only operators see. Never changed."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    author = models.CharField(_("author"), max_length=254)
    text = models.TextField(_("text"))
    is_from_customer = models.BooleanField(default=False)
    is_internal = models.BooleanField(_("only for operators"), default=False)
    written_at = models.DateTimeField(_("written"))
    code = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    facts = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:40]}"

    @property
    def words(self) -> str:
        """The text, in the reader's language where the shop itself wrote it."""
        return say_or(self.text, write_text, self.code, self.facts)
