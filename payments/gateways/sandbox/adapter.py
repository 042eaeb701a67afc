"""Our side of the sandbox: the `Gateway` protocol."""

import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payments.gateways.base import (
    CallbackEnvelope,
    CallbackRefused,
    GatewayPayment,
    GatewayRefund,
    GatewayTimeout,
    MethodForm,
    NextAction,
    PaymentRequest,
    PaymentState,
    RefundRequest,
    SettlementEntry,
)
from payments.gateways.sandbox import provider, settlement, signing
from payments.models import SandboxIntent, SandboxRefund
from shop.kernel.clock import now
from shop.kernel.money import Money
from shop.kernel.transactions import forbid_transaction

_STATES: dict[str, PaymentState] = {
    "requires_action": "requires_action",
    "processing": "processing",
    "succeeded": "succeeded",
    "failed": "failed",
    "cancelled": "cancelled",
}


_TOKEN = re.compile(r"tok_[a-z0-9_]{1,36}")


class SandboxGateway:
    """Talks to the provider in this process; times out, is refused and asks again like any other adapter."""

    code = "sandbox"
    label = _("Test card (sandbox)")

    def is_enabled(self) -> bool:
        """By setting: never by accident in production."""
        return bool(settings.SANDBOX_ENABLED)

    def list_marks(self) -> Sequence[str | Promise]:
        """Its one name: no brand of cards stands behind it."""
        return (self.label,)

    def get_method_form(self, amount: Money, *, order_number: str, return_url: str) -> MethodForm:
        """Test cards with what each of them does."""
        return MethodForm(
            template="payments/_sandbox_methods.html",
            context={"async_seconds": settings.SANDBOX_ASYNC_SECONDS},
        )

    def get_action_sources(self) -> Mapping[str, tuple[str, ...]]:
        """None: its pages are ours."""
        return {}

    def is_method_token(self, text: str) -> bool:
        """The name of a test card, known or not."""
        return bool(_TOKEN.fullmatch(text))

    def create_payment(self, request: PaymentRequest) -> GatewayPayment:
        """Charge; with tok_timeout the provider charges and answers later than we wait."""
        forbid_transaction()
        intent = provider.create_intent(request)
        if intent.method_token == "tok_timeout":  # noqa: S105  a name of a test card
            time.sleep(min(settings.SANDBOX_TIMEOUT_SECONDS, settings.SANDBOX_CLIENT_TIMEOUT_SECONDS))
            if settings.SANDBOX_TIMEOUT_SECONDS >= settings.SANDBOX_CLIENT_TIMEOUT_SECONDS:
                raise GatewayTimeout("no answer in time", code="timeout")
        return _read_intent(intent)

    def fetch_payment(self, reference: str) -> GatewayPayment:
        """Ask for the payment as it is now."""
        forbid_transaction()
        return _read_intent(provider.get_intent(reference))

    def find_payment(self, payment_id: int) -> GatewayPayment | None:
        """By our id."""
        forbid_transaction()
        intent = provider.find_intent(payment_id)
        return None if intent is None else _read_intent(provider.get_intent(intent.reference))

    def cancel_payment(self, reference: str) -> GatewayPayment:
        """Withdraw it."""
        forbid_transaction()
        return _read_intent(provider.cancel_intent(reference))

    def refund(self, request: RefundRequest) -> GatewayRefund:
        """Give money back."""
        forbid_transaction()
        return _read_refund(provider.create_refund(request))

    def fetch_refund(self, reference: str) -> GatewayRefund:
        """Ask for the refund as it is now."""
        forbid_transaction()
        return _read_refund(provider.get_refund(reference))

    def verify_callback(self, body: bytes, headers: Mapping[str, str]) -> CallbackEnvelope:
        """Signature first, then the parts of the body that say whom to ask about."""
        signing.check_signature(
            body, header=headers.get(signing.HEADER.lower(), ""), secrets=signing.list_secrets(), at=now()
        )
        return _read_envelope(body)

    def settlement_lines(self, day: date) -> Iterable[SettlementEntry]:
        """The day's lines."""
        forbid_transaction()
        return settlement.list_entries(day)


def _read_intent(intent: SandboxIntent) -> GatewayPayment:
    action = None
    if intent.status == SandboxIntent.Status.REQUIRES_ACTION:
        # The provider lives on our own host: whichever name of it the shopper came by keeps working.
        origin = urlsplit(intent.return_url)
        action = NextAction(kind="redirect", url=f"{origin.scheme}://{origin.netloc}{intent.action_path}")
    return GatewayPayment(
        reference=intent.reference,
        status=_STATES[intent.status],
        amount=intent.money.quantized(),
        order_number=intent.order_number,
        payment_id=intent.payment_id,
        decline_code=intent.decline_code,
        next_action=action,
    )


def _read_refund(refund: SandboxRefund) -> GatewayRefund:
    return GatewayRefund(
        reference=refund.reference,
        status="succeeded",
        amount=Money(refund.amount, refund.intent.currency).quantized(),
        payment_reference=refund.intent.reference,
        refund_id=refund.refund_id,
    )


def _read_envelope(body: bytes) -> CallbackEnvelope:
    try:
        event = json.loads(body)
        subject = event["data"]
        return CallbackEnvelope(
            event_id=str(event["id"]),
            kind=str(event["type"]),
            payment_reference=str(subject["payment"]),
            refund_reference=str(subject["refund"]),
            payment_id=int(subject["metadata"]["payment_id"]),
            occurred_at=datetime.fromisoformat(event["created"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CallbackRefused("not an event", code="malformed") from error
