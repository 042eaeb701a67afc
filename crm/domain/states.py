"""Where a ticket stands, how urgent it is, and where it came from."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.kernel.states import build_table


class TicketStatus(models.TextChoices):
    """The ticket's one axis."""

    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for the customer")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


class TicketPriority(models.TextChoices):
    """How soon somebody must answer."""

    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class TicketSource(models.TextChoices):
    """Who noticed."""

    WEB = "web", _("Web form")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    SYSTEM = "system", _("The shop itself")


TRANSITIONS = build_table(
    "ticket",
    TicketStatus,
    {
        TicketStatus.OPEN: {TicketStatus.WAITING, TicketStatus.SOLVED, TicketStatus.CLOSED},
        TicketStatus.WAITING: {TicketStatus.OPEN, TicketStatus.SOLVED, TicketStatus.CLOSED},
        # A word after the end, to a customer who came back on the telephone, waits for the customer again.
        TicketStatus.SOLVED: {TicketStatus.OPEN, TicketStatus.WAITING, TicketStatus.CLOSED},
        TicketStatus.CLOSED: frozenset(),
    },
)

FIRST_ANSWER_WITHIN = {
    TicketPriority.LOW: timedelta(hours=48),
    TicketPriority.NORMAL: timedelta(hours=24),
    TicketPriority.HIGH: timedelta(hours=4),
    TicketPriority.URGENT: timedelta(hours=1),
}
"""After-sales is answered within 24 hours (docs/operators.md); the others stand around that."""
