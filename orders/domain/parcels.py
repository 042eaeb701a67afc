"""A parcel's way: what carriers tell, and which state follows from all of it, in whatever order it came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orders.domain.states import ShipmentStatus

_RANKS: Final = {
    ShipmentStatus.PENDING: 0,
    ShipmentStatus.COLLECTED: 1,
    ShipmentStatus.IN_TRANSIT: 2,
    ShipmentStatus.OUT_FOR_DELIVERY: 3,
    ShipmentStatus.DELIVERED: 4,
}


@dataclass(frozen=True, kw_only=True)
class ParcelNode:
    """One piece of a carrier's news; `event_id` is the same each time it is told."""

    event_id: str
    status: str
    occurred_at: datetime
    place: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class ParcelLine:
    """How much of an order line goes into a parcel."""

    order_line_id: int
    quantity: int


def derive_status(nodes: Iterable[ParcelNode]) -> ShipmentStatus:
    """The state that all nodes together say, independent of the order in which they arrived.

    Delivered stays delivered. Otherwise the farthest point since the last exception; an exception that nothing followed
    is the state. A parcel is not collected twice, so a collection after an exception does not end it.
    """
    known = sorted(nodes, key=lambda node: (node.occurred_at, node.event_id))
    statuses = [ShipmentStatus(node.status) for node in known]
    if ShipmentStatus.DELIVERED in statuses:
        return ShipmentStatus.DELIVERED
    if ShipmentStatus.EXCEPTION not in statuses:
        return max(statuses, key=_RANKS.__getitem__, default=ShipmentStatus.PENDING)
    last = len(statuses) - 1 - statuses[::-1].index(ShipmentStatus.EXCEPTION)
    later = [status for status in statuses[last + 1 :] if _RANKS[status] > _RANKS[ShipmentStatus.COLLECTED]]
    return max(later, key=_RANKS.__getitem__, default=ShipmentStatus.EXCEPTION)
