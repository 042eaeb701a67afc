"""The `Gateway` protocol, spoken to Stripe."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Final
from urllib.parse import urlsplit

import stripe
import structlog
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from stripe.params import PaymentIntentCreateParams, RefundCreateParams

from payments.domain.declines import PROVIDER_REFUSED
from payments.gateways.base import (
    CallbackEnvelope,
    GatewayError,
    GatewayPayment,
    GatewayRefund,
    GatewayRefused,
    GatewayTimeout,
    MethodForm,
    PaymentRequest,
    RefundRequest,
    SettlementEntry,
)
from payments.gateways.stripe import lookup, settlement
from payments.gateways.stripe.amounts import to_provider
from payments.gateways.stripe.callbacks import verify_event
from payments.gateways.stripe.client import calling, get_client
from payments.gateways.stripe.config import get_config
from payments.gateways.stripe.reading import Fields, read_decline_code, read_payment, read_refund
from shop.kernel.money import Money

log = structlog.get_logger(__name__)

_LOCALES: Final = {"zh-hans": "zh"}
_MARKS: Final[Mapping[str, tuple[str | Promise, ...]]] = {
    "card": ("Visa", "Mastercard"),
    "alipay": (_("Alipay"),),
    "wechat_pay": (_("WeChat Pay"),),
    "unionpay": (_("UnionPay"),),
    "paypal": ("PayPal",),
    "ideal": ("iDEAL",),
    "sepa_debit": (_("SEPA direct debit"),),
}

_TOKEN: Final = re.compile(r"(?:pm|ctoken)_[A-Za-z0-9_]{1,190}")


class StripeGateway:
    """One attempt is one PaymentIntent, created and confirmed in one call with what the Payment Element made."""

    code = "stripe"
    label = _("Card or wallet")

    def is_enabled(self) -> bool:
        """When all keys are there."""
        return get_config().is_complete

    def is_method_token(self, text: str) -> bool:
        """A payment method or a confirmation token."""
        return bool(_TOKEN.fullmatch(text))

    def list_marks(self) -> Sequence[str | Promise]:
        """What the settings have Stripe offer; a method that we have no name for is called by Stripe's code."""
        methods = get_config().payment_methods
        return [
            mark for method in methods for mark in _MARKS.get(method, (method.replace("_", " ").title(),))
        ]

    def get_method_form(self, amount: Money, *, order_number: str, return_url: str) -> MethodForm:
        """What the Payment Element needs to know; no intent exists yet, so there is no secret on the page."""
        config = get_config()
        language = get_language() or "en"
        return MethodForm(
            template="payments/_stripe_element.html",
            context={
                "script_url": config.script_url,
                "publishable_key": config.publishable_key,
                "amount_minor": to_provider(amount),
                "currency": amount.currency.lower(),
                "method_types": ",".join(config.payment_methods),
                "locale": _LOCALES.get(language, language),
                "return_url": return_url,
            },
            csp_sources=self.get_action_sources(),
        )

    def get_action_sources(self) -> Mapping[str, tuple[str, ...]]:
        """As Stripe documents them; a simulator's origin instead when the settings name one."""
        config = get_config()
        if config.api_base:
            own = (_origin(config.api_base),)
            return {"script-src": own, "frame-src": own, "connect-src": own}
        scripts = ("https://js.stripe.com", "https://*.js.stripe.com")
        return {
            "script-src": scripts,
            "frame-src": (*scripts, "https://hooks.stripe.com"),
            "connect-src": ("https://api.stripe.com",),
        }

    def create_payment(self, request: PaymentRequest) -> GatewayPayment:
        """Create and confirm; a decline closes the intent, so that its secret can never pay for a dead attempt."""
        params = _build_intent_params(request)
        try:
            with calling("create_payment"):
                client = get_client()
                intent = client.v1.payment_intents.create(
                    params, {"idempotency_key": request.idempotency_key}
                )
        except stripe.CardError as error:
            return self._read_decline(request, error)
        except GatewayTimeout as unknown:
            return self._look_again(request, unknown)
        except GatewayRefused as refusal:
            # Stripe's words about a bad request are for us, not for the shopper.
            raise GatewayRefused(code=PROVIDER_REFUSED) from refusal
        return read_payment(intent.to_dict())

    def fetch_payment(self, reference: str) -> GatewayPayment:
        """The intent as it is now."""
        with calling("fetch_payment"):
            return read_payment(get_client().v1.payment_intents.retrieve(reference).to_dict())

    def find_payment(self, payment_id: int) -> GatewayPayment | None:
        """By our id in the metadata."""
        with calling("find_payment"):
            found = lookup.find_intent(get_client(), payment_id)
        return None if found is None else read_payment(found)

    def cancel_payment(self, reference: str) -> GatewayPayment:
        """Cancel what has not succeeded; what can no longer be cancelled is answered as it is."""
        try:
            with calling("cancel_payment"):
                canceled = get_client().v1.payment_intents.cancel(
                    reference, {"cancellation_reason": "abandoned"}
                )
        except GatewayRefused:
            return self.fetch_payment(reference)
        return read_payment(canceled.to_dict())

    def refund(self, request: RefundRequest) -> GatewayRefund:
        """Look first, then create: a key lives a day, a refund whose answer was lost must not be made again after it."""
        with calling("find_refund"):
            client = get_client()
            known = lookup.find_refund(
                client, payment_reference=request.payment_reference, refund_id=request.refund_id
            )
        if known is not None:
            return read_refund(known)
        try:
            with calling("refund"):
                made = client.v1.refunds.create(
                    _build_refund_params(request), {"idempotency_key": request.idempotency_key}
                )
        except stripe.CardError as error:
            raise GatewayRefused(code=error.code or PROVIDER_REFUSED) from error
        return read_refund(made.to_dict())

    def fetch_refund(self, reference: str) -> GatewayRefund:
        """The refund as it is now."""
        with calling("fetch_refund"):
            return read_refund(get_client().v1.refunds.retrieve(reference).to_dict())

    def verify_callback(self, body: bytes, headers: Mapping[str, str]) -> CallbackEnvelope:
        """The signature over the raw body, by any of the active secrets."""
        return verify_event(body, headers, config=get_config())

    def settlement_lines(self, day: date) -> Iterable[SettlementEntry]:
        """The day's balance transactions."""
        with calling("settlement_lines"):
            return list(settlement.list_entries(get_client(), day))

    def _read_decline(self, request: PaymentRequest, error: stripe.CardError) -> GatewayPayment:
        fields = _read_error(error)
        intent = fields.get("payment_intent")
        if intent is None:
            # Refused before an intent came about: an unusable token, a number that is none.
            raise GatewayRefused(error.user_message or "", code=read_decline_code(fields)) from error
        with suppress(GatewayError, stripe.CardError):
            self.cancel_payment(intent["id"])
        log.info("stripe.declined", payment_id=request.payment_id, reason=read_decline_code(fields))
        return read_payment({**intent, "last_payment_error": intent.get("last_payment_error") or fields})

    def _look_again(self, request: PaymentRequest, unknown: GatewayTimeout) -> GatewayPayment:
        """An answered error (a 500, kept for a day under the key) may hide an intent; a silence is asked about later."""
        if isinstance(unknown.__cause__, stripe.APIConnectionError):
            raise unknown
        try:
            with calling("find_payment"):
                found = lookup.find_intent(get_client(), request.payment_id)
        except GatewayError as error:
            # That the look failed says nothing about the charge.
            raise unknown from error
        if found is None:
            raise unknown
        log.error(
            "stripe.answer_lost", payment_id=request.payment_id, reference=found["id"], reason=unknown.code
        )
        return read_payment(found)


