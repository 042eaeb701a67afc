"""The carrier's pushes: posted by a task over HTTP, at least once and not always in order."""

from datetime import timedelta
from typing import Final

import requests
import structlog
from django.conf import settings
from django.urls import reverse

from orders.gateways.sandbox_carrier.signing import HEADER, list_secrets, sign_body
from orders.models.sandbox_carrier import SandboxPush
from shop.kernel.clock import now
from shop.kernel.transactions import forbid_transaction

log = structlog.get_logger(__name__)

_TIMEOUT_SECONDS: Final = (3, 10)
_GIVE_UP_AFTER: Final = 20
_LONGEST_WAIT: Final = timedelta(hours=1)
_BATCH: Final = 50


def deliver_due_pushes() -> int:
    """Posts what is due; the number delivered. May run twice at once: we then get a duplicate, as from any carrier."""
    forbid_transaction()
    return sum(_deliver(push) for push in list(SandboxPush.objects.due(now())[:_BATCH]))


def get_callback_address() -> str:
    """Where the merchant listens."""
    base: str = settings.SANDBOX_CALLBACK_BASE_URL or settings.SITE_URL
    return base.rstrip("/") + reverse("carriers:callback", args=["sandbox"])


def _deliver(push: SandboxPush) -> bool:
    error = _post(push.body.encode())
    push.attempts += 1
    if not error:
        push.delivered_at = now()
    elif push.attempts >= _GIVE_UP_AFTER:
        push.given_up_at = now()
    else:
        push.due_at = now() + min(timedelta(seconds=2**push.attempts), _LONGEST_WAIT)
    push.error = error[:300]
    push.save(update_fields=["attempts", "delivered_at", "given_up_at", "due_at", "error"])
    return not error


def _post(body: bytes) -> str:
    """What went wrong, in a word; empty when the merchant took it."""
    headers = {
        HEADER: sign_body(body, secret=list_secrets()[0], at=now()),
        "Content-Type": "application/json",
        "User-Agent": "sandbox-carrier/1",
    }
    try:
        answer = requests.post(
            get_callback_address(),
            data=body,
            headers=headers,
            timeout=_TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        log.info("sandbox_carrier.push_undelivered", error=type(error).__name__)
        return type(error).__name__
    return "" if answer.ok and not answer.is_redirect else f"HTTP {answer.status_code}"
