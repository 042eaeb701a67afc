"""The provider's side: its books and its rules. Every function opens its own transactions."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils import translation

from payments.gateways.base import GatewayRefused, PaymentRequest, RefundRequest
from payments.gateways.sandbox.callbacks import emit_callback
from payments.models import SandboxIntent, SandboxRefund
from shop.kernel.clock import now
from shop.kernel.ids import new_number
from shop.kernel.transactions import transactional

Status = SandboxIntent.Status

HOSTED: Final = "tok_hosted"
TOKENS: Final = ("tok_success", "tok_declined", "tok_3ds", "tok_async", "tok_timeout", HOSTED)
_WAITING: Final = (Status.REQUIRES_ACTION, Status.PROCESSING)
_PAGES: Final = {"tok_3ds": "payments:sandbox_challenge", HOSTED: "payments:sandbox_pay"}


@transactional
def create_intent(request: PaymentRequest) -> SandboxIntent:
    """Charge by the token's script; the same idempotency key gives the same intent, other parameters under it are refused."""
    if request.method_token not in TOKENS:
        raise GatewayRefused("no such method token", code="invalid_token")
    reference = new_number("pi_sbx_", length=16)
    intent, is_new = SandboxIntent.objects.get_or_create(
        idempotency_key=request.idempotency_key,
        defaults={
            "reference": reference,
            "payment_id": request.payment_id,
            "order_number": request.order_number,
            "amount": request.amount.amount,
            "currency": request.amount.currency,
            "method_token": request.method_token,
            "status": Status.PROCESSING,
            "return_url": request.return_url,
            "language": request.language,
            "created_at": now(),
        },
    )
    if is_new:
        _run_script(intent, token=request.method_token)
    elif (intent.payment_id, intent.money, intent.method_token) != (
        request.payment_id,
        request.amount,
        request.method_token,
    ):
        raise GatewayRefused("key used with other parameters", code="idempotency_key_reused")
    return intent


def get_intent(reference: str) -> SandboxIntent:
    """The payment as it is now. Raises GatewayRefused."""
    settle_due_intents(reference=reference)
    intent = SandboxIntent.objects.filter(reference=reference).first()
    if intent is None:
        raise GatewayRefused("no such payment", code="resource_missing")
    return intent


def find_intent(payment_id: int) -> SandboxIntent | None:
    """By the merchant's metadata."""
    return SandboxIntent.objects.filter(payment_id=payment_id).order_by("-pk").first()


@transactional
def cancel_intent(reference: str) -> SandboxIntent:
    """Withdraw it unless it is settled already; answers the state either way."""
    intent = _lock_intent(reference)
    if intent.status in _WAITING:
        _move(intent, status=Status.CANCELLED)
    return intent


@transactional
def choose_method(reference: str, *, token: str) -> SandboxIntent:
    """The shopper chose a card on the hosted page."""
    if token not in TOKENS or token == HOSTED:
        raise GatewayRefused("no such method token", code="invalid_token")
    intent = _lock_intent(reference)
    if intent.status == Status.REQUIRES_ACTION and intent.method_token == HOSTED:
        _run_script(intent, token=token)
    return intent


@transactional
def answer_challenge(reference: str, *, is_approved: bool) -> SandboxIntent:
    """The shopper answered the bank's 3-D Secure page; a second answer changes nothing."""
    intent = _lock_intent(reference)
    if intent.status == Status.REQUIRES_ACTION:
        if is_approved:
            _move(intent, status=Status.SUCCEEDED)
        else:
            _move(intent, status=Status.FAILED, decline_code="authentication_failed")
    return intent


@transactional
def abandon_intent(reference: str) -> SandboxIntent:
    """The shopper pressed cancel on the hosted page."""
    intent = _lock_intent(reference)
    if intent.status == Status.REQUIRES_ACTION:
        _move(intent, status=Status.FAILED, decline_code="cancelled_by_shopper")
    return intent


@transactional
def settle_due_intents(*, reference: str = "") -> int:
    """Asynchronous payments whose time has come succeed."""
    due = SandboxIntent.objects.filter(status=Status.PROCESSING, settles_at__lte=now())
    due = due.filter(reference=reference) if reference else due
    intents = list(due.order_by("pk").select_for_update(skip_locked=not reference)[:100])
    for intent in intents:
        _move(intent, status=Status.SUCCEEDED)
    return len(intents)


@transactional
def create_refund(request: RefundRequest) -> SandboxRefund:
    """Give back at most what was captured; the same key gives the same refund."""
    known = (
        SandboxRefund.objects.filter(idempotency_key=request.idempotency_key).select_related("intent").first()
    )
    if known is not None:
        return known
    intent = _lock_intent(request.payment_reference)
    refund, is_new = SandboxRefund.objects.get_or_create(
        idempotency_key=request.idempotency_key,
        defaults={
            "reference": new_number("re_sbx_", length=16),
            "refund_id": request.refund_id,
            "intent": intent,
            "amount": request.amount.amount,
            "created_at": now(),
        },
    )
    if is_new:
        _take_from_captured(intent, request=request)
        emit_callback(intent, kind="refund.succeeded", refund_reference=refund.reference)
    return refund


def get_refund(reference: str) -> SandboxRefund:
    """Raises GatewayRefused."""
    refund = SandboxRefund.objects.filter(reference=reference).select_related("intent").first()
    if refund is None:
        raise GatewayRefused("no such refund", code="resource_missing")
    return refund


def _take_from_captured(intent: SandboxIntent, *, request: RefundRequest) -> None:
    if request.amount.currency != intent.currency:
        raise GatewayRefused("refund in another currency", code="currency_mismatch")
    taken = SandboxIntent.objects.filter(
        pk=intent.pk, status=Status.SUCCEEDED, refunded_amount__lte=F("amount") - request.amount.amount
    ).update(refunded_amount=F("refunded_amount") + request.amount.amount)
    if not taken:
        raise GatewayRefused("more than what is left", code="charge_already_refunded")


def _lock_intent(reference: str) -> SandboxIntent:
    intent = SandboxIntent.objects.select_for_update().filter(reference=reference).first()
    if intent is None:
        raise GatewayRefused("no such payment", code="resource_missing")
    return intent


def _run_script(intent: SandboxIntent, *, token: str) -> None:
    intent.method_token = token
    if token in _PAGES:
        with translation.override(intent.language):
            intent.action_path = reverse(_PAGES[token], args=[intent.reference])
        _move(intent, status=Status.REQUIRES_ACTION)
    elif token == "tok_declined":  # noqa: S105  a name of a test card
        _move(intent, status=Status.FAILED, decline_code="insufficient_funds")
    elif token == "tok_async":  # noqa: S105  a name of a test card
        intent.settles_at = now() + timedelta(seconds=settings.SANDBOX_ASYNC_SECONDS)
        _move(intent, status=Status.PROCESSING)
    else:
        _move(intent, status=Status.SUCCEEDED)


def _move(intent: SandboxIntent, *, status: SandboxIntent.Status, decline_code: str = "") -> None:
    intent.status = status
    intent.decline_code = decline_code
    intent.captured_at = now() if status == Status.SUCCEEDED else None
    intent.save()
    emit_callback(intent, kind=f"payment.{status.value}")
