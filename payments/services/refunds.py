"""Money back: the row first, then the provider, never more than was captured."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

import structlog
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from orders.services.lifecycle import mark_refunded
from payments.domain.errors import NothingToRefund, RefundAskedBefore, RefundTooLarge
from payments.domain.events import RefundQueued, RefundSucceeded
from payments.domain.states import CANCELLED, FAILED, QUEUED, SENT, SUCCEEDED
from payments.gateways import get_gateway
from payments.gateways.base import (
    GatewayError,
    GatewayRefund,
    GatewayRefused,
    GatewayUnavailable,
    RefundRequest,
)
from payments.locks import lock_payment, lock_refund
from payments.models import Payment, ReconciliationCase, Refund
from payments.services.breakers import list_resting_gateways, pass_over_resting
from payments.services.cases import CaseDraft, open_case
from payments.services.history import move_refund, note_refund
from shop.accounts.models import User
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.events import publish
from shop.kernel.ids import new_token
from shop.kernel.money import Money, minor_unit
from shop.kernel.transactions import forbid_transaction, transactional

log = structlog.get_logger(__name__)

SYSTEM: Final = "system"
CLAIM: Final = timedelta(seconds=25)
"""For so long a refund is left to the worker that took it; a second call under the same key would do no harm (F12)."""
_FIRST_WAIT: Final = timedelta(seconds=10)
_LONGEST_WAIT: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class RefundDraft:
    """What to send back and why; `dedupe_key` names the cause, so that one cause refunds once."""

    amount: Money
    reason: str
    dedupe_key: str
    note: str = ""
    requested_by: User | None = None


@transactional
def request_refund(payment_id: int, *, draft: RefundDraft, actor: str) -> Refund:
    """Queue a refund; a task sends it. Locks order and payment; repeatable per `dedupe_key`; publishes RefundQueued.

    Raises RefundTooLarge, NothingToRefund, Invalid, and RefundAskedBefore for another amount under the same key.
    """
    payment = lock_payment(payment_id)
    refund = queue_refund(payment, draft=draft, actor=actor)
    if refund.money != draft.amount:
        raise RefundAskedBefore(refund.money)
    return refund


def queue_refund(payment: Payment, *, draft: RefundDraft, actor: str) -> Refund:
    """The same for a caller that holds order and payment locked."""
    known = Refund.objects.filter(dedupe_key=draft.dedupe_key).first()
    if known is not None:
        return known
    amount = draft.amount.quantized()
    if amount != draft.amount:
        raise Invalid(
            _("%(currency)s has no smaller part than %(unit)s: give the amount in whole ones.")
            % {"currency": amount.currency, "unit": minor_unit(amount.currency)},
            field="amount",
        )
    _take_from_captured(payment, amount=amount)
    refund = Refund.objects.create(
        payment=payment,
        gateway=payment.gateway,
        amount=amount.amount,
        currency=amount.currency,
        reason=draft.reason,
        note=draft.note,
        dedupe_key=draft.dedupe_key,
        provider_key=f"order:{payment.order_id}:refund:{new_token()}",
        requested_by=draft.requested_by,
        next_attempt_at=now(),
        created_at=now(),
    )
    note_refund(refund, old="", actor=actor, reason=draft.reason)
    if draft.requested_by is not None:
        _audit(refund, actor=actor)
    publish(
        RefundQueued(
            order_id=payment.order_id,
            order_number=payment.order.number,
            amount=refund.amount,
            currency=refund.currency,
            refund_id=refund.pk,
            reason=refund.reason,
        )
    )
    return refund


def _audit(refund: Refund, *, actor: str) -> None:
    record_audit(
        actor,
        action="payment.refund",
        target=f"payment:{refund.payment_id}",
        refund=refund.pk,
        amount=str(refund.money),
        reason=refund.reason,
        note=refund.note,
    )


def execute_refund(refund_id: int) -> Refund:
    """Call the provider under the stored key and record the answer; repeatable, also at once from two places.

    A refund without a clear answer is sent again later under the same key: the provider then tells its first answer.
    """
    forbid_transaction()
    refund = _claim(refund_id)
    if refund is None:
        return Refund.objects.get(pk=refund_id)
    adapter = get_gateway(refund.gateway)
    try:
        snapshot = (
            adapter.fetch_refund(refund.provider_reference)
            if refund.provider_reference
            else adapter.refund(_build_request(refund))
        )
    except GatewayRefused as error:
        return _record_refusal(refund_id, error=error)
    except GatewayError as error:
        return _postpone(refund_id, error=error)
    apply_gateway_refund(refund_id, snapshot=snapshot)
    return Refund.objects.get(pk=refund_id)


def execute_due_refunds(*, limit: int = 50) -> int:
    """Send or ask about every refund that is due; the number handled. May run twice at once.

    Those of a provider that does not answer wait until it is asked again, and keep no other's waiting.
    """
    due = Refund.objects.due(now()).exclude(gateway__in=list_resting_gateways())
    handled = 0
    for refund_id in pass_over_resting(list(due.values_list("pk", "gateway")[:limit])):
        handled += 1
        try:
            execute_refund(refund_id)
        except Exception:
            log.exception("refund.broken", refund_id=refund_id)
    return handled


@transactional
def apply_gateway_refund(refund_id: int, *, snapshot: GatewayRefund, actor: str = SYSTEM) -> bool:
    """Take what the provider says about a refund; whether anything changed. May be repeated and raced.

    Locks order, payment, refund. A failed refund gives its part back to what can be refunded and opens a case.
    Publishes RefundSucceeded.
    """
    refund = lock_refund(refund_id)
    if _is_mismatch(refund, snapshot):
        _open_refund_case(refund, cause="mismatch")
        return False
    if snapshot.status == "pending":
        return refund.status == QUEUED and _note_sent(refund, snapshot=snapshot, actor=actor)
    if refund.status in (FAILED, CANCELLED) or (refund.status == SUCCEEDED and snapshot.status == SUCCEEDED):
        return False
    if snapshot.status == SUCCEEDED:
        _settle_success(refund, snapshot=snapshot, actor=actor)
    else:
        _settle_failure(refund, reference=snapshot.reference, reason=snapshot.failure_reason, actor=actor)
    return True


def _take_from_captured(payment: Payment, *, amount: Money) -> None:
    """One conditional update: whatever else runs, the sum of live refunds stays within the captured amount (I9)."""
    if amount.currency != payment.currency or amount.amount <= 0:
        raise Invalid(_("A refund is above zero and in the payment's currency."), field="amount")
    taken = Payment.objects.filter(
        pk=payment.pk, refunded_amount__lte=F("captured_amount") - amount.amount
    ).update(refunded_amount=F("refunded_amount") + amount.amount)
    payment.refresh_from_db(fields=["refunded_amount", "captured_amount"])
    if not taken:
        if not payment.captured_amount:
            raise NothingToRefund(_("No money was taken by this payment."))
        raise RefundTooLarge(payment.refundable)


def _give_back(refund: Refund) -> None:
    Payment.objects.filter(pk=refund.payment_id).update(refunded_amount=F("refunded_amount") - refund.amount)
    refund.payment.refresh_from_db(fields=["refunded_amount"])


def _claim(refund_id: int) -> Refund | None:
    """Take the turn to call the provider; None when it is settled or another one's turn."""
    claimed = (
        Refund.objects.due(now())
        .order_by()
        .filter(pk=refund_id)
        .update(next_attempt_at=now() + CLAIM, attempts=F("attempts") + 1)
    )
    return Refund.objects.select_related("payment").get(pk=refund_id) if claimed else None


