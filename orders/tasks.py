"""The clockwork of orders."""

from celery import shared_task

from orders.services.expiry import expire_unpaid_orders
from shop.kernel.leases import lease


@shared_task
def expire_unpaid_orders_task() -> int:
    """Each minute: cancel the orders whose time to pay is over; the net below the event from inventory."""
    with lease("orders-expire-unpaid") as is_mine:
        return expire_unpaid_orders() if is_mine else 0
