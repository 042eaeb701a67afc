"""What must always hold in the kernel's tables."""

from shop.kernel.invariants import invariant


@invariant("I19", "no event waits for more than ten minutes, and none is a dead letter")
def outbox_is_drained() -> str:
    """Rows that nobody delivers; sixty seconds is the target in normal running, ten minutes is a fault."""
    return """
        SELECT id, topic, key, attempts, error FROM kernel_outboxevent
        WHERE sent_at IS NULL AND (dead_at IS NOT NULL OR created_at < now() - interval '10 minutes')
          AND not_before < now() - interval '10 minutes'
    """


@invariant("I20", "an event's handler did its work once")
def handlers_ran_once() -> str:
    """Doubled marks; the unique constraint forbids them."""
    return """
        SELECT event_id, handler, count(*) FROM kernel_processedevent GROUP BY event_id, handler HAVING count(*) > 1
    """
