"""From paid to on its way: allocate, pack into parcels, hand to a carrier."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog
from django.utils.translation import gettext as _

from inventory.domain.requests import ShipRequest
from inventory.models import Warehouse
from inventory.services.stock import ship_stock
from orders import locks
from orders.domain.errors import NothingToShip, OrderRefunded
from orders.domain.events import ShipmentUpdated
from orders.domain.groups import OrderHeld
from orders.domain.parcels import ParcelLine
from orders.domain.states import FulfilmentStatus, OrderStatus, PaymentStatus
from orders.gateways import get_carrier
from orders.gateways.base import CarrierRefused, CarrierUnavailable, LabelRequest
from orders.models import Order, OrderEvent, OrderLine, Shipment, ShipmentLine
from orders.services.transitions import Axis, note_order_event, transition_order
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.ids import new_number
from shop.kernel.transactions import forbid_transaction, transactional

log = structlog.get_logger(__name__)

LABEL_REFUSED: Final = "shipment.label_refused"
_LABEL_RETRIED_AFTER: Final = timedelta(seconds=30)
_BATCH: Final = 50


@transactional
def allocate_order(order_id: int, *, actor: str) -> Order:
    """A paid order goes to packing. Locks the order. Raises NothingToShip, OrderHeld, OrderRefunded. May be repeated."""
    order = locks.lock_order(order_id)
    if order.status != OrderStatus.CONFIRMED:
        raise NothingToShip(_("Only a paid, open order can be packed."))
    refuse_kept_back(order)
    transition_order(order, Axis.FULFILMENT, to=FulfilmentStatus.ALLOCATED, actor=actor)
    return order


def refuse_kept_back(order: Order) -> None:
    """Raise OrderHeld for an order that something holds back, OrderRefunded for one whose money is gone."""
    if order.hold_reason:
        raise OrderHeld(order.hold_reason)
    if order.payment_status == PaymentStatus.REFUNDED:
        raise OrderRefunded


def ship_order(
    order_id: int,
    *,
    warehouse_id: int,
    carrier: str,
    lines: Sequence[ParcelLine],
    actor: str,
    number: str = "",
) -> Shipment:
    """Packs a parcel and has the carrier take it: record the intent, commit, call, record the answer.

    Must not be called inside a transaction. Locks the order, its lines, then stock. Publishes ShipmentUpdated when the
    label is there; a carrier that does not answer is asked again by a job. Raises UnknownCarrier, NothingToShip, OrderHeld,
    OrderRefunded and inventory's NotReserved and StockTooLow. May be repeated under the same `number` (then it
    is the first parcel).
    """
    forbid_transaction()
    get_carrier(carrier)
    shipment = _pack_parcel(
        order_id,
        warehouse_id=warehouse_id,
        carrier=carrier,
        lines=lines,
        actor=actor,
        number=number or new_shipment_number(),
    )
    request_label(shipment.pk)
    shipment.refresh_from_db()
    return shipment


def new_shipment_number() -> str:
    """A parcel's number, to be known before the parcel is packed so that a form sent twice packs it once."""
    return new_number("P")


@transactional
def _pack_parcel(
    order_id: int, *, warehouse_id: int, carrier: str, lines: Sequence[ParcelLine], actor: str, number: str
) -> Shipment:
    order = locks.lock_order(order_id)
    known = Shipment.objects.filter(number=number, order=order).first()
    if known is not None:
        return known
    if order.status != OrderStatus.CONFIRMED:
        raise NothingToShip(_("Only a paid, open order can be shipped."))
    refuse_kept_back(order)
    order_lines = {line.pk: line for line in locks.lock_order_lines(order_id)}
    _check_lines(lines, order_lines=order_lines)
    shipment = Shipment.objects.create(
        order=order,
        warehouse=Warehouse.objects.get(pk=warehouse_id),
        number=number,
        carrier=carrier,
        created_at=now(),
        last_news_at=now(),
    )
    _fill_parcel(shipment, lines=lines, order_lines=order_lines)
    requests = [
        ShipRequest(
            variant_id=order_lines[line.order_line_id].variant_id,
            warehouse_id=warehouse_id,
            quantity=line.quantity,
        )
        for line in lines
    ]
    ship_stock(order.reference, lines=requests, source_id=number, actor=actor)
    is_whole = all(line.open_quantity == 0 for line in order_lines.values())
    status = FulfilmentStatus.SHIPPED if is_whole else FulfilmentStatus.PARTIALLY_SHIPPED
    transition_order(order, Axis.FULFILMENT, to=status, actor=actor, facts={"shipment": number})
    record_audit(actor, action="orders.ship_order", target=f"order:{order.number}", shipment=number)
    return shipment


