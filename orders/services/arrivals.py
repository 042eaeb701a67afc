"""After a parcel has arrived: the shopper is asked once whether all is well."""

from datetime import timedelta
from typing import Final

from django.conf import settings

from orders import locks
from orders.domain.events import ArrivalUnconfirmed
from orders.domain.states import FulfilmentStatus, OrderStatus
from orders.models import Order
from orders.services.transitions import note_order_event
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.transactions import transactional

REMINDED: Final = "order.reminded"
_BATCH: Final = 100


def remind_unconfirmed_orders() -> int:
    """Write to who has had everything for ORDER_REMINDED_HOURS and not said so; how many. A periodic job, repeatable."""
    arrived_before = now() - timedelta(hours=settings.ORDER_REMINDED_HOURS)
    arrived = (
        Order.objects.filter(status=OrderStatus.CONFIRMED, fulfilment_status=FulfilmentStatus.DELIVERED)
        .exclude(shipments__delivered_at__gt=arrived_before)
        .exclude(events__kind=REMINDED)
        .order_by("pk")
    )
    return sum(remind_of_arrival(pk) for pk in list(arrived.values_list("pk", flat=True)[:_BATCH]))


@transactional
def remind_of_arrival(order_id: int) -> bool:
    """Have the shopper asked once whether all is well; whether it was done now.

    Locks the order. Publishes ArrivalUnconfirmed. May be repeated and raced: what is completed or reminded is left alone.
    """
    order = locks.lock_order(order_id)
    is_open = order.status == OrderStatus.CONFIRMED and order.fulfilment_status == FulfilmentStatus.DELIVERED
    if not is_open or order.events.filter(kind=REMINDED).exists():
        return False
    note_order_event(order, REMINDED, actor="system", is_public=False)
    publish(ArrivalUnconfirmed(order_id=order.pk, number=order.number))
    return True
