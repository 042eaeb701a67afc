"""HMAC-SHA256 over `timestamp.body`, as the callback's header `Sandbox-Signature: t=<unix seconds>,v1=<hex>`."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from payments.gateways.base import CallbackRefused

HEADER = "Sandbox-Signature"
TOLERANCE = timedelta(seconds=300)
_LONGEST_HEADER = 1000


def list_secrets() -> list[str]:
    """The secrets in force, the newest first; two while they are being rotated."""
    configured = [secret for secret in settings.SANDBOX_CALLBACK_SECRETS if secret]
    return configured or [salted_hmac("payments.sandbox.callbacks", "v1", algorithm="sha256").hexdigest()]


def sign_body(body: bytes, *, secret: str, at: datetime) -> str:
    """The header's value."""
    timestamp = int(at.timestamp())
    return f"t={timestamp},v1={_digest(body, secret=secret, timestamp=str(timestamp))}"


def check_signature(body: bytes, *, header: str, secrets: Sequence[str], at: datetime) -> None:
    """Raises CallbackRefused unless a secret in force signed these very bytes within 300 s, past or future."""
    timestamp, signatures = _parse_header(header)
    expected = [_digest(body, secret=secret, timestamp=timestamp) for secret in secrets]
    matches = [hmac.compare_digest(given, own) for given in signatures for own in expected]
    if not any(matches):
        raise CallbackRefused("signature does not match", code="bad_signature")
    if abs(at.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise CallbackRefused("timestamp out of tolerance", code="stale_signature")


def _digest(body: bytes, *, secret: str, timestamp: str) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _parse_header(header: str) -> tuple[str, list[str]]:
    if not header or len(header) > _LONGEST_HEADER or not header.isascii():
        raise CallbackRefused("no signature", code="bad_signature")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    timestamps = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    if (
        len(timestamps) != 1
        or not timestamps[0].isdigit()
        or len(timestamps[0]) > len("9999999999")
        or not signatures
    ):
        raise CallbackRefused("malformed signature", code="bad_signature")
    return timestamps[0], signatures