def _check_lines(lines: Sequence[ParcelLine], *, order_lines: dict[int, OrderLine]) -> None:
    if not lines or len({line.order_line_id for line in lines}) != len(lines):
        raise NothingToShip
    for line in lines:
        order_line = order_lines.get(line.order_line_id)
        if order_line is None or not 1 <= line.quantity <= order_line.open_quantity:
            raise NothingToShip(_("The parcel would hold more than is left to ship."))


def _fill_parcel(
    shipment: Shipment, *, lines: Sequence[ParcelLine], order_lines: dict[int, OrderLine]
) -> None:
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=line.order_line_id, quantity=line.quantity)
        for line in lines
    )
    for line in lines:
        order_lines[line.order_line_id].shipped_quantity += line.quantity
    touched = [order_lines[line.order_line_id] for line in lines]
    OrderLine.objects.bulk_update(touched, ["shipped_quantity"])


def request_label(shipment_id: int) -> bool:
    """Asks the carrier to take the parcel; whether it has a tracking number now.

    Must not be called inside a transaction. May be repeated: the parcel's number is the carrier's idempotency key.
    """
    forbid_transaction()
    shipment = Shipment.objects.select_related("order", "warehouse").get(pk=shipment_id)
    if shipment.tracking_number:
        return True
    try:
        label = get_carrier(shipment.carrier).create_label(_build_label_request(shipment))
    except CarrierUnavailable as error:
        log.warning("carrier.unavailable", shipment=shipment.number, reason=error.reason)
        return False
    except CarrierRefused as error:
        log.warning("carrier.refused", shipment=shipment.number, reason=error.reason)
        _note_refusal(shipment, reason=error.reason)
        return False
    _record_label(shipment_id, tracking_number=label.tracking_number)
    return True


def _build_label_request(shipment: Shipment) -> LabelRequest:
    lines = shipment.lines.select_related("order_line")
    return LabelRequest(
        reference=shipment.number,
        sender_country=shipment.warehouse.country,
        sender_name=shipment.warehouse.name,
        recipient=shipment.order.postal_address,
        weight_grams=sum(line.quantity * line.order_line.weight_grams for line in lines),
        requested_at=now(),
    )


@transactional
def _record_label(shipment_id: int, *, tracking_number: str) -> None:
    order_id = Shipment.objects.values_list("order_id", flat=True).get(pk=shipment_id)
    order = locks.lock_order(order_id)
    shipment = locks.lock_shipment(shipment_id)
    if shipment.tracking_number:
        return
    shipment.tracking_number = tracking_number
    shipment.save(update_fields=["tracking_number"])
    note_order_event(
        order,
        "shipment.pending",
        actor="system",
        facts={
            "shipment": shipment.number,
            "message": f"{get_carrier(shipment.carrier).label} {tracking_number}",
        },
    )
    publish(
        ShipmentUpdated(
            order_id=order.pk, number=order.number, shipment_id=shipment.pk, status=shipment.status
        )
    )


@transactional
def _note_refusal(shipment: Shipment, *, reason: str) -> None:
    facts = {"shipment": shipment.number, "reason": reason}
    order = locks.lock_order(shipment.order_id)
    if not OrderEvent.objects.filter(order=order, kind=LABEL_REFUSED, facts=facts).exists():
        note_order_event(order, LABEL_REFUSED, actor="system", facts=facts, is_public=False)


def request_missing_labels() -> int:
    """Asks again for parcels whose carrier did not answer or refused; the number that got a label. A periodic job."""
    waiting = Shipment.objects.filter(
        tracking_number="", status="pending", created_at__lte=now() - _LABEL_RETRIED_AFTER
    ).order_by("pk")
    return sum(
        request_label(shipment_id) for shipment_id in list(waiting.values_list("pk", flat=True)[:_BATCH])
    )
