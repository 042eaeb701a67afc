"""What must always hold at the service desk."""

from shop.kernel.invariants import invariant


@invariant("C1", "a ticket that ended says when, and one that did not says nothing")
def ended_tickets_say_when() -> str:
    """Tickets whose status and end disagree."""
    return """
        SELECT number, status, ended_at FROM crm_ticket
        WHERE (status IN ('solved', 'closed')) <> (ended_at IS NOT NULL)
    """