def _build_intent_params(request: PaymentRequest) -> PaymentIntentCreateParams:
    methods = get_config().payment_methods
    params: PaymentIntentCreateParams = {
        "amount": to_provider(request.amount),
        "currency": request.amount.currency.lower(),
        "allowed_payment_method_types": list(methods),
        "confirm": True,
        "return_url": request.return_url,
        "description": request.order_number,
        "metadata": {"payment_id": str(request.payment_id), "order_number": request.order_number},
    }
    if request.method_token.startswith("ctoken_"):
        params["confirmation_token"] = request.method_token
    elif request.method_token.startswith("pm_"):
        params["payment_method"] = request.method_token
    else:
        # Never passed on: it might be anything that a visitor typed, a card number too.
        raise GatewayRefused(code=PROVIDER_REFUSED)
    if "wechat_pay" in methods:
        params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
    return params


def _build_refund_params(request: RefundRequest) -> RefundCreateParams:
    params: RefundCreateParams = {
        "payment_intent": request.payment_reference,
        "amount": to_provider(request.amount),
        "metadata": {"refund_id": str(request.refund_id), "reason": request.reason},
    }
    if request.reason == "duplicate":
        params["reason"] = "duplicate"
    else:
        params["reason"] = "requested_by_customer"
    return params


def _read_error(error: stripe.CardError) -> Fields:
    body = error.json_body if isinstance(error.json_body, dict) else {}
    fields = body.get("error")
    return fields if isinstance(fields, dict) else {}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
