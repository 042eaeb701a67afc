"""What happens to an order after it was placed: paid, refunded, cancelled, completed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from catalog.services.promotions.redemptions import keep_redemptions, release_redemptions
from inventory.domain.errors import OutOfStock
from inventory.domain.requests import StockRequest
from inventory.services.reservations import (
    confirm_reservation,
    release_stock,
    reserve_stock,
)
from orders import locks
from orders.domain.errors import AlreadyShipped, AmountMismatch, NotDelivered, UnknownCancelReason
from orders.domain.events import OrderCancelled, OrderCompleted, OrderPaid
from orders.domain.outcomes import CancelReason, PaidOutcome
from orders.domain.states import BEFORE_SHIPPING, FulfilmentStatus, HoldReason, OrderStatus, PaymentStatus
from orders.models import Order, OrderEvent
from orders.services.groups.places import keep_place, leave_place
from orders.services.transitions import Axis, note_order_event, transition_order
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.events import publish
from shop.kernel.money import Money
from shop.kernel.transactions import savepoint, transactional

__all__ = [
    "PaidOutcome",
    "cancel_order",
    "complete_order",
    "expire_order",
    "mark_paid",
    "mark_payment_processing",
    "mark_refunded",
    "note_payment_failed",
    "renew_hold",
]


@transactional
def mark_paid(order_id: int, *, amount: Money, reference: str, actor: str = "system") -> PaidOutcome:
    """Take a payment for the whole total; the hold becomes final.

    Locks the order, then its group, then stock. Publishes OrderPaid, or OrderCancelled when nothing can be delivered
    any more. Raises AmountMismatch. May be repeated and raced: the first reference wins, the same one again is
    ALREADY_PAID, another one DUPLICATE. UNFULFILLABLE when the order was cancelled, its group has closed or its stock
    is gone: that money must go back.
    """
    order = locks.lock_order(order_id)
    if order.paid_at is not None:
        return _judge_second_payment(order, reference=reference, actor=actor)
    expected = Money(order.total_amount, order.currency).quantized()
    if (
        amount.currency != expected.currency
        or amount.quantized() != expected
        or amount.amount != expected.amount
    ):
        raise AmountMismatch(expected=expected, received=amount)
    if order.status == OrderStatus.CANCELLED:
        return _note_unfulfillable(order, reference=reference, actor=actor)
    if order.hold_reason == HoldReason.GROUP and not keep_place(order):
        return _refuse_late(order, reference=reference, actor=actor, why=CancelReason.GROUP_CLOSED)
    if not (confirm_reservation(order.reference) or _hold_for_late_money(order)):
        return _refuse_late(order, reference=reference, actor=actor, why=CancelReason.SOLD_OUT)
    _settle(order, reference=reference, actor=actor)
    return PaidOutcome.PAID


def _refuse_late(order: Order, *, reference: str, actor: str, why: CancelReason) -> PaidOutcome:
    _note_unfulfillable(order, reference=reference, actor=actor)
    _cancel(order, reason=why, actor=actor)
    return PaidOutcome.UNFULFILLABLE


def _judge_second_payment(order: Order, *, reference: str, actor: str) -> PaidOutcome:
    if order.payment_reference == reference:
        return PaidOutcome.ALREADY_PAID
    _note_once(order, "payment.duplicate", reference=reference, actor=actor)
    return PaidOutcome.DUPLICATE


def _note_unfulfillable(order: Order, *, reference: str, actor: str) -> PaidOutcome:
    _note_once(order, "payment.unfulfillable", reference=reference, actor=actor)
    return PaidOutcome.UNFULFILLABLE


def _note_once(order: Order, kind: str, *, reference: str, actor: str) -> None:
    if not OrderEvent.objects.filter(order=order, kind=kind, facts__reference=reference).exists():
        note_order_event(order, kind, actor=actor, facts={"reference": reference})


def _hold_for_late_money(order: Order) -> bool:
    return _hold_again(order, until=now()) and confirm_reservation(order.reference)


def _hold_again(order: Order, *, until: datetime) -> bool:
    """The hold has lapsed: take a new one under a new name, if there still is stock."""
    release_stock(order.reference, reason="lapsed")
    order.hold_round += 1
    requests = [
        StockRequest(variant_id=variant_id, quantity=quantity)
        for variant_id, quantity in order.lines.values_list("variant_id", "quantity")
    ]
    try:
        with savepoint():
            reserve_stock(
                order.reference,
                lines=requests,
                expires_at=until,
                country=order.country,
                channel=order.channel,
            )
    except OutOfStock:
        order.hold_round -= 1
        return False
    order.save(update_fields=["hold_round"])
    return True


@transactional
def renew_hold(order_id: int) -> bool:
    """Whether the shopper may pay now: an unpaid order whose time is over gets another one while its goods are there.

    Locks the order, then stock. False when the goods are gone, the order has ended, or it had its time often enough
    (ORDER_HOLD_ROUNDS: nobody may keep a shelf empty by coming back). Writes nothing while the time still runs.
    """
    order = locks.lock_order(order_id)
    if order.status != OrderStatus.PENDING:
        return False
    if order.payment_due_at > now():
        return True
    due_at = now() + timedelta(minutes=settings.ORDER_PAYMENT_MINUTES)
    if order.hold_round >= settings.ORDER_HOLD_ROUNDS or not _hold_again(order, until=due_at):
        return False
    order.payment_due_at = due_at
    order.save(update_fields=["payment_due_at"])
    note_order_event(
        order, "order.held_again", actor="system", facts={"reference": order.reference}, is_public=False
    )
    return True


def _settle(order: Order, *, reference: str, actor: str) -> None:
    order.paid_at = now()
    order.payment_reference = reference
    keep_redemptions(order.promotion_reference)
    transition_order(
        order,
        Axis.PAYMENT,
        to=PaymentStatus.PAID,
        actor=actor,
        fields=("paid_at", "payment_reference"),
        facts={"reference": reference},
    )
    transition_order(order, Axis.ORDER, to=OrderStatus.CONFIRMED, actor=actor)
    publish(
        OrderPaid(
            order_id=order.pk,
            number=order.number,
            total_amount=order.total_amount,
            currency=order.currency,
        )
    )


@transactional
def mark_payment_processing(order_id: int, *, actor: str = "system") -> bool:
    """The provider has the payment in hand and answers later. Ignored (False) unless the order waits for money."""
    order = locks.lock_order(order_id)
    if order.status != OrderStatus.PENDING:
        return False
    return transition_order(order, Axis.PAYMENT, to=PaymentStatus.PROCESSING, actor=actor)


@transactional
def note_payment_failed(order_id: int, *, message: str, actor: str = "system") -> bool:
    """A try to pay failed; the shopper may try again. Ignored (False) once the order is paid or cancelled."""
    order = locks.lock_order(order_id)
    if order.status != OrderStatus.PENDING:
        return False
    transition_order(order, Axis.PAYMENT, to=PaymentStatus.UNPAID, actor=actor)
    note_order_event(order, "payment.failed", actor=actor, facts={"message": message})
    return True


@transactional
def mark_refunded(order_id: int, *, refunded_total: Money, actor: str = "system") -> Order:
    """Set how much of the kept payment has gone back in all; may be repeated, and lowered when a refund fails.

    Raises Invalid when it is more than the total. Money that was never kept (duplicate, unfulfillable) is only noted.
    """
    order = locks.lock_order(order_id)
    total = Money(order.total_amount, order.currency)
    if refunded_total > total or refunded_total.amount < 0:
        raise Invalid("More cannot go back than was paid.", field="refunded_total")
    if order.paid_at is None:
        _note_once(order, "payment.returned", reference=str(refunded_total), actor=actor)
        return order
    sent = refunded_total - order.refunded
    order.refunded_amount = refunded_total.amount
    order.save(update_fields=["refunded_amount"])
    _note_refund(order, sent=sent, state=_state_of_refund(refunded_total, total), actor=actor)
    return order


def _note_refund(order: Order, *, sent: Money, state: PaymentStatus, actor: str) -> None:
    """A second part moves no state, and yet stands in the timeline."""
    facts: dict[str, object] = {"refunded_total": str(order.refunded)}
    if sent.amount > 0:
        facts |= {"sent_amount": str(sent.amount), "currency": sent.currency}
    has_moved = transition_order(order, Axis.PAYMENT, to=state, actor=actor, facts=facts)
    if sent.amount > 0 and not has_moved:
        note_order_event(order, f"{Axis.PAYMENT}.{state}", actor=actor, facts=facts)


def _state_of_refund(refunded_total: Money, total: Money) -> PaymentStatus:
    if not refunded_total:
        return PaymentStatus.PAID
    return PaymentStatus.REFUNDED if refunded_total == total else PaymentStatus.PARTIALLY_REFUNDED


@transactional
def cancel_order(order_id: int, *, reason: str, actor: str) -> Order:
    """End an order of which nothing has been shipped, and give its stock back. `reason` is a CancelReason.

    Locks the order, then stock. Publishes OrderCancelled (payments sends captured money back). Raises AlreadyShipped,
    NotAllowed, UnknownCancelReason. May be repeated.
    """
    if reason not in set(CancelReason):
        raise UnknownCancelReason(reason)
    order = locks.lock_order(order_id)
    if order.status != OrderStatus.CANCELLED:
        _cancel(order, reason=reason, actor=actor)
    return order


def _cancel(order: Order, *, reason: str, actor: str) -> None:
    if order.fulfilment_status not in BEFORE_SHIPPING:
        raise AlreadyShipped
    is_group = order.hold_reason == HoldReason.GROUP
    if is_group:
        leave_place(order)
    order.cancelled_at = now()
    order.cancel_reason = reason
    order.hold_reason = ""
    transition_order(
        order,
        Axis.ORDER,
        to=OrderStatus.CANCELLED,
        actor=actor,
        fields=("cancelled_at", "cancel_reason", "hold_reason"),
        facts={"reason": reason},
    )
    order.lines.update(cancelled_quantity=F("quantity") - F("shipped_quantity"))
    if order.paid_at is None or is_group:
        # A group that comes to nothing has used nothing, paid or not.
        release_redemptions(order.promotion_reference, with_kept=is_group)
    release_stock(order.reference, reason=reason)
    publish(OrderCancelled(order_id=order.pk, number=order.number, reason=reason))


@transactional
def expire_order(order_id: int) -> bool:
    """Cancel an order whose time to pay is over; False when it is paid, being paid, not due yet or already ended.

    May be repeated and raced with a payment: both lock the order first.
    """
    order = locks.lock_order(order_id)
    is_waiting = order.status == OrderStatus.PENDING and order.payment_status == PaymentStatus.UNPAID
    if not is_waiting or order.payment_due_at > now():
        return False
    _cancel(order, reason=CancelReason.PAYMENT_EXPIRED, actor="system")
    return True


@transactional
def complete_order(order_id: int, *, actor: str) -> Order:
    """The shopper has it and is content, or the time to object is over. Publishes OrderCompleted. May be repeated."""
    order = locks.lock_order(order_id)
    if order.fulfilment_status != FulfilmentStatus.DELIVERED:
        raise NotDelivered
    order.completed_at = order.completed_at or now()
    if transition_order(
        order,
        Axis.ORDER,
        to=OrderStatus.COMPLETED,
        actor=actor,
        fields=("completed_at",),
    ):
        publish(OrderCompleted(order_id=order.pk, number=order.number))
    return order
