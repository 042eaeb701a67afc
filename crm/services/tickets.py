"""Tickets: opening, answering, assigning, ending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from crm.domain.events import TicketOpened
from crm.domain.states import FIRST_ANSWER_WITHIN, TRANSITIONS, TicketPriority, TicketSource, TicketStatus
from crm.domain.texts import write_text
from crm.locks import lock_ticket
from crm.models import Ticket, TicketMessage
from shop.accounts.models import User
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.events import publish
from shop.kernel.ids import new_number
from shop.kernel.mail import queue_email
from shop.kernel.transactions import transactional

ENDED = frozenset({TicketStatus.SOLVED, TicketStatus.CLOSED})


@transactional
def open_ticket(
    subject: str,
    *,
    text: str,
    source: TicketSource,
    priority: TicketPriority = TicketPriority.NORMAL,
    order_id: int | None = None,
    customer_email: str = "",
    owner: User | None = None,
    dedupe_key: str | None = None,
    code: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Ticket:
    """Open a ticket with its first message; with a ``dedupe_key`` that is known, answer the one that is there.

    ``code`` and ``facts`` are what the shop itself says (``crm.domain.texts``). Publishes ``TicketOpened``.
    """
    if not subject.strip() or not text.strip():
        field = "text" if subject.strip() else "subject"
        raise Invalid(_("Say in a few words what it is about."), field=field)
    instant = now()
    ticket = Ticket(
        number=new_number("T", length=7),
        subject=subject.strip()[:200],
        order_id=order_id,
        customer_email=customer_email,
        priority=priority,
        source=source,
        owner=owner,
        due_at=instant + FIRST_ANSWER_WITHIN[priority],
        opened_at=instant,
        dedupe_key=dedupe_key,
        code=code,
        facts=dict(facts or {}),
    )
    kept = _keep_once(ticket)
    if kept.number != ticket.number:
        return kept
    is_ours = source == TicketSource.SYSTEM
    _write(
        kept,
        author="" if is_ours else customer_email,
        text=text,
        is_from_customer=not is_ours,
        is_internal=is_ours,
        code=code,
        facts=kept.facts,
    )
    publish(TicketOpened(ticket_id=kept.pk, priority=kept.priority))
    return kept


def _keep_once(ticket: Ticket) -> Ticket:
    if ticket.dedupe_key is None:
        ticket.save()
        return ticket
    # ON CONFLICT DO NOTHING: a rival that opens the same one is waited for, not an error.
    Ticket.objects.bulk_create([ticket], ignore_conflicts=True)
    return Ticket.objects.get(dedupe_key=ticket.dedupe_key)


def _write(
    ticket: Ticket,
    *,
    author: str,
    text: str,
    is_from_customer: bool = False,
    is_internal: bool = False,
    code: str = "",
    facts: Mapping[str, Any] | None = None,
) -> TicketMessage:
    return TicketMessage.objects.create(
        ticket=ticket,
        author=author,
        text=text.strip(),
        is_from_customer=is_from_customer,
        is_internal=is_internal,
        written_at=now(),
        code=code,
        facts=facts or {},
    )


@transactional
def reply_to_ticket(ticket_id: int, *, author: User, text: str, is_internal: bool = False) -> TicketMessage:
    """Answer the customer by e-mail (the ticket then waits for them), or leave a note for colleagues.

    Who answers a ticket that is nobody's owns it. Locks the ticket; each call is another message. Raises ``Invalid``
    without words, ``NotAllowed`` for an answer to a closed ticket.
    """
    if not text.strip():
        raise Invalid(_("Write an answer first."), field="text")
    ticket = lock_ticket(ticket_id)
    message = _write(ticket, author=author.email, text=text, is_internal=is_internal)
    if is_internal:
        return message
    ticket.answered_at = ticket.answered_at or now()
    ticket.owner = ticket.owner or author
    ticket.save(update_fields=["answered_at", "owner"])
    _transition(ticket, TicketStatus.WAITING)
    if ticket.customer_email:
        queue_email(
            f"ticket:{ticket.number}:{message.pk}",
            to=ticket.customer_email,
            subject=_write_mail_subject(ticket),
            text=message.text,
        )
    return message


def _write_mail_subject(ticket: Ticket) -> str:
    """In the language of the order that it is about."""
    with translation.override(ticket.order.language if ticket.order else settings.LANGUAGE_CODE):
        return f"[{ticket.number}] {ticket.title}"


@transactional
def assign_ticket(ticket_id: int, *, owner: User | None) -> Ticket:
    """Give the ticket to an operator, or to nobody. Repeatable."""
    ticket = lock_ticket(ticket_id)
    ticket.owner = owner
    ticket.save(update_fields=["owner"])
    return ticket


@transactional
def set_priority(ticket_id: int, *, priority: TicketPriority) -> Ticket:
    """Say how urgent it is; while it waits for us, its due time follows. Locks the ticket. Repeatable."""
    ticket = lock_ticket(ticket_id)
    if ticket.priority != priority:
        if ticket.status == TicketStatus.OPEN:
            waits_since = ticket.due_at - FIRST_ANSWER_WITHIN[TicketPriority(ticket.priority)]
            ticket.due_at = waits_since + FIRST_ANSWER_WITHIN[priority]
        ticket.priority = priority
        ticket.save(update_fields=["priority", "due_at"])
    return ticket


@transactional
def move_ticket(ticket_id: int, *, status: TicketStatus, actor: str) -> Ticket:
    """Move the ticket along its table; "already there" changes nothing, a forbidden move raises ``NotAllowed``.

    Locks the ticket. One that is opened again has its whole time for an answer.
    """
    ticket = lock_ticket(ticket_id)
    if _transition(ticket, status):
        facts = {"status": status.value}
        with translation.override(settings.LANGUAGE_CODE):
            text = write_text("moved", facts)
        _write(ticket, author=actor, text=text, is_internal=True, code="moved", facts=facts)
    return ticket


def _transition(ticket: Ticket, status: TicketStatus) -> bool:
    if not TRANSITIONS.check(ticket.status, status):
        return False
    ticket.status = status
    ticket.ended_at = now() if status in ENDED else None
    if status == TicketStatus.OPEN:
        ticket.due_at = now() + FIRST_ANSWER_WITHIN[TicketPriority(ticket.priority)]
    ticket.save(update_fields=["status", "ended_at", "due_at"])
    return True
