"""What operators do to an order beside packing it: each in the audit log, in the transaction that does it."""

from datetime import timedelta
from typing import Final

from orders import locks
from orders.domain.errors import OrderCancelledAlready
from orders.domain.events import ConfirmationWanted
from orders.domain.outcomes import CancelReason
from orders.domain.states import OrderStatus
from orders.models import Order
from orders.services.lifecycle import cancel_order
from orders.services.transitions import note_order_event
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.transactions import transactional

CONFIRMED_AGAIN: Final = "order.confirmed_again"
REST: Final = timedelta(minutes=10)
"""One more confirmation per order and so much time."""


@transactional
def cancel_as_operator(order_id: int, *, actor: str, note: str) -> Order:
    """`cancel_order` by the shop's own wish: locks, publishes and raises as it does. May be repeated."""
    order = cancel_order(order_id, reason=CancelReason.OPERATOR, actor=actor)
    record_audit(actor, action="orders.cancel_order", target=f"order:{order.number}", note=note)
    return order


@transactional
def resend_confirmation(order_id: int, *, actor: str) -> bool:
    """Have the confirmation mailed once more; False when that was asked for within the last ten minutes.

    Locks the order. Publishes ConfirmationWanted, and notes it on the timeline that operators see. Raises
    OrderCancelledAlready.
    """
    order, instant = locks.lock_order(order_id), now()
    if order.status == OrderStatus.CANCELLED:
        raise OrderCancelledAlready
    if order.events.filter(kind=CONFIRMED_AGAIN, created_at__gt=instant - REST).exists():
        return False
    row = note_order_event(order, CONFIRMED_AGAIN, actor=actor, is_public=False)
    record_audit(actor, action="orders.resend_confirmation", target=f"order:{order.number}")
    publish(ConfirmationWanted(order_id=order.pk, number=order.number, turn=row.pk))
    return True
