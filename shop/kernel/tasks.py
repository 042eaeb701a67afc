"""The kernel's periodic work."""

from celery import shared_task

from shop.kernel.idempotency import forget_old_answers
from shop.kernel.invariants import run_invariant_check
from shop.kernel.leases import lease
from shop.kernel.mail import send_due_emails
from shop.kernel.relay import drain_outbox


@shared_task
def drain_outbox_task() -> int:
    """Deliver what the outbox holds."""
    return drain_outbox().delivered


@shared_task
def send_emails_task() -> int:
    """Send the mail that is due."""
    return send_due_emails()


@shared_task
def check_invariants_task() -> int:
    """Hourly: check every invariant, keep the result."""
    with lease("check_invariants") as mine:
        return len(run_invariant_check().violations) if mine else 0


@shared_task
def forget_old_answers_task() -> int:
    """Daily: forget answers kept by idempotency key past their time."""
    return forget_old_answers()
