"""The provider's callbacks: written with the change, posted by a task, at least once and not always in order."""

import json
from datetime import datetime, timedelta
from http import HTTPStatus
from random import SystemRandom

import requests
import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from payments.gateways.sandbox.signing import HEADER, list_secrets, sign_body
from payments.models import SandboxCallback, SandboxIntent
from shop.kernel.clock import now
from shop.kernel.ids import new_number
from shop.kernel.transactions import forbid_transaction

log = structlog.get_logger(__name__)

_random = SystemRandom()
_TIMEOUT_SECONDS = (3, 10)
_GIVE_UP_AFTER = 20
_LONGEST_WAIT = timedelta(hours=1)
_LATE_SECONDS = 6
_BATCH = 50


def emit_callback(intent: SandboxIntent, *, kind: str, refund_reference: str = "") -> None:
    """Queue one callback in the provider's transaction; now and then late (so out of order) or twice."""
    event_id = new_number("evt_sbx_", length=16)
    body = build_body(intent, event_id=event_id, kind=kind, refund_reference=refund_reference, at=now())
    late = _random.random() < settings.SANDBOX_REORDER_RATE
    due_at = now() + timedelta(seconds=_random.uniform(0, _LATE_SECONDS) if late else 0)
    copies = 2 if _random.random() < settings.SANDBOX_DUPLICATE_RATE else 1
    SandboxCallback.objects.bulk_create(
        SandboxCallback(event_id=event_id, kind=kind, intent=intent, body=body, due_at=due_at)
        for _copy in range(copies)
    )


def build_body(
    intent: SandboxIntent, *, event_id: str, kind: str, refund_reference: str, at: datetime
) -> str:
    """The callback's JSON."""
    return json.dumps(
        {
            "id": event_id,
            "type": kind,
            "created": at.isoformat(),
            "data": {
                "payment": intent.reference,
                "refund": refund_reference,
                "status": intent.status,
                "metadata": {"payment_id": intent.payment_id, "order_number": intent.order_number},
            },
        },
        separators=(",", ":"),
    )


def deliver_due_callbacks() -> int:
    """Post what is due; the number delivered. May run twice at once: the merchant then sees a duplicate."""
    forbid_transaction()
    due = list(SandboxCallback.objects.due(now())[:_BATCH])
    return sum(_deliver(callback) for callback in due)


def callback_url() -> str:
    """Where the merchant listens."""
    with translation.override(settings.LANGUAGE_CODE):
        path = reverse("payments:callback", args=["sandbox"])
    base: str = settings.SANDBOX_CALLBACK_BASE_URL or settings.SITE_URL
    return base.rstrip("/") + path


def _deliver(callback: SandboxCallback) -> bool:
    error = _post(callback.body.encode())
    callback.attempts += 1
    if not error:
        callback.delivered_at = now()
    elif callback.attempts >= _GIVE_UP_AFTER:
        callback.given_up_at = now()
    else:
        callback.due_at = now() + min(timedelta(seconds=2**callback.attempts), _LONGEST_WAIT)
    callback.error = error[:300]
    callback.save(update_fields=["attempts", "delivered_at", "given_up_at", "due_at", "error"])
    return not error


def _post(body: bytes) -> str:
    """What went wrong, in a word; empty when the merchant took it."""
    headers = {
        HEADER: sign_body(body, secret=list_secrets()[0], at=now()),
        "Content-Type": "application/json",
        "User-Agent": "sandbox-payments/1",
    }
    try:
        answer = requests.post(
            callback_url(), data=body, headers=headers, timeout=_TIMEOUT_SECONDS, allow_redirects=False
        )
    except requests.RequestException as error:
        name: str = type(error).__name__
        log.info("sandbox.callback_undelivered", error=name)
        return name
    status: int = answer.status_code
    return "" if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES else f"HTTP {status}"
