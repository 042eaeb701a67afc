"""Verification of Stripe's callbacks: the signature over the raw bytes, the clock, the account."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import stripe
import structlog

from payments.gateways.base import CallbackEnvelope, CallbackRefused
from payments.gateways.stripe.config import StripeConfig
from payments.gateways.stripe.reading import read_own_id, read_reference
from shop.kernel.clock import now

log = structlog.get_logger(__name__)

TOLERANCE_SECONDS: Final = 300
LARGEST_BODY: Final = 1_000_000
LONGEST_HEADER: Final = 2_000
_HEADER: Final = "stripe-signature"
_LONGEST_NAME: Final = 120
_OTHERS_WITH_INTENT: Final = frozenset({"charge", "dispute", "review"})


def verify_event(body: bytes, headers: Mapping[str, str], *, config: StripeConfig) -> CallbackEnvelope:
    """Whom the event is about. Raises CallbackRefused for what is not this account's own, recent word."""
    if not config.webhook_secrets:
        raise CallbackRefused("no webhook secret is configured", code="not_configured")
    if len(body) > LARGEST_BODY:
        raise CallbackRefused("body too large", code="too_large")
    header = headers.get(_HEADER, "")
    _check_signature(body, header, secrets=config.webhook_secrets)
    _check_age(header)
    event = _parse(body)
    _check_origin(event, config=config)
    return _read_envelope(event)


def _check_signature(body: bytes, header: str, *, secrets: tuple[str, ...]) -> None:
    if not header or len(header) > LONGEST_HEADER or not header.isascii():
        raise CallbackRefused("no signature", code="bad_signature")
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(body, header, secret, tolerance=TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        return
    raise CallbackRefused("signature does not match", code="bad_signature")


def _check_age(header: str) -> None:
    """The library accepts any time in the future; we do not, and we ask our own clock."""
    timestamps = [part.partition("=")[2] for part in header.split(",") if part.startswith("t=")]
    if len(timestamps) != 1 or not timestamps[0].isdigit():
        raise CallbackRefused("malformed signature", code="bad_signature")
    if abs(now().timestamp() - int(timestamps[0])) > TOLERANCE_SECONDS:
        raise CallbackRefused("timestamp out of tolerance", code="stale_signature")


def _parse(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CallbackRefused("not JSON", code="malformed") from error
    if not isinstance(event, dict) or event.get("object") != "event":
        raise CallbackRefused("not an event", code="malformed")
    return event


def _check_origin(event: dict[str, Any], *, config: StripeConfig) -> None:
    """Test events must not move a live shop, nor a connected account's events ours."""
    if event.get("livemode") is not config.is_live:
        raise CallbackRefused("wrong mode", code="wrong_mode")
    if event.get("account") and event["account"] != config.account:
        raise CallbackRefused("another account's event", code="wrong_account")
    if event.get("api_version") != config.api_version:
        # Not refused: only ids are read here, the object itself is fetched again under our own version.
        log.warning("stripe.event_version", got=event.get("api_version"), want=config.api_version)


def _read_envelope(event: dict[str, Any]) -> CallbackEnvelope:
    try:
        subject = event["data"]["object"]
        event_id, kind = str(event["id"]), str(event["type"])
        occurred_at = datetime.fromtimestamp(int(event["created"]), tz=UTC)
        payment_reference, refund_reference = _read_subject(subject)
        payment_id = read_own_id(subject, "payment_id")
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise CallbackRefused("not an event", code="malformed") from error
    names = (event_id, kind, payment_reference, refund_reference)
    if not event_id or any(len(name) > _LONGEST_NAME or "\0" in name for name in names):
        raise CallbackRefused("impossible names", code="malformed")
    return CallbackEnvelope(
        event_id=event_id,
        kind=kind,
        payment_reference=payment_reference,
        refund_reference=refund_reference,
        payment_id=payment_id,
        occurred_at=occurred_at,
    )


def _read_subject(subject: dict[str, Any]) -> tuple[str, str]:
    """The ids of payment and refund; both empty for anything that is not about a payment."""
    kind = subject.get("object")
    if kind == "payment_intent":
        return str(subject["id"]), ""
    if kind == "refund":
        return read_reference(subject.get("payment_intent")), str(subject["id"])
    if kind in _OTHERS_WITH_INTENT:
        return read_reference(subject.get("payment_intent")), ""
    return "", ""
