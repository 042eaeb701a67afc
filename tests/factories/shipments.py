"""Parcels for tests, packed and labelled by the services."""

from datetime import timedelta

from inventory.models import Warehouse
from orders.domain.parcels import ParcelLine, ParcelNode
from orders.models import Order, Shipment
from orders.services.fulfilment import ship_order
from shop.kernel.clock import now
from tests.factories.orders import make_order


def list_all_lines(order: Order) -> list[ParcelLine]:
    """Everything that is still to ship."""
    return [
        ParcelLine(order_line_id=line.pk, quantity=line.open_quantity)
        for line in order.lines.all()
        if line.open_quantity
    ]


def make_shipment(
    order: Order | None = None, *, number: str = "", lines: dict[int, int] | None = None
) -> Shipment:
    """All that is left of a paid order in one parcel, or so much of these lines."""
    order = order or make_order(is_paid=True)
    warehouse = Warehouse.objects.order_by("pk").first()
    assert warehouse
    return ship_order(
        order.pk,
        warehouse_id=warehouse.pk,
        carrier="sandbox",
        lines=[ParcelLine(order_line_id=pk, quantity=quantity) for pk, quantity in lines.items()]
        if lines
        else list_all_lines(order),
        actor="packer@example.com",
        number=number,
    )


def make_node(event_id: str, status: str, *, minutes_ago: float = 0, place: str = "Utrecht") -> ParcelNode:
    """A piece of news."""
    return ParcelNode(
        event_id=event_id, status=status, occurred_at=now() - timedelta(minutes=minutes_ago), place=place
    )
