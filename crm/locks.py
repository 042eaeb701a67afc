"""Locks of the service desk."""

from django.utils.translation import gettext as _

from crm.models import Ticket
from shop.kernel.errors import NotFound


def lock_ticket(ticket_id: int) -> Ticket:
    """The ticket, held until commit. Raises ``NotFound``."""
    ticket = Ticket.objects.select_for_update().filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound(_("There is no such ticket."))
    return ticket
