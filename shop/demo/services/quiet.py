"""A month of history happens without a sound: its mail and its callbacks were delivered then, not today."""

from django.conf import settings

from orders.models.sandbox_carrier import SandboxPush
from payments.models import SandboxCallback
from shop.kernel.clock import now
from shop.kernel.mail import send_due_emails
from shop.kernel.transactions import transactional

SILENT_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


def deliver_past_mail() -> int:
    """Mark the history's mail as sent without sending it to anybody; the number. Repeatable."""
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = SILENT_BACKEND
    try:
        return send_due_emails()
    finally:
        settings.EMAIL_BACKEND = backend


@transactional
def deliver_past_callbacks() -> int:
    """What the sandbox provider and carrier would have told us by now was told; the number. Repeatable."""
    instant = now()
    told = SandboxPush.objects.due(instant).update(delivered_at=instant, attempts=1)
    return told + SandboxCallback.objects.due(instant).update(delivered_at=instant, attempts=1)
