"""Holding an order back from packing, and letting it go."""

from django.utils.translation import gettext as _

from orders import locks
from orders.domain.errors import OrderUnderWay
from orders.domain.groups import OrderHeld
from orders.domain.states import FulfilmentStatus, HoldReason
from orders.domain.timeline import HELD, LET_GO
from orders.models import Order
from orders.services.transitions import Axis, note_order_event, transition_order
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.transactions import transactional


@transactional
def hold_order(order_id: int, *, reason: str, actor: str) -> Order:
    """Keep an open order from being packed until a person lets it go; one that is being packed goes back.

    Locks the order. Raises Invalid without words, OrderUnderWay, OrderHeld when its group holds it already. May be
    repeated: the first reason stays.
    """
    words = reason.strip()
    if not words:
        raise Invalid(_("Say why it has to wait."), field="reason")
    order = locks.lock_order(order_id)
    if order.hold_reason == HoldReason.OPERATOR:
        return order
    if order.hold_reason:
        raise OrderHeld(order.hold_reason)
    if not order.is_all_here:
        raise OrderUnderWay
    order.hold_reason = HoldReason.OPERATOR
    if order.fulfilment_status == FulfilmentStatus.ALLOCATED:
        to = FulfilmentStatus.UNFULFILLED
        transition_order(order, Axis.FULFILMENT, to=to, actor=actor, fields=("hold_reason",))
    else:
        order.save(update_fields=["hold_reason"])
    note_order_event(order, HELD, actor=actor, facts={"reason": words}, is_public=False)
    record_audit(actor, action="orders.hold_order", target=f"order:{order.number}", reason=words)
    return order


@transactional
def release_order(order_id: int, *, actor: str) -> Order:
    """Let a held order go to packing; its time to be packed starts anew.

    Locks the order. Raises OrderHeld for one that waits for its group, which its group alone ends. May be repeated.
    """
    order = locks.lock_order(order_id)
    if not order.hold_reason:
        return order
    if order.hold_reason != HoldReason.OPERATOR:
        raise OrderHeld(order.hold_reason)
    order.hold_reason = ""
    order.released_at = now()
    order.save(update_fields=["hold_reason", "released_at"])
    note_order_event(order, LET_GO, actor=actor, is_public=False)
    record_audit(actor, action="orders.release_order", target=f"order:{order.number}")
    return order
