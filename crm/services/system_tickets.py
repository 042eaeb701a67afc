"""Tickets that the shop opens by itself."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

from crm.domain.states import TicketPriority, TicketSource
from crm.domain.texts import write_subject, write_text
from crm.models import Ticket
from crm.services.tickets import open_ticket
from shop.kernel.transactions import transactional


@transactional
def open_system_ticket(
    code: str,
    *,
    facts: Mapping[str, Any],
    dedupe_key: str,
    priority: TicketPriority = TicketPriority.NORMAL,
    order_id: int | None = None,
    customer_email: str = "",
) -> Ticket:
    """Open a ticket whose words are a code with facts, said in each reader's language; one per `dedupe_key`.

    Its English words are kept beside them, so that it can be searched. Publishes TicketOpened.
    """
    with translation.override(settings.LANGUAGE_CODE):
        subject, text = write_subject(code, facts), write_text(code, facts)
    return open_ticket(
        subject,
        text=text,
        source=TicketSource.SYSTEM,
        priority=priority,
        order_id=order_id,
        customer_email=customer_email,
        dedupe_key=dedupe_key[:160],
        code=code,
        facts=facts,
    )
