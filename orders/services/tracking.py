"""Following parcels: carriers' pushes and polls meet in one function that may be called in any order, any number of times."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db.models import Q

from orders import locks
from orders.domain.events import ParcelStalled, ShipmentUpdated
from orders.domain.parcels import ParcelNode, derive_status
from orders.domain.states import FulfilmentStatus, ShipmentStatus
from orders.gateways import get_carrier
from orders.gateways.base import CallbackRefused, CarrierError
from orders.models import CarrierCallback, Order, Shipment, TrackingNode
from orders.services.lifecycle import complete_order
from orders.services.transitions import Axis, note_order_event, transition_order
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.transactions import forbid_transaction, transactional

log = structlog.get_logger(__name__)

# A push may overtake the answer that tells us the parcel's number.
_UNKNOWN_PARCEL_PATIENCE: Final = timedelta(minutes=15)
_BATCH: Final = 100


@transactional
def record_tracking(shipment_id: int, *, nodes: Sequence[ParcelNode]) -> bool:
    """Adds what is new to a parcel's way; whether anything was.

    Locks the order, then the shipment. Publishes ShipmentUpdated. May be repeated and come in any order: nodes are known
    by their ids, and the state follows from all of them together.
    """
    order_id = Shipment.objects.values_list("order_id", flat=True).get(pk=shipment_id)
    order = locks.lock_order(order_id)
    shipment = locks.lock_shipment(shipment_id)
    known = {row.event_id: _read_node(row) for row in shipment.nodes.all()}
    news = {node.event_id: node for node in nodes if node.event_id not in known}
    if not news:
        return False
    TrackingNode.objects.bulk_create(_build_row(shipment, node=node) for node in news.values())
    shipment.last_news_at = max(
        shipment.last_news_at, min(max(node.occurred_at for node in news.values()), now())
    )
    shipment.stalled_at = None
    _move_shipment(order, shipment, nodes=[*known.values(), *news.values()])
    publish(
        ShipmentUpdated(
            order_id=order.pk, number=order.number, shipment_id=shipment.pk, status=shipment.status
        )
    )
    return True


def _read_node(row: TrackingNode) -> ParcelNode:
    return ParcelNode(
        event_id=row.event_id,
        status=row.status,
        occurred_at=row.occurred_at,
        place=row.place,
        message=row.message,
    )


def _build_row(shipment: Shipment, *, node: ParcelNode) -> TrackingNode:
    return TrackingNode(
        shipment=shipment,
        event_id=node.event_id,
        status=node.status,
        place=node.place,
        message=node.message,
        occurred_at=node.occurred_at,
        recorded_at=now(),
    )


def _move_shipment(order: Order, shipment: Shipment, *, nodes: Sequence[ParcelNode]) -> None:
    status = derive_status(nodes)
    is_moved = status != shipment.status
    shipment.status = status
    if status == ShipmentStatus.DELIVERED and shipment.delivered_at is None:
        shipment.delivered_at = min(
            node.occurred_at for node in nodes if node.status == ShipmentStatus.DELIVERED
        )
    shipment.save(update_fields=["status", "last_news_at", "stalled_at", "delivered_at"])
    if not is_moved:
        return
    note_order_event(order, f"shipment.{status}", actor=shipment.carrier, facts={"shipment": shipment.number})
    is_last = not order.shipments.exclude(status=ShipmentStatus.DELIVERED).exists()
    if is_last and order.fulfilment_status == FulfilmentStatus.SHIPPED:
        transition_order(order, Axis.FULFILMENT, to=FulfilmentStatus.DELIVERED, actor=shipment.carrier)


def receive_carrier_callback(
    carrier: str, *, body: bytes, headers: Mapping[str, str]
) -> tuple[CarrierCallback, bool]:
    """Verifies a push on its raw body and stores it once; the row, and whether it is new. A task works it off.

    Raises UnknownCarrier, CallbackRefused. May be repeated.
    """
    envelope = get_carrier(carrier).verify_callback(body, headers=headers)
    return _store_callback(carrier, event_id=envelope.event_id, body=body)


@transactional
def _store_callback(carrier: str, *, event_id: str, body: bytes) -> tuple[CarrierCallback, bool]:
    return CarrierCallback.objects.get_or_create(
        carrier=carrier, event_id=event_id, defaults={"body": body, "received_at": now()}
    )


def process_carrier_callbacks() -> int:
    """Works off the inbox, the oldest first; the number that got their outcome. Safe to run twice at once."""
    waiting = CarrierCallback.objects.filter(processed_at=None).order_by("received_at", "pk")
    return sum(process_carrier_callback(pk) for pk in list(waiting.values_list("pk", flat=True)[:_BATCH]))


@transactional
def process_carrier_callback(callback_id: int) -> bool:
    """Applies one stored push; False when it waits for its parcel or is done already.

    Locks the callback, then order and shipment. May be repeated.
    """
    callback = locks.lock_pending_callback(callback_id)
    if callback is None:
        return False
    try:
        envelope = get_carrier(callback.carrier).read_callback(bytes(callback.body))
    except CallbackRefused as error:
        return _settle_callback(callback, outcome="failed", error=error.reason)
    shipment = Shipment.objects.filter(
        carrier=callback.carrier, tracking_number=envelope.tracking_number
    ).first()
    if shipment is None:
        if callback.received_at > now() - _UNKNOWN_PARCEL_PATIENCE:
            return False
        return _settle_callback(callback, outcome="ignored-unknown")
    is_new = record_tracking(shipment.pk, nodes=envelope.nodes)
    return _settle_callback(callback, outcome="applied" if is_new else "ignored-known")


def _settle_callback(callback: CarrierCallback, *, outcome: str, error: str = "") -> bool:
    callback.processed_at = now()
    callback.outcome = outcome
    callback.error = error
    callback.attempts += 1
    callback.save(update_fields=["processed_at", "outcome", "error", "attempts"])
    return True


def poll_shipments() -> int:
    """Asks the carriers about parcels under way that were not asked about lately; the number that had news.

    Must not be called inside a transaction. A parcel whose carrier fails is asked about the next time.
    """
    forbid_transaction()
    asked_before = now() - timedelta(seconds=settings.SHIPMENT_POLL_SECONDS)
    due = (
        Shipment.objects.moving()
        .exclude(tracking_number="")
        .filter(Q(last_polled_at=None, created_at__lte=asked_before) | Q(last_polled_at__lte=asked_before))
    )
    return sum(_poll(shipment) for shipment in list(due.order_by("last_polled_at", "pk")[:_BATCH]))


def _poll(shipment: Shipment) -> bool:
    Shipment.objects.filter(pk=shipment.pk).update(last_polled_at=now())
    try:
        nodes = get_carrier(shipment.carrier).fetch_tracking(shipment.tracking_number)
    except CarrierError as error:
        log.warning("carrier.poll_failed", shipment=shipment.number, reason=error.reason)
        return False
    return record_tracking(shipment.pk, nodes=nodes)


def find_stalled_shipments() -> int:
    """Marks parcels without news for too long; the number found. Publishes ParcelStalled once per stall. Repeatable."""
    quiet_since = now() - timedelta(hours=settings.PARCEL_STALLED_HOURS)
    quiet = Shipment.objects.moving().filter(stalled_at=None, last_news_at__lte=quiet_since).order_by("pk")
    return sum(_mark_stalled(pk) for pk in list(quiet.values_list("pk", flat=True)[:_BATCH]))


@transactional
def _mark_stalled(shipment_id: int) -> bool:
    order_id = Shipment.objects.values_list("order_id", flat=True).get(pk=shipment_id)
    order = locks.lock_order(order_id)
    shipment = locks.lock_shipment(shipment_id)
    quiet_since = now() - timedelta(hours=settings.PARCEL_STALLED_HOURS)
    is_done = shipment.status == ShipmentStatus.DELIVERED or shipment.stalled_at is not None
    if is_done or shipment.last_news_at > quiet_since:
        return False
    shipment.stalled_at = now()
    shipment.save(update_fields=["stalled_at"])
    note_order_event(
        order, "shipment.stalled", actor="system", facts={"shipment": shipment.number}, is_public=False
    )
    publish(
        ParcelStalled(
            order_id=order.pk,
            number=order.number,
            shipment_id=shipment.pk,
            carrier=shipment.carrier,
            tracking_number=shipment.tracking_number,
        )
    )
    return True


def complete_delivered_orders() -> int:
    """Completes orders that arrived long enough ago without a complaint; the number completed. A periodic job."""
    arrived_before = now() - timedelta(hours=settings.ORDER_COMPLETED_HOURS)
    arrived = (
        Order.objects.filter(status="confirmed", fulfilment_status=FulfilmentStatus.DELIVERED)
        .exclude(shipments__delivered_at__gt=arrived_before)
        .order_by("pk")
    )
    due = list(arrived.values_list("pk", flat=True)[:_BATCH])
    for order_id in due:
        complete_order(order_id, actor="system")
    return len(due)
