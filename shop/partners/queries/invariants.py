"""What must always hold in the partners' tables."""

from shop.kernel.invariants import invariant


@invariant("I22", "a webhook is delivered or given up within 72 hours")
def webhooks_end() -> str:
    """Deliveries that are neither after 73 hours."""
    return """
        SELECT id, topic, attempts FROM partners_webhookdelivery
        WHERE state = 'pending' AND created_at < now() - interval '73 hours'
    """
