"""The clockwork of orders."""

from celery import shared_task

from orders.gateways.sandbox_carrier.pushes import deliver_due_pushes
from orders.services.arrivals import remind_unconfirmed_orders
from orders.services.carts import forget_old_carts
from orders.services.expiry import expire_unpaid_orders
from orders.services.fulfilment import request_missing_labels
from orders.services.groups.closing import close_due_groups, settle_places
from orders.services.recommendations import learn_recommendations
from orders.services.tracking import (
    complete_delivered_orders,
    find_stalled_shipments,
    poll_shipments,
    process_carrier_callbacks,
)
from shop.kernel.leases import lease


@shared_task
def expire_unpaid_orders_task() -> int:
    """Each minute: cancel the orders whose time to pay is over; the net below the event from inventory."""
    with lease("orders-expire-unpaid") as is_mine:
        return expire_unpaid_orders() if is_mine else 0


@shared_task
def process_carrier_callbacks_task() -> int:
    """Each two seconds: work off the carriers' pushes."""
    with lease("orders-carrier-callbacks") as is_mine:
        return process_carrier_callbacks() if is_mine else 0


@shared_task
def poll_shipments_task() -> int:
    """Each 20 seconds: ask carriers about the parcels that are due."""
    with lease("orders-poll-shipments") as is_mine:
        return poll_shipments() if is_mine else 0


@shared_task
def request_missing_labels_task() -> int:
    """Each minute: ask again for labels whose carrier did not answer."""
    with lease("orders-missing-labels") as is_mine:
        return request_missing_labels() if is_mine else 0


@shared_task
def find_stalled_shipments_task() -> int:
    """Each ten minutes: parcels without news become somebody's work."""
    with lease("orders-stalled-shipments") as is_mine:
        return find_stalled_shipments() if is_mine else 0


@shared_task
def complete_delivered_orders_task() -> int:
    """Each ten minutes: what arrived long ago is complete."""
    with lease("orders-complete-delivered") as is_mine:
        return complete_delivered_orders() if is_mine else 0


@shared_task
def remind_unconfirmed_orders_task() -> int:
    """Each ten minutes: ask who has had a parcel for two days whether all is well."""
    with lease("orders-remind-unconfirmed") as is_mine:
        return remind_unconfirmed_orders() if is_mine else 0


@shared_task
def close_groups_task() -> int:
    """Each five seconds: groups whose time is up are closed, and the orders of closed ones settled."""
    with lease("orders-close-groups") as is_mine:
        return close_due_groups() + settle_places() if is_mine else 0


@shared_task
def forget_old_carts_task() -> int:
    """Each night: carts whose key no browser holds any more."""
    with lease("orders-forget-carts") as is_mine:
        return forget_old_carts() if is_mine else 0


@shared_task
def run_sandbox_carrier_task() -> int:
    """The sandbox carrier's own clockwork: its pushes are posted."""
    with lease("orders-sandbox-carrier") as is_mine:
        return deliver_due_pushes() if is_mine else 0


@shared_task
def learn_recommendations_task() -> int:
    """Each night: learn from orders what goes with what, and what sells."""
    with lease("orders-learn-recommendations") as is_mine:
        return learn_recommendations() if is_mine else 0
