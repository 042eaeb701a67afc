"""The relay: carries outbox rows to their handlers, at least once, each effect exactly once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db import OperationalError
from django.db.models import QuerySet

from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.events import decode_event, list_handlers
from shop.kernel.models import OutboxEvent, ProcessedEvent
from shop.kernel.transactions import savepoint, transaction, transactional

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 12
FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(hours=1)
BATCH = 20


@dataclass(frozen=True)
class Drained:
    """What one call of the relay did."""

    delivered: int
    failed: int


def drain_outbox(*, limit: int = 1000) -> Drained:
    """Deliver what is due, until nothing is left or ``limit`` rows were taken. Safe to run many times at once.

    A row is locked (``FOR UPDATE SKIP LOCKED``) while its handlers run in the same transaction as its mark, so a
    relay that dies leaves the row as it was. Rows with the same key wait for the one before them.
    """
    delivered = failed = 0
    while delivered + failed < limit:
        done, broken = _deliver_batch()
        delivered += done
        failed += broken
        if done + broken == 0:
            break
    return Drained(delivered, failed)


@transactional
def send_again(rows: QuerySet[Any], *, actor: str) -> int:
    """Put those of the rows (events, mail) that were given up back in the queue, each in the audit log; returns how many."""
    given_up = list(rows.filter(dead_at__isnull=False))
    count = rows.filter(pk__in=[row.pk for row in given_up]).update(dead_at=None, not_before=now())
    for row in given_up:
        record_audit(actor, action="kernel.send_again", target=str(row)[:200])
    return count


def _deliver_batch() -> tuple[int, int]:
    with transaction():
        rows = list(OutboxEvent.objects.take_due(now(), limit=BATCH))
        outcomes = [_deliver(row) for row in rows]
    return outcomes.count(True), outcomes.count(False)


def _deliver(row: OutboxEvent) -> bool:
    done = set(ProcessedEvent.objects.filter(event_id=row.pk).values_list("handler", flat=True))
    errors = [
        error
        for name in list_handlers(row.topic)
        if name not in done and (error := _run_handler(row, name)) is not None
    ]
    if errors:
        _postpone(row, "\n".join(errors))
        return False
    OutboxEvent.objects.filter(pk=row.pk).update(sent_at=now(), attempts=row.attempts + 1, error="")
    return True


def _run_handler(row: OutboxEvent, name: str) -> str | None:
    """Run one handler in a savepoint with its mark; its error in words, or None."""
    try:
        with savepoint():
            ProcessedEvent.objects.create(event_id=row.pk, handler=name)
            list_handlers(row.topic)[name](decode_event(row.topic, row.payload))
    except OperationalError:
        raise
    except Exception as error:  # one handler's bug must not stop the others
        log.exception("outbox.handler_failed", topic=row.topic, event_id=row.pk, handler=name)
        return f"{name}: {type(error).__name__}: {error}"[:2000]
    return None


def _postpone(row: OutboxEvent, error: str) -> None:
    attempts = row.attempts + 1
    delay = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
    dead_at = now() if attempts >= MAX_ATTEMPTS else None
    if dead_at:
        log.error("outbox.dead_letter", topic=row.topic, event_id=row.pk)
    OutboxEvent.objects.filter(pk=row.pk).update(
        attempts=attempts, not_before=now() + delay, error=error, dead_at=dead_at
    )
