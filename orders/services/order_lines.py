"""Taking single articles out of a paid order."""

from collections.abc import Collection, Sequence
from typing import Final

from inventory.services.reservations import release_variants
from orders import locks
from orders.domain.errors import LinesNotCancellable
from orders.domain.events import OrderLinesCancelled
from orders.domain.groups import OrderHeld
from orders.domain.outcomes import CancelReason
from orders.domain.states import BEFORE_SHIPPING, FulfilmentStatus, HoldReason, OrderStatus, ShipmentStatus
from orders.models import Order, OrderLine
from orders.queries.line_returns import list_line_returns
from orders.services.lifecycle import cancel_order
from orders.services.transitions import Axis, note_order_event, transition_order
from shop.kernel.audit import record_audit
from shop.kernel.events import publish
from shop.kernel.money import Money
from shop.kernel.transactions import transactional

LINES_CANCELLED: Final = "order.lines_cancelled"


@transactional
def cancel_lines(order_id: int, *, line_ids: Collection[int], actor: str, note: str) -> Order:
    """Take out what has not been shipped of these lines: their stock is free again, their price goes back.

    Locks the order, its lines, then stock. Publishes OrderLinesCancelled (payments sends the money back and
    tells how much). All that is open of an order of which nothing has left is the whole order: then `cancel_order`
    ends it, freight included.
    Discounts that the other lines got stay; what a group gave back is not given twice. Raises LinesNotCancellable,
    OrderHeld. May be repeated: a line is taken out once.
    """
    order = locks.lock_order(order_id)
    if order.hold_reason == HoldReason.GROUP:
        raise OrderHeld(order.hold_reason)
    if order.status != OrderStatus.CONFIRMED:
        raise LinesNotCancellable
    still_open = [line for line in locks.lock_order_lines(order_id) if line.open_quantity]
    chosen = [line for line in still_open if line.pk in line_ids]
    if not chosen:
        return order
    record_audit(
        actor,
        action="orders.cancel_lines",
        target=f"order:{order.number}",
        note=note,
        skus=[line.sku for line in chosen],
    )
    if len(chosen) == len(still_open) and order.fulfilment_status in BEFORE_SHIPPING:
        return cancel_order(order_id, reason=CancelReason.OPERATOR, actor=actor)
    _take_out(order, chosen, actor=actor)
    if len(chosen) == len(still_open):
        _finish_shipping(order, actor=actor)
    return order


def _take_out(order: Order, chosen: Sequence[OrderLine], *, actor: str) -> None:
    amount = sum(list_line_returns(order, chosen).values(), start=Money.zero(order.currency))
    taken = [{"name": line.product_name, "quantity": line.open_quantity} for line in chosen]
    for line in chosen:
        line.cancelled_quantity += line.open_quantity
    OrderLine.objects.bulk_update(chosen, ["cancelled_quantity"])
    variants = {line.variant_id for line in chosen}
    release_variants(order.reference, variant_ids=variants, reason=CancelReason.OPERATOR)
    row = note_order_event(order, LINES_CANCELLED, actor=actor, facts={"lines": taken})
    publish(
        OrderLinesCancelled(
            order_id=order.pk,
            number=order.number,
            turn=row.pk,
            amount=amount.amount,
            currency=amount.currency,
        )
    )


def _finish_shipping(order: Order, *, actor: str) -> None:
    """Nothing is left to ship: what has left was all, and has perhaps arrived."""
    transition_order(order, Axis.FULFILMENT, to=FulfilmentStatus.SHIPPED, actor=actor)
    if not order.shipments.exclude(status=ShipmentStatus.DELIVERED).exists():
        transition_order(order, Axis.FULFILMENT, to=FulfilmentStatus.DELIVERED, actor=actor)
