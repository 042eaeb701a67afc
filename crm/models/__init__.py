"""The service desk's tables."""

from crm.models.ticket import Ticket, TicketMessage

__all__ = ["Ticket", "TicketMessage"]
