"""What the service desk states."""

from dataclasses import dataclass
from typing import ClassVar

from shop.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TicketOpened(Event):
    """A ticket waits for an answer."""

    topic: ClassVar[str] = "crm.ticket_opened"

    ticket_id: int
    priority: str

    @property
    def key(self) -> str:
        """In order per ticket."""
        return f"ticket:{self.ticket_id}"
