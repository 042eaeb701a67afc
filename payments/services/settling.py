"""What a provider's word does to a payment and its order: one idempotent function for every way it reaches us."""

from typing import Final

from django.utils import translation

from orders.domain.outcomes import PaidOutcome
from orders.services.lifecycle import mark_paid, mark_payment_processing, note_payment_failed
from payments.domain.declines import explain_decline
from payments.domain.events import PaymentFailed, PaymentSucceeded
from payments.domain.matching import Claim, find_claim_mismatch
from payments.domain.states import CANCELLED, CREATED, FAILED, REVIEW, SUCCEEDED, SWEPT_STATUSES
from payments.gateways.base import GatewayPayment
from payments.locks import lock_payment
from payments.models import Payment, ReconciliationCase, Refund
from payments.services.cases import CaseDraft, open_case
from payments.services.history import move_payment
from payments.services.refunds import RefundDraft, queue_refund
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.money import Money
from shop.kernel.transactions import transactional

SYSTEM: Final = "system"
_SETTLED: Final = (SUCCEEDED, FAILED, CANCELLED)
_SENT_BACK: Final = {
    PaidOutcome.DUPLICATE: (Refund.Reason.DUPLICATE, ReconciliationCase.Kind.DUPLICATE_PAYMENT),
    PaidOutcome.UNFULFILLABLE: (Refund.Reason.UNFULFILLABLE, ReconciliationCase.Kind.UNFULFILLABLE_PAYMENT),
}


@transactional
def apply_gateway_payment(payment_id: int, snapshot: GatewayPayment, *, actor: str = SYSTEM) -> bool:
    """Take what the provider says now; whether anything changed. May be repeated, raced and called in any order.

    Browser return, callback and sweep share it. Locks the order, then (through orders) stock, then the payment. A
    settled payment only ever moves on to succeeded. Money that the order cannot use (a second payment, goods gone) is
    sent back by a queued refund and a case. A snapshot with another amount, currency, order or id is not believed: a
    case opens and the payment waits for finance. Publishes PaymentSucceeded or PaymentFailed.
    """
    return apply_to_locked_payment(lock_payment(payment_id), snapshot, actor=actor)


def apply_to_locked_payment(payment: Payment, snapshot: GatewayPayment, *, actor: str) -> bool:
    """The same for a caller that holds order and payment locked."""
    problem = _find_mismatch(payment, snapshot)
    if problem:
        return _hold_for_review(payment, snapshot=snapshot, problem=problem, actor=actor)
    if snapshot.status == SUCCEEDED:
        return _settle_success(payment, snapshot=snapshot, actor=actor)
    if payment.status in (*_SETTLED, REVIEW):
        return False
    if snapshot.status in (FAILED, CANCELLED):
        return _settle_failure(payment, snapshot=snapshot, actor=actor)
    return _note_progress(payment, snapshot=snapshot, actor=actor)


@transactional
def fail_unsent_payment(payment_id: int, *, code: str, message: str = "", actor: str = SYSTEM) -> Payment:
    """The provider certainly has no such payment. Locks order and payment; ignored once the provider has answered."""
    payment = lock_payment(payment_id)
    if payment.status == CREATED and payment.provider_reference is None:
        _fail(payment, status=FAILED, code=code, message=message, actor=actor)
    return payment


def _find_mismatch(payment: Payment, snapshot: GatewayPayment) -> str:
    order = payment.order
    ours = Claim(
        reference=payment.provider_reference,
        amount=payment.money,
        order_number=order.number,
        payment_id=payment.pk,
    )
    theirs = Claim(
        reference=snapshot.reference,
        amount=snapshot.amount,
        order_number=snapshot.order_number,
        payment_id=snapshot.payment_id,
    )
    problem = find_claim_mismatch(ours, theirs=theirs)
    if not problem and order.paid_at is None and Money(order.total_amount, order.currency) != payment.money:
        return "total"
    return problem


