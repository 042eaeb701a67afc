"""The only place where an order's states move: state and timeline are written together."""

from collections.abc import Mapping
from enum import StrEnum

from orders.domain.states import (
    FULFILMENT_TRANSITIONS,
    ORDER_TRANSITIONS,
    PAYMENT_TRANSITIONS,
)
from orders.models import Order, OrderEvent
from shop.kernel.clock import now
from shop.kernel.states import TransitionTable


class Axis(StrEnum):
    """The three independent states of an order; the value is the axis' name in the timeline."""

    ORDER = "order"
    PAYMENT = "payment"
    FULFILMENT = "fulfilment"


_TABLES: dict[Axis, tuple[str, TransitionTable]] = {
    Axis.ORDER: ("status", ORDER_TRANSITIONS),
    Axis.PAYMENT: ("payment_status", PAYMENT_TRANSITIONS),
    Axis.FULFILMENT: ("fulfilment_status", FULFILMENT_TRANSITIONS),
}


def transition_order(
    order: Order,
    axis: Axis,
    *,
    to: str,
    actor: str,
    fields: tuple[str, ...] = (),
    facts: Mapping[str, object] | None = None,
) -> bool:
    """Move one axis of a locked order and write its timeline row; False when it is already there.

    `fields` are other columns that the caller has set and that must be saved with the state. Raises NotAllowed.
    """
    column, table = _TABLES[axis]
    old = getattr(order, column)
    if not table.check(old, to):
        return False
    setattr(order, column, to)
    order.save(update_fields=[column, *fields])
    OrderEvent.objects.create(
        order=order,
        kind=f"{axis}.{to}",
        axis=axis,
        old_state=old,
        new_state=to,
        actor=actor,
        facts=dict(facts or {}),
        created_at=now(),
    )
    return True


def note_order_event(
    order: Order,
    kind: str,
    *,
    actor: str,
    facts: Mapping[str, object] | None = None,
    is_public: bool = True,
) -> OrderEvent:
    """Write a timeline row that moves no state: a declined payment, a duplicate payment, a parcel's news."""
    return OrderEvent.objects.create(
        order=order,
        kind=kind,
        actor=actor,
        facts=dict(facts or {}),
        is_public=is_public,
        created_at=now(),
    )
