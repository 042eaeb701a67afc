"""Reactions of orders to what inventory and orders itself have published."""

from inventory.domain.events import ReservationExpired
from orders.domain.events import (
    ArrivalUnconfirmed,
    ConfirmationWanted,
    GroupClosed,
    OrderAddressChanged,
    OrderCancelled,
    OrderEventBase,
    OrderLinesCancelled,
    OrderPaid,
    OrderPlaced,
    ShipmentUpdated,
)
from orders.domain.states import GroupStatus
from orders.emails import (
    tell_address_changed,
    tell_arrival_unconfirmed,
    tell_order_cancelled,
    tell_order_paid,
    tell_order_placed,
    tell_shipment_news,
)
from orders.models import Order, Shipment
from orders.queries.orders import get_completion_at
from orders.services.lifecycle import expire_order
from shop.kernel.events import subscribe
from shop.kernel.money import Money
from shop.partners.services.webhooks import queue_webhook


@subscribe(ReservationExpired)
def cancel_lapsed_order(event: ReservationExpired) -> None:
    """The hold of an unpaid order has lapsed: the order ends. Nothing happens when it was paid meanwhile."""
    kind, _, rest = event.reference.partition(":")
    order = Order.objects.filter(number=rest.partition(":")[0]).first() if kind == "order" else None
    if order is not None and order.reference == event.reference:
        expire_order(order.pk)


@subscribe(ConfirmationWanted)
def mail_confirmation_again(event: ConfirmationWanted) -> None:
    """Queue the confirmation once more."""
    tell_order_placed(event.order_id, resend=str(event.turn))


@subscribe(OrderPlaced)
def tell_partners_placed(event: OrderPlaced) -> None:
    """Queue `order.placed` for the partners who asked for it."""
    _queue_order_webhook("order.placed", event, total=_describe_total(event))


@subscribe(OrderPaid)
def tell_partners_paid(event: OrderPaid) -> None:
    """Queue `order.paid` for the partners who asked for it."""
    _queue_order_webhook("order.paid", event, total=_describe_total(event))


@subscribe(OrderLinesCancelled)
def tell_partners_lines_cancelled(event: OrderLinesCancelled) -> None:
    """Queue `order.updated` for the partners who asked for it: what is in the order they read for themselves."""
    _queue_order_webhook("order.updated", event, change="lines_cancelled")


@subscribe(OrderAddressChanged)
def tell_partners_address_changed(event: OrderAddressChanged) -> None:
    """Queue `order.updated` without the address: that is for who may read the order."""
    _queue_order_webhook("order.updated", event, change="address_changed")


@subscribe(OrderCancelled)
def tell_partners_cancelled(event: OrderCancelled) -> None:
    """Queue `order.cancelled` for the partners who asked for it."""
    _queue_order_webhook("order.cancelled", event, reason=event.reason)


def _queue_order_webhook(topic: str, event: OrderEventBase, **words: object) -> None:
    queue_webhook(topic, object_id=f"order:{event.number}", payload={"number": event.number, **words})


def _describe_total(event: OrderPlaced | OrderPaid) -> dict[str, str]:
    total = Money(event.total_amount, event.currency).quantized()
    return {"amount": str(total.amount), "currency": total.currency}


@subscribe(ShipmentUpdated)
def tell_partners_shipment(event: ShipmentUpdated) -> None:
    """Queue `shipment.updated` for the partners who asked for it."""
    shipment = Shipment.objects.get(pk=event.shipment_id)
    queue_webhook(
        "shipment.updated",
        object_id=f"shipment:{shipment.number}",
        payload={
            "number": shipment.number,
            "order": event.number,
            "status": event.status,
            "carrier": shipment.carrier,
            "tracking_number": shipment.tracking_number,
        },
    )


@subscribe(OrderPlaced)
def mail_order_placed(event: OrderPlaced) -> None:
    """The confirmation."""
    tell_order_placed(event.order_id)


@subscribe(OrderPaid)
def mail_order_paid(event: OrderPaid) -> None:
    """The money is here."""
    tell_order_paid(event.order_id)


@subscribe(OrderCancelled)
def mail_order_cancelled(event: OrderCancelled) -> None:
    """The order has ended."""
    tell_order_cancelled(event.order_id)


@subscribe(OrderAddressChanged)
def mail_address_changed(event: OrderAddressChanged) -> None:
    """It goes elsewhere: whoever did not wish that has to know."""
    tell_address_changed(event.order_id, turn=event.turn)


@subscribe(ShipmentUpdated)
def mail_shipment_news(event: ShipmentUpdated) -> None:
    """Shipped and delivered, each once per parcel."""
    tell_shipment_news(event.shipment_id, status=event.status)


@subscribe(GroupClosed)
def tell_partners_group(event: GroupClosed) -> None:
    """Queue `group.completed` for the partners who asked for it; a group that was released is told by its orders."""
    if event.status == GroupStatus.COMPLETED:
        payload = {"id": event.token, "status": event.status, "people": event.people}
        queue_webhook("group.completed", object_id=f"group:{event.group_id}", payload=payload)


@subscribe(ArrivalUnconfirmed)
def mail_arrival_unconfirmed(event: ArrivalUnconfirmed) -> None:
    """The question whether all is well."""
    tell_arrival_unconfirmed(event.order_id, completes_at=get_completion_at(event.order_id))
