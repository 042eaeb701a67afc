"""HMAC-SHA256 over `timestamp.body`, as the header `Sandbox-Carrier-Signature: t=<unix seconds>,v1=<hex>`."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

from orders.gateways.base import CallbackRefused

HEADER: Final = "Sandbox-Carrier-Signature"
TOLERANCE: Final = timedelta(seconds=300)
_FORMAT: Final = re.compile(r"t=(?P<timestamp>[0-9]{1,10}),v1=(?P<digest>[0-9a-f]{64})")


def list_secrets() -> list[str]:
    """The secrets in force, the newest first; two while they are being rotated."""
    configured = [secret for secret in settings.SANDBOX_CARRIER_SECRETS if secret]
    return configured or [salted_hmac("orders.sandbox_carrier", "v1", algorithm="sha256").hexdigest()]


def sign_body(body: bytes, *, secret: str, at: datetime) -> str:
    """The header's value."""
    timestamp = str(int(at.timestamp()))
    return f"t={timestamp},v1={_digest(body, secret=secret, timestamp=timestamp)}"


def check_signature(body: bytes, *, header: str, secrets: Sequence[str], at: datetime) -> None:
    """Raises CallbackRefused unless a secret in force signed these very bytes within 300 s, past or future."""
    parts = _FORMAT.fullmatch(header)
    if parts is None:
        raise CallbackRefused("no signature")
    timestamp = parts["timestamp"]
    own = [_digest(body, secret=secret, timestamp=timestamp) for secret in secrets]
    # Every secret is compared, so that the time taken does not tell which one matched.
    if not any([hmac.compare_digest(parts["digest"], digest) for digest in own]):  # noqa: C419
        raise CallbackRefused("signature does not match")
    if abs(at.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise CallbackRefused("timestamp out of tolerance")


def _digest(body: bytes, *, secret: str, timestamp: str) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
