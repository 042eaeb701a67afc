"""Stripe's objects in our words."""

from collections.abc import Mapping
from typing import Any, Final

from payments.gateways.base import GatewayPayment, GatewayRefund, NextAction, PaymentState, RefundState
from payments.gateways.stripe.amounts import from_provider
from payments.gateways.stripe.config import get_config

Fields = Mapping[str, Any]

_BIGGEST_ID: Final = 2**63 - 1
_DECLINE_WORDS: Final = {
    "payment_intent_authentication_failure": "authentication_failed",
    "payment_intent_payment_attempt_failed": "generic_decline",
    "payment_intent_payment_attempt_expired": "expired_unpaid",
}
_REFUND_STATES: Final[dict[str, RefundState]] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "cancelled",
}


def read_payment(intent: Fields) -> GatewayPayment:
    """A PaymentIntent."""
    state = _read_state(intent)
    error = intent.get("last_payment_error") or {}
    is_failed = state == "failed"
    return GatewayPayment(
        reference=intent["id"],
        status=state,
        amount=from_provider(
            intent["amount_received"] if state == "succeeded" else intent["amount"], intent["currency"]
        ),
        order_number=(intent.get("metadata") or {}).get("order_number", ""),
        payment_id=read_own_id(intent, "payment_id"),
        decline_code=read_decline_code(error) if is_failed else "",
        message=_read_shown_message(error) if is_failed else "",
        next_action=_read_action(intent) if state == "requires_action" else None,
    )


def read_refund(refund: Fields) -> GatewayRefund:
    """A Refund; the intent may come expanded."""
    return GatewayRefund(
        reference=refund["id"],
        status=_REFUND_STATES.get(refund["status"], "pending"),
        amount=from_provider(refund["amount"], refund["currency"]),
        payment_reference=read_reference(refund.get("payment_intent")),
        refund_id=read_own_id(refund, "refund_id"),
        failure_reason=refund.get("failure_reason") or "",
    )


def read_own_id(holder: Fields, name: str) -> int | None:
    """Our id from the metadata; None for what is not a plain positive number (anybody may edit metadata)."""
    raw = str((holder.get("metadata") or {}).get(name, ""))
    if not (raw.isascii() and raw.isdigit()) or len(raw) > len(str(_BIGGEST_ID)):
        return None
    return int(raw) if int(raw) <= _BIGGEST_ID else None


def read_reference(value: object) -> str:
    """An id that Stripe gives bare or as the whole object."""
    if isinstance(value, Mapping):
        return str(value.get("id", ""))
    return str(value or "")


def read_decline_code(error: Fields) -> str:
    """The bank's reason, else Stripe's own."""
    code = error.get("decline_code") or error.get("code") or "generic_decline"
    return _DECLINE_WORDS.get(code, code)


def _read_shown_message(error: Fields) -> str:
    """Only a card error's words are meant for shoppers."""
    return str(error.get("message") or "") if error.get("type") == "card_error" else ""


def _read_state(intent: Fields) -> PaymentState:
    status = intent["status"]
    has_failed = bool(intent.get("last_payment_error"))
    if status == "succeeded":
        return "succeeded"
    if status in {"processing", "requires_capture"}:
        return "processing"
    if status == "canceled":
        return "failed" if has_failed else "cancelled"
    if status == "requires_payment_method" and has_failed:
        return "failed"
    # Also an intent whose confirmation was cut off: it waits, and can be withdrawn.
    return "requires_action"


def _read_action(intent: Fields) -> NextAction | None:
    action = intent.get("next_action")
    if not action:
        return None
    details = action.get(action["type"]) or {}
    if action["type"] in {"redirect_to_url", "alipay_handle_redirect"}:
        return NextAction(kind="redirect", url=details["url"])
    if action["type"] == "wechat_pay_display_qr_code":
        code = {"qr": details["data"], "image": details["image_data_url"]}
        return NextAction(kind="qr", url=details["hosted_instructions_url"], data=code)
    keys = get_config()
    data = {"publishable_key": keys.publishable_key, "script_url": keys.script_url}
    return NextAction(kind="client", client_secret=intent["client_secret"], data=data)
