"""Reactions of orders to what inventory and orders itself have published."""

from inventory.domain.events import ReservationExpired
from orders.domain.events import OrderPaid, OrderPlaced
from orders.models import Order
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


@subscribe(OrderPlaced)
def tell_partners_placed(event: OrderPlaced) -> None:
    """Queue `order.placed` for the partners who asked for it."""
    _queue_order_webhook("order.placed", event)


@subscribe(OrderPaid)
def tell_partners_paid(event: OrderPaid) -> None:
    """Queue `order.paid` for the partners who asked for it."""
    _queue_order_webhook("order.paid", event)


def _queue_order_webhook(topic: str, event: OrderPlaced | OrderPaid) -> None:
    total = Money(event.total_amount, event.currency).quantized()
    queue_webhook(
        topic,
        object_id=f"order:{event.number}",
        payload={
            "number": event.number,
            "total": {"amount": str(total.amount), "currency": total.currency},
        },
    )
