"""Reads for the warehouse: what is to do, what lies where, what to pick."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from inventory.models import ACTIVE_STATES, Reservation, Warehouse
from orders.domain.states import FulfilmentStatus, OrderStatus, PaymentStatus, ShipmentStatus
from orders.models import Order, OrderLine, Shipment, ShipmentLine

SHIP_WITHIN: Final = timedelta(hours=48)


@dataclass(frozen=True, kw_only=True)
class ShippableLine:
    """An order line with what is still to ship and where it is held, by warehouse."""

    line: OrderLine
    held: dict[int, int]

    @property
    def open_quantity(self) -> int:
        """What is still to be shipped."""
        return self.line.open_quantity


@dataclass(frozen=True, kw_only=True)
class Pick:
    """So many of an article to take from a warehouse for an order."""

    order_number: str
    sku: str
    name: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class PickList:
    """One sheet per warehouse: what to take, article by article."""

    warehouse: Warehouse
    picks: tuple[Pick, ...]


def list_open_holds(orders: Collection[Order]) -> dict[str, dict[int, dict[int, int]]]:
    """What is held: reference → variant → warehouse → quantity. One query."""
    holds: dict[str, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = Reservation.objects.filter(
        reference__in=[order.reference for order in orders], state__in=ACTIVE_STATES
    ).values_list("reference", "variant_id", "warehouse_id", "open_quantity")
    for reference, variant_id, warehouse_id, quantity in rows:
        holds[reference][variant_id][warehouse_id] = quantity
    return holds


def list_shippable_lines(order: Order) -> list[ShippableLine]:
    """The order's lines that are not all shipped. Two queries."""
    holds = list_open_holds([order])[order.reference]
    return [
        ShippableLine(line=line, held=dict(holds.get(line.variant_id, {})))
        for line in order.lines.all()
        if line.open_quantity
    ]


def list_pick_lists(order_ids: Sequence[int]) -> list[PickList]:
    """What to take from each warehouse for these orders, by SKU. Four queries for any number of orders."""
    orders = list(Order.objects.to_ship().filter(pk__in=order_ids).prefetch_related("lines"))
    holds = list_open_holds(orders)
    picks: dict[int, list[Pick]] = defaultdict(list)
    for order in sorted(orders, key=lambda order: order.number):
        for line in order.lines.all():
            for warehouse_id, quantity in holds[order.reference].get(line.variant_id, {}).items():
                picks[warehouse_id].append(_build_pick(order, line, quantity=quantity))
    warehouses = Warehouse.objects.filter(pk__in=picks)
    return [
        PickList(
            warehouse=warehouse,
            picks=tuple(sorted(picks[warehouse.pk], key=lambda pick: (pick.sku, pick.order_number))),
        )
        for warehouse in warehouses
    ]


def _build_pick(order: Order, line: OrderLine, *, quantity: int) -> Pick:
    return Pick(order_number=order.number, sku=line.sku, name=line.full_name, quantity=quantity)


def list_shipments(*, order: str = "", status: str = "") -> QuerySet[Shipment]:
    """Parcels with their order, lines and nodes: three more queries for any number."""
    shipments = Shipment.objects.select_related("order", "warehouse").prefetch_related(
        "nodes", Prefetch("lines", queryset=ShipmentLine.objects.select_related("order_line"))
    )
    if order:
        shipments = shipments.filter(order__number=order.upper())
    return shipments.filter(status=status) if status else shipments


def list_orders_for_desk() -> QuerySet[Order]:
    """Orders as the back office lists them, with the number of articles."""
    return Order.objects.annotate(article_quantity=Count("lines"))


def describe_trouble(order: Order) -> list[str]:
    """Say in a line each what happened to the order's parcels; reads what was fetched with them."""
    lines = []
    for shipment in order.shipments.all():
        if shipment.status == ShipmentStatus.EXCEPTION:
            news = next((row for row in shipment.nodes.all() if row.status == ShipmentStatus.EXCEPTION), None)
            words = _(news.message) if news is not None and news.message else shipment.get_status_display()
            lines.append(f"{shipment.number}: {words}")
        if shipment.stalled_at is not None:
            at = date_format(localtime(shipment.last_news_at), "SHORT_DATETIME_FORMAT")
            lines.append(_("%(number)s: no news since %(at)s") % {"number": shipment.number, "at": at})
    return lines


def is_shippable(order: Order) -> bool:
    """Whether something of the order may leave the warehouse now."""
    done = {FulfilmentStatus.SHIPPED, FulfilmentStatus.DELIVERED}
    is_open = order.status == OrderStatus.CONFIRMED and not order.hold_reason
    is_ours = order.payment_status != PaymentStatus.REFUNDED
    return is_open and is_ours and order.fulfilment_status not in done


def list_kept_back(references: Collection[str]) -> set[str]:
    """Which of these stock references belong to orders that must not be picked now. One query, none for none."""
    numbers = {reference.split(":")[1] for reference in references if reference.startswith("order:")}
    if not numbers:
        return set()
    return {order.reference for order in Order.objects.kept_back().filter(number__in=numbers)}