def _build_request(refund: Refund) -> RefundRequest:
    return RefundRequest(
        refund_id=refund.pk,
        payment_reference=refund.payment.provider_reference or "",
        amount=refund.money.quantized(),
        idempotency_key=refund.provider_key,
        reason=refund.reason,
    )


@transactional
def _record_refusal(refund_id: int, *, error: GatewayRefused) -> Refund:
    refund = lock_refund(refund_id)
    if refund.status in (QUEUED, SENT):
        _settle_failure(refund, reference=None, reason=error.code or error.message, actor=SYSTEM)
    return refund


@transactional
def _postpone(refund_id: int, *, error: GatewayError) -> Refund:
    refund = lock_refund(refund_id)
    if refund.status in (QUEUED, SENT):
        log.warning("refund.unanswered", refund_id=refund_id, error=type(error).__name__, reason=error.code)
        wait = min(_FIRST_WAIT * 2 ** min(refund.attempts, 20), _LONGEST_WAIT)
        status = refund.status if isinstance(error, GatewayUnavailable) else SENT
        move_refund(
            refund, status=status, actor=SYSTEM, reason=type(error).__name__, next_attempt_at=now() + wait
        )
    return refund


def _is_mismatch(refund: Refund, snapshot: GatewayRefund) -> bool:
    return (
        snapshot.amount != refund.money
        or snapshot.payment_reference != refund.payment.provider_reference
        or (snapshot.refund_id is not None and snapshot.refund_id != refund.pk)
    )


def _note_sent(refund: Refund, *, snapshot: GatewayRefund, actor: str) -> bool:
    return move_refund(
        refund,
        status=SENT,
        actor=actor,
        provider_reference=snapshot.reference,
        next_attempt_at=now() + timedelta(minutes=10),
    )


def _settle_success(refund: Refund, *, snapshot: GatewayRefund, actor: str) -> None:
    move_refund(
        refund,
        status=SUCCEEDED,
        actor=actor,
        provider_reference=snapshot.reference,
        failure_reason="",
        settled_at=now(),
    )
    _tell_order(refund.payment, actor=actor)
    payment = refund.payment
    publish(
        RefundSucceeded(
            order_id=payment.order_id,
            order_number=payment.order.number,
            amount=refund.amount,
            currency=refund.currency,
            refund_id=refund.pk,
            reason=refund.reason,
        )
    )


def _settle_failure(refund: Refund, *, reference: str | None, reason: str, actor: str) -> None:
    was_done = refund.status == SUCCEEDED
    move_refund(
        refund,
        status=FAILED,
        actor=actor,
        reason=reason,
        provider_reference=reference or refund.provider_reference,
        failure_reason=reason,
        settled_at=now(),
    )
    _give_back(refund)
    if was_done:
        _tell_order(refund.payment, actor=actor)
    _open_refund_case(refund, cause="failed")


def _tell_order(payment: Payment, *, actor: str) -> None:
    """Only the kept payment's refunds are the order's; a returned duplicate never was its money."""
    if payment.verdict != Payment.Verdict.KEPT:
        return
    done = payment.refunds.filter(status=SUCCEEDED).aggregate(total=Sum("amount"))["total"] or 0
    mark_refunded(
        payment.order_id, refunded_total=Money(Decimal(done), payment.currency).quantized(), actor=actor
    )


def _open_refund_case(refund: Refund, *, cause: str) -> None:
    payment = refund.payment
    open_case(
        CaseDraft(
            dedupe_key=f"refund_{cause}:{refund.pk}",
            kind=ReconciliationCase.Kind.REFUND_FAILED,
            gateway=refund.gateway,
            order=payment.order,
            payment=payment,
            refund=refund,
            expected=refund.money,
            actual=Money.zero(refund.currency),
            facts={"cause": cause, "reason": refund.failure_reason},
        )
    )
