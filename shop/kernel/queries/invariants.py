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


@invariant("I20", "a mail is written once")
def mails_are_written_once() -> str:
    """Doubled reasons; the unique constraint forbids them."""
    return """
        SELECT dedupe_key, count(*) FROM kernel_outgoingemail GROUP BY dedupe_key HAVING count(*) > 1
    """


@invariant("I21", "a caller's key has one answer")
def keys_have_one_answer() -> str:
    """Doubled keys, which the unique constraint forbids, and answers that are none: errors of the server."""
    return """
        SELECT caller, key, count(*), max(status) FROM kernel_idempotencyrecord
        GROUP BY caller, key HAVING count(*) > 1 OR max(status) >= 500
    """
