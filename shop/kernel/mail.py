"""Mail: a row beside the change, sent by a task; a crash loses none and sends none twice on purpose."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.core.mail import EmailMultiAlternatives

from shop.kernel.clock import now
from shop.kernel.leases import lease
from shop.kernel.models import OutgoingEmail
from shop.kernel.transactions import require_transaction

log = structlog.get_logger(__name__)

RETRIED_FOR = timedelta(hours=24)
BATCH = 20


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
    """Send what is due, each message under a lease of its own, outside any transaction. Safe to run many times at once.

    A killed sender's lease ends with its database session: another sends the message at once.
    """
    sent, last = 0, 0
    while batch := OutgoingEmail.objects.list_due_keys(now(), after=last, limit=BATCH):
        sent += sum(_send_alone(message_id) for message_id in batch)
        last = batch[-1]
    return sent


def _send_alone(message_id: int) -> bool:
    with lease(f"mail:{message_id}") as mine:
        message = OutgoingEmail.objects.due(now()).filter(pk=message_id).first() if mine else None
        return message is not None and _send(message)


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
