"""The inbox of provider callbacks: stored and answered first, processed later, each once, in any order."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import structlog

from payments.domain.states import APPLIED, FAILED, IGNORED_STALE, IGNORED_UNKNOWN, SUCCEEDED
from payments.gateways import get_gateway
from payments.gateways.base import GatewayError, GatewayPayment, GatewayRefund, GatewayRefused
from payments.locks import lock_callback, lock_payment, lock_refund
from payments.models import GatewayCallback, Payment, ReconciliationCase, Refund
from payments.services.breakers import list_resting_gateways, pass_over_resting
from payments.services.cases import CaseDraft, open_case
from payments.services.refunds import apply_gateway_refund
from payments.services.settling import apply_to_locked_payment
from shop.kernel.clock import now
from shop.kernel.errors import DomainError
from shop.kernel.transactions import forbid_transaction, transactional

log = structlog.get_logger(__name__)

QUICK_RETRY: Final = timedelta(seconds=1)
QUICK_RETRIES: Final = timedelta(seconds=30)
"""While a callback is younger, it is looked at every second: our own row may be on its way (F20)."""
ORPHAN_AFTER: Final = timedelta(minutes=2)
GIVE_UP_AFTER: Final = timedelta(hours=24)
LONGEST_WAIT: Final = timedelta(minutes=30)


@transactional
def receive_callback(provider: str, *, body: bytes, headers: Mapping[str, str]) -> GatewayCallback:
    """Verify the raw body and keep it; the same event again gives the same row. Needs no session and no user.

    Raises UnknownGateway, CallbackRefused.
    """
    envelope = get_gateway(provider).verify_callback(body, headers)
    instant = now()
    row = GatewayCallback(
        provider=provider,
        event_id=envelope.event_id,
        kind=envelope.kind,
        payment_reference=envelope.payment_reference,
        refund_reference=envelope.refund_reference,
        payment_id_hint=envelope.payment_id,
        occurred_at=envelope.occurred_at,
        received_at=instant,
        next_attempt_at=instant,
        body=body,
    )
    GatewayCallback.objects.bulk_create([row], ignore_conflicts=True)
    return GatewayCallback.objects.get(provider=provider, event_id=envelope.event_id)


def process_callback(callback_id: int) -> str:
    """Ask the provider about the callback's subject and apply the answer; the outcome, empty while it must wait.

    Repeatable and raceable: the outcome is written with the effect, under the locks of order, payment and callback.
    """
    forbid_transaction()
    callback = GatewayCallback.objects.get(pk=callback_id)
    if callback.outcome:
        return callback.outcome
    if not callback.payment_reference:
        return _finish(callback.pk, outcome=IGNORED_UNKNOWN, note="not about a payment")
    try:
        if callback.refund_reference:
            return _process_refund(callback)
        return _process_payment(callback)
    except GatewayRefused as error:
        return _finish(callback.pk, outcome=FAILED, note=f"provider refused: {error.code or error.message}")
    except (GatewayError, DomainError) as error:
        return _wait_or_give_up(callback, note=f"{type(error).__name__}: {error}", outcome=FAILED)


def process_pending_callbacks(*, limit: int = 200) -> int:
    """Process what is due, oldest first; the number handled. May run twice at once.

    Those of a provider that does not answer wait until it is asked again, and keep no other's waiting.
    """
    due = GatewayCallback.objects.pending(now()).exclude(provider__in=list_resting_gateways())
    handled = 0
    for callback_id in pass_over_resting(list(due.values_list("pk", "provider")[:limit])):
        handled += 1
        try:
            process_callback(callback_id)
        except Exception:
            log.exception("callback.broken", callback_id=callback_id)
            _postpone(callback_id, note="unexpected error: see the log")
    return handled


def _process_payment(callback: GatewayCallback) -> str:
    snapshot = get_gateway(callback.provider).fetch_payment(callback.payment_reference)
    payment = _find_payment(callback, snapshot=snapshot)
    if payment is None:
        return _wait_for_payment(callback, snapshot=snapshot)
    return _apply_payment(callback.pk, payment_id=payment.pk, snapshot=snapshot)


def _process_refund(callback: GatewayCallback) -> str:
    snapshot = get_gateway(callback.provider).fetch_refund(callback.refund_reference)
    refund = _find_refund(callback, snapshot=snapshot)
    if refund is None:
        return _wait_or_give_up(callback, note="no such refund here yet")
    return _apply_refund(callback.pk, refund_id=refund.pk, snapshot=snapshot)


def _find_payment(callback: GatewayCallback, *, snapshot: GatewayPayment) -> Payment | None:
    ours = Payment.objects.filter(gateway=callback.provider)
    known = ours.filter(provider_reference=snapshot.reference).first()
    if known is not None or snapshot.payment_id is None:
        return known
    return ours.filter(pk=snapshot.payment_id).first()


def _find_refund(callback: GatewayCallback, *, snapshot: GatewayRefund) -> Refund | None:
    ours = Refund.objects.filter(gateway=callback.provider)
    known = ours.filter(provider_reference=snapshot.reference).first()
    if known is not None or snapshot.refund_id is None:
        return known
    return ours.filter(pk=snapshot.refund_id).first()


@transactional
def _apply_payment(callback_id: int, *, payment_id: int, snapshot: GatewayPayment) -> str:
    payment = lock_payment(payment_id)
    callback = lock_callback(callback_id)
    if callback.outcome:
        return callback.outcome
    is_changed = apply_to_locked_payment(payment, snapshot, actor=f"callback:{callback.provider}")
    return _write_outcome(callback, outcome=APPLIED if is_changed else IGNORED_STALE)


@transactional
def _apply_refund(callback_id: int, *, refund_id: int, snapshot: GatewayRefund) -> str:
    lock_refund(refund_id)
    callback = lock_callback(callback_id)
    if callback.outcome:
        return callback.outcome
    is_changed = apply_gateway_refund(refund_id, snapshot=snapshot, actor=f"callback:{callback.provider}")
    return _write_outcome(callback, outcome=APPLIED if is_changed else IGNORED_STALE)


def _wait_for_payment(callback: GatewayCallback, *, snapshot: GatewayPayment) -> str:
    is_orphan = snapshot.status == SUCCEEDED and callback.received_at <= now() - ORPHAN_AFTER
    if is_orphan:
        open_case(
            CaseDraft(
                dedupe_key=f"orphan:{callback.provider}:{snapshot.reference}",
                kind=ReconciliationCase.Kind.ORPHAN_PAYMENT,
                gateway=callback.provider,
                actual=snapshot.amount,
                facts={"reference": snapshot.reference, "order_number": snapshot.order_number},
            )
        )
    return _wait_or_give_up(callback, note="no such payment here yet")


def _wait_or_give_up(callback: GatewayCallback, *, note: str, outcome: str = IGNORED_UNKNOWN) -> str:
    if callback.received_at <= now() - GIVE_UP_AFTER:
        log.error("callback.given_up", callback_id=callback.pk, note=note)
        return _finish(callback.pk, outcome=outcome, note=note)
    return _postpone(callback.pk, note=note)


@transactional
def _finish(callback_id: int, *, outcome: str, note: str) -> str:
    callback = lock_callback(callback_id)
    if not callback.outcome:
        callback.note = note[:1000]
        _write_outcome(callback, outcome=outcome)
    return callback.outcome


@transactional
def _postpone(callback_id: int, *, note: str) -> str:
    callback = lock_callback(callback_id)
    if callback.outcome:
        return callback.outcome
    age = now() - callback.received_at
    wait = QUICK_RETRY if age < QUICK_RETRIES else min(age / 2, LONGEST_WAIT)
    callback.note = note[:1000]
    callback.attempts += 1
    callback.next_attempt_at = now() + wait
    callback.save(update_fields=["note", "attempts", "next_attempt_at"])
    return ""


def _write_outcome(callback: GatewayCallback, *, outcome: str) -> str:
    callback.outcome = outcome
    callback.processed_at = now()
    callback.attempts += 1
    callback.save(update_fields=["outcome", "processed_at", "attempts", "note"])
    return outcome
