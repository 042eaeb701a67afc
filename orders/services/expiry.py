"""Unpaid orders end when their time to pay is over."""

from orders.models import Order
from orders.services.lifecycle import expire_order
from shop.kernel.clock import now

BATCH = 200


def expire_unpaid_orders() -> int:
    """Cancel up to 200 overdue orders, each in its own transaction; how many. May run twice at once."""
    overdue = list(
        Order.objects.overdue(now()).order_by("payment_due_at").values_list("pk", flat=True)[:BATCH]
    )
    return sum(expire_order(order_id) for order_id in overdue)
