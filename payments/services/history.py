"""The one place where a payment's or a refund's status moves: status and history row together."""

from payments.domain.states import PAYMENT_TRANSITIONS, REFUND_TRANSITIONS
from payments.models import Payment, PaymentEvent, Refund
from shop.kernel.clock import now


def move_payment(payment: Payment, *, status: str, actor: str, reason: str = "", **changes: object) -> bool:
    """Move a locked payment and save it with `changes`; False when it is there already. Raises NotAllowed."""
    old = payment.status
    is_moved = PAYMENT_TRANSITIONS.check(old, status)
    payment.status = status
    for name, value in changes.items():
        setattr(payment, name, value)
    payment.save()
    if is_moved:
        note_payment(payment, old=old, actor=actor, reason=reason)
    return is_moved


def note_payment(payment: Payment, *, old: str, actor: str, reason: str) -> None:
    """A history row; with the same old and new status it is a note."""
    PaymentEvent.objects.create(
        payment=payment, at=now(), actor=actor, old_status=old, new_status=payment.status, reason=reason
    )


def move_refund(refund: Refund, *, status: str, actor: str, reason: str = "", **changes: object) -> bool:
    """Move a locked refund and save it with `changes`; False when it is there already. Raises NotAllowed."""
    old = refund.status
    is_moved = REFUND_TRANSITIONS.check(old, status)
    refund.status = status
    for name, value in changes.items():
        setattr(refund, name, value)
    refund.save()
    if is_moved:
        note_refund(refund, old=old, actor=actor, reason=reason)
    return is_moved


def note_refund(refund: Refund, *, old: str, actor: str, reason: str) -> None:
    """A history row of the refund on its payment."""
    PaymentEvent.objects.create(
        payment_id=refund.payment_id,
        refund=refund,
        at=now(),
        actor=actor,
        old_status=old,
        new_status=refund.status,
        reason=reason,
    )
