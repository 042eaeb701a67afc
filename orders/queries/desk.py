"""What the desk may do with an order as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders.domain.states import BEFORE_SHIPPING, FulfilmentStatus, HoldReason, OrderStatus, PaymentStatus
from orders.domain.timeline import HELD
from orders.models import Order, OrderLine
from orders.queries.fulfilment import is_shippable


@dataclass(frozen=True, kw_only=True)
class Moves:
    """What the order's state lets happen; whether this operator may is a matter of rights."""

    allocate: bool
    ship: bool
    cancel: bool
    cancel_lines: bool
    hold: bool
    let_go: bool
    change_address: bool
    is_to_cancel: bool
    """Its money went back while its goods still lie here."""


def list_moves(order: Order, *, lines: Sequence[OrderLine]) -> Moves:
    """Judge the order by its state and its lines; nothing is read. The services judge anew, under their locks."""
    has_left = order.fulfilment_status not in BEFORE_SHIPPING
    open_lines = sum(1 for line in lines if line.open_quantity)
    is_confirmed = order.status == OrderStatus.CONFIRMED
    return Moves(
        allocate=is_shippable(order) and order.fulfilment_status == FulfilmentStatus.UNFULFILLED,
        ship=is_shippable(order),
        cancel=order.is_all_here,
        # The last article of an order of which nothing has left is the whole order.
        cancel_lines=is_confirmed
        and order.hold_reason != HoldReason.GROUP
        and open_lines > (0 if has_left else 1),
        hold=order.is_all_here and not order.hold_reason,
        let_go=order.hold_reason == HoldReason.OPERATOR,
        change_address=order.is_all_here and bool(order.line1),
        is_to_cancel=is_confirmed and order.payment_status == PaymentStatus.REFUNDED and open_lines > 0,
    )


def find_hold_note(order: Order) -> str:
    """Return why an operator holds the order; empty when none does. One query, none for an order that is not held."""
    if order.hold_reason != HoldReason.OPERATOR:
        return ""
    row = order.events.filter(kind=HELD).order_by("-pk").first()
    return str(row.facts.get("reason", "")) if row else ""
