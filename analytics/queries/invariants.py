"""What must always hold in analytics."""

from shop.kernel.invariants import invariant


@invariant("A1", "every placed order older than ten minutes has its event")
def placed_orders_are_counted() -> str:
    """Orders of the last week that analytics does not know."""
    return """
        SELECT o.number FROM orders_order o
        WHERE o.placed_at > now() - interval '7 days' AND o.placed_at < now() - interval '10 minutes'
          AND NOT EXISTS (SELECT 1 FROM analytics_event e WHERE e.source_key = 'placed:' || o.number)
    """
