"""Mail: a row beside the change, sent by a task; a crash loses none and sends none twice on purpose."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.core.mail import EmailMultiAlternatives

from shop.kernel.clock import now
from shop.kernel.models import OutgoingEmail
from shop.kernel.transactions import require_transaction, transaction

log = structlog.get_logger(__name__)

RETRIED_FOR = timedelta(hours=24)
BATCH = 20
CLAIM = timedelta(minutes=2)


def queue_email(dedupe_key: str, *, to: str, subject: str, text: str, html: str = "") -> bool:
    """Write one message in the caller's transaction; False when one with this key is already there."""
    require_transaction()
    _, is_new = OutgoingEmail.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "to": to,
            "subject": " ".join(subject.split())[:250],
            "text": text,
            "html": html,
            "created_at": now(),
            "not_before": now(),
        },
    )
    return is_new


def send_due_emails() -> int:
    """Claim a batch, commit, send outside any transaction, record each answer. Safe to run many times at once."""
    sent = 0
    while batch := _claim_batch():
        sent += sum(_send(message) for message in batch)
    return sent


def _claim_batch() -> list[OutgoingEmail]:
    with transaction():
        batch = list(OutgoingEmail.objects.take_due(now(), limit=BATCH))
        OutgoingEmail.objects.filter(pk__in=[message.pk for message in batch]).update(
            not_before=now() + CLAIM
        )
    return batch


def _send(message: OutgoingEmail) -> bool:
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to])
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    row = OutgoingEmail.objects.filter(pk=message.pk)
    try:
        mail.send()
    except Exception as error:  # noqa: BLE001  any failure of the mail server is retried for a day
        attempts = message.attempts + 1
        is_dead = now() - message.created_at > RETRIED_FOR
        log.warning(
            "mail.failed",
            dedupe_key=message.dedupe_key,
            attempts=attempts,
            is_dead=is_dead,
        )
        row.update(
            attempts=attempts,
            error=f"{type(error).__name__}: {error}"[:1000],
            not_before=now() + timedelta(seconds=min(3600, 15 * 2**attempts)),
            dead_at=now() if is_dead else None,
        )
        return False
    row.update(sent_at=now(), attempts=message.attempts + 1, error="")
    return True