def _hold_for_review(payment: Payment, *, snapshot: GatewayPayment, problem: str, actor: str) -> bool:
    open_case(
        CaseDraft(
            dedupe_key=f"snapshot:{payment.pk}:{problem}:{snapshot.status}",
            kind=ReconciliationCase.Kind.SNAPSHOT_MISMATCH,
            gateway=payment.gateway,
            order=payment.order,
            payment=payment,
            expected=payment.money,
            actual=snapshot.amount,
            facts={"problem": problem, "reference": snapshot.reference, "status": snapshot.status},
        )
    )
    if payment.status not in SWEPT_STATUSES:
        return False
    return move_payment(payment, status=REVIEW, actor=actor, reason=f"mismatch: {problem}")


def _settle_success(payment: Payment, *, snapshot: GatewayPayment, actor: str) -> bool:
    if payment.status == SUCCEEDED:
        return False
    order = payment.order
    outcome = mark_paid(order.pk, amount=snapshot.amount, reference=f"payment:{payment.pk}", actor=actor)
    verdict = Payment.Verdict.RETURNED if outcome in _SENT_BACK else Payment.Verdict.KEPT
    move_payment(
        payment,
        status=SUCCEEDED,
        actor=actor,
        reason=outcome,
        provider_reference=snapshot.reference,
        captured_amount=snapshot.amount.amount,
        verdict=verdict,
        next_action={},
        decline_code="",
        message="",
        settled_at=now(),
    )
    publish(
        PaymentSucceeded(
            order_id=order.pk,
            order_number=order.number,
            amount=payment.amount,
            currency=payment.currency,
            payment_id=payment.pk,
            gateway=payment.gateway,
        )
    )
    _ask_rivals_soon(payment)
    if outcome in _SENT_BACK:
        _send_back(payment, outcome=outcome)
    return True


def _send_back(payment: Payment, *, outcome: PaidOutcome) -> None:
    """Refund it, and open a case all the same: finance sees every charge that had to be returned (I13)."""
    reason, kind = _SENT_BACK[outcome]
    refund = queue_refund(
        payment,
        draft=RefundDraft(
            amount=payment.refundable, reason=reason, dedupe_key=f"{reason.value}:payment:{payment.pk}"
        ),
        actor=SYSTEM,
    )
    open_case(
        CaseDraft(
            dedupe_key=f"{kind.value}:{payment.pk}",
            kind=kind,
            gateway=payment.gateway,
            order=payment.order,
            payment=payment,
            refund=refund,
            expected=Money.zero(payment.currency),
            actual=payment.money,
        )
    )


def _ask_rivals_soon(payment: Payment) -> None:
    """Other open payments of the order are withdrawn by the next sweep."""
    Payment.objects.open().filter(order_id=payment.order_id).exclude(pk=payment.pk).update(
        next_check_at=now()
    )


def _settle_failure(payment: Payment, *, snapshot: GatewayPayment, actor: str) -> bool:
    _fail(
        payment,
        status=snapshot.status,
        code=snapshot.decline_code or payment.decline_code,
        message=snapshot.message,
        actor=actor,
        reference=snapshot.reference,
    )
    return True


def _fail(
    payment: Payment, *, status: str, code: str, message: str, actor: str, reference: str | None = None
) -> None:
    order = payment.order
    move_payment(
        payment,
        status=status,
        actor=actor,
        reason=code,
        provider_reference=reference,
        decline_code=code,
        message=message,
        next_action={},
        settled_at=now(),
    )
    with translation.override(order.language):
        words = explain_decline(code, provider_message=message)
    note_payment_failed(order.pk, message=words, actor=actor)
    if status == FAILED:
        publish(
            PaymentFailed(
                order_id=order.pk,
                order_number=order.number,
                amount=payment.amount,
                currency=payment.currency,
                payment_id=payment.pk,
                gateway=payment.gateway,
                decline_code=code,
            )
        )


def _note_progress(payment: Payment, *, snapshot: GatewayPayment, actor: str) -> bool:
    is_moved = move_payment(
        payment,
        status=snapshot.status,
        actor=actor,
        provider_reference=snapshot.reference,
        next_action=snapshot.next_action.as_json() if snapshot.next_action else {},
    )
    mark_payment_processing(payment.order_id, actor=actor)
    return is_moved
