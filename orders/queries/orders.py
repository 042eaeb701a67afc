"""Reads of orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Prefetch, Q, QuerySet, Sum, prefetch_related_objects
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from catalog.domain.media import ImageView
from catalog.queries.offers import list_offers
from orders.domain.errors import OrderNotFound
from orders.domain.groups import GroupProgress, describe_progress
from orders.domain.states import FulfilmentStatus, OrderStatus, PaymentStatus, ShipmentStatus
from orders.domain.timeline import describe_event
from orders.models import Order, OrderEvent, OrderLine, Shipment, ShipmentLine, TrackingNode
from orders.queries.groups import find_order_group
from shop.accounts.queries.emails import list_confirmed_emails
from shop.kernel.clock import now
from shop.kernel.postgres.statements import RowStatement

_LINES = RowStatement(OrderLine, "WHERE order_id = %(order_id)s ORDER BY position, id")
_EVENTS = RowStatement(OrderEvent, "WHERE order_id = %(order_id)s AND is_public ORDER BY created_at, id")
_PARCELS = RowStatement(Shipment, "WHERE order_id = %(order_id)s ORDER BY created_at, id")


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One row of a timeline in words; `state` is what `components/timeline.html` paints."""

    title: str
    text: str = ""
    place: str = ""
    at: datetime | None = None
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stop on the way from placed to delivered: done, now or still to come."""

    title: str
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderLineView:
    """A line as it was sold, with the picture that the article has today."""

    line: OrderLine
    image: ImageView | None


@dataclass(frozen=True, kw_only=True)
class ShipmentView:
    """A parcel with its way so far, newest first, and what is in it."""

    shipment: Shipment
    nodes: tuple[TimelineEntry, ...]
    lines: tuple[ShipmentLine, ...]


@dataclass(frozen=True, kw_only=True)
class OrderView:
    """All that an order's page shows."""

    order: Order
    lines: tuple[OrderLineView, ...]
    timeline: tuple[TimelineEntry, ...]
    shipments: tuple[ShipmentView, ...]
    stages: tuple[Stage, ...]
    # The group that the order waits for, once it is paid.
    group: GroupProgress | None = None

    @property
    def group_words(self) -> str:
        """What the group waits for, in a sentence."""
        return describe_progress(self.group) if self.group else ""

    @property
    def total_rows(self) -> list[dict[str, object]]:
        """What stands above delivery and tax in `components/totals.html`."""
        return [{"label": _("Goods"), "amount": self.order.subtotal}]

    @property
    def is_payable(self) -> bool:
        """Whether the shopper should pay now."""
        return self.order.status == OrderStatus.PENDING and self.order.payment_status == PaymentStatus.UNPAID

    @property
    def is_held(self) -> bool:
        """Whether the time to pay still runs."""
        return self.order.payment_due_at > now()

    @property
    def is_cancellable(self) -> bool:
        """Whether the shopper may end it alone: while no money is involved, or its group still gathers."""
        return self.is_payable or self.is_leavable

    @property
    def is_leavable(self) -> bool:
        """Whether it is paid and its group still gathers: then it ends with all money back."""
        return self.order.status == OrderStatus.CONFIRMED and self.group is not None and self.group.is_open

    @property
    def is_receivable(self) -> bool:
        """Whether the shopper can say that all has arrived."""
        is_delivered = self.order.fulfilment_status == FulfilmentStatus.DELIVERED
        return is_delivered and self.order.status == OrderStatus.CONFIRMED

    @property
    def poll_seconds(self) -> int:
        """How soon the page should look again; 0 when nothing more will happen by itself."""
        if self.order.status in {OrderStatus.CANCELLED, OrderStatus.COMPLETED}:
            return 0
        if self.order.payment_status == PaymentStatus.PROCESSING:
            return 3
        return 15


def get_order(number: str, *, token: str = "", user_id: int | None = None) -> Order:
    """Return the order for who may see it: its token's holder or its user; raises OrderNotFound for all others."""
    order = Order.objects.filter(number=number.upper()).first()
    is_guest = order is not None and bool(token) and constant_time_compare(token, order.token)
    if order is None or not (is_guest or _is_of(order, user_id)):
        raise OrderNotFound
    return order


def _is_of(order: Order, user_id: int | None) -> bool:
    if user_id is None or order.user_id is not None:
        return user_id is not None and order.user_id == user_id
    return order.email.upper() in {email.upper() for email in list_confirmed_emails(user_id)}


def get_order_for_partner(number: str) -> Order:
    """Return any order by its number, for who may see all of them; raises OrderNotFound."""
    order = Order.objects.filter(number=number.upper()).first()
    if order is None:
        raise OrderNotFound
    return order


def get_completion_at(order_id: int) -> datetime:
    """Return when a delivered order completes by itself unless its shopper complains."""
    arrived_at = Shipment.objects.filter(order_id=order_id).aggregate(last=Max("delivered_at"))["last"]
    return (arrived_at or now()) + timedelta(hours=settings.ORDER_COMPLETED_HOURS)


def list_user_orders(user_id: int) -> QuerySet[Order]:
    """Return a user's orders, newest first, with how many articles each has.

    With those that were placed without signing in, under an address that is the user's.
    """
    is_own = Q(user_id=user_id)
    for email in list_confirmed_emails(user_id):
        is_own |= Q(user=None, email__iexact=email)
    orders = Order.objects.filter(is_own).order_by("-placed_at", "-pk")
    return orders.annotate(article_quantity=Sum("lines__quantity"))


def list_orders_with_lines(*, status: str = "") -> QuerySet[Order]:
    """Return all orders, or those in a state, with their lines at hand: one more query for any number."""
    orders = Order.objects.prefetch_related("lines")
    return orders.filter(status=status) if status else orders


def list_lines(order: Order) -> list[OrderLine]:
    """Return an order's lines in their order; one query."""
    lines = _LINES.run(order_id=order.pk)
    for line in lines:
        line.order = order
    return lines


def list_public_events(order: Order) -> list[OrderEvent]:
    """Return what a shopper may know of an order's timeline, oldest first; one query."""
    return _EVENTS.run(order_id=order.pk)


def list_parcels(order: Order) -> list[Shipment]:
    """Return an order's parcels with their ways and what is in them; one query, three more when there is one."""
    parcels = _PARCELS.run(order_id=order.pk)
    prefetch_related_objects(parcels, "nodes", "lines__order_line")
    return parcels


def get_order_view(order: Order) -> OrderView:
    """Return what the page of an order shows; at most nine queries for any number of lines and parcels."""
    lines = list(order.lines.all())
    offers = list_offers([line.variant_id for line in lines], currency=order.currency)
    events = list(order.events.filter(is_public=True))
    return OrderView(
        order=order,
        lines=tuple(
            OrderLineView(
                line=line,
                image=offer.image if (offer := offers.get(line.variant_id)) else None,
            )
            for line in lines
        ),
        timeline=build_timeline(events),
        shipments=tuple(_list_shipment_views(order)),
        stages=_build_stages(order),
        group=find_order_group(order) if order.paid_at else None,
    )


def build_timeline(events: Sequence[OrderEvent]) -> tuple[TimelineEntry, ...]:
    """Return the rows that say something to a shopper, newest first."""
    described = [(event, *describe_event(event.kind, event.facts)) for event in reversed(events)]
    return tuple(
        TimelineEntry(
            title=title, text=text, at=event.created_at, state=_paint_event(event, is_first=index == 0)
        )
        for index, (event, title, text) in enumerate(row for row in described if row[1])
    )


def _paint_event(event: OrderEvent, *, is_first: bool) -> str:
    if event.kind in {"payment.failed", "order.cancelled", "shipment.exception", "payment.unfulfillable"}:
        return "problem"
    return "now" if is_first else "done"


def _list_shipment_views(order: Order) -> list[ShipmentView]:
    shipments = order.shipments.prefetch_related(
        "nodes", Prefetch("lines", queryset=ShipmentLine.objects.select_related("order_line"))
    )
    return [
        ShipmentView(
            shipment=shipment,
            nodes=build_nodes(list(shipment.nodes.all())),
            lines=tuple(shipment.lines.all()),
        )
        for shipment in shipments
    ]


def build_nodes(nodes: Sequence[TrackingNode]) -> tuple[TimelineEntry, ...]:
    """Return a parcel's stops in words, newest first."""
    return tuple(
        TimelineEntry(
            title=str(ShipmentStatus(node.status).label),
            # A carrier's own words; those that we know are said in the reader's language.
            text=_(node.message) if node.message else "",
            place=node.place,
            at=node.occurred_at,
            state=_paint_node(node, is_first=index == 0),
        )
        for index, node in enumerate(nodes)
    )


def _paint_node(node: TrackingNode, *, is_first: bool) -> str:
    if node.status == ShipmentStatus.EXCEPTION:
        return "problem"
    return "now" if is_first and node.status != ShipmentStatus.DELIVERED else "done"


def _build_stages(order: Order) -> tuple[Stage, ...]:
    titles = (_("Ordered"), _("Paid"), _("Packed"), _("Shipped"), _("Delivered"))
    is_returned = (
        order.payment_status == PaymentStatus.REFUNDED
        and order.fulfilment_status == FulfilmentStatus.UNFULFILLED
    )
    if order.status == OrderStatus.CANCELLED or is_returned:
        return ()
    reached = {
        FulfilmentStatus.UNFULFILLED: 2 if order.paid_at else 1,
        FulfilmentStatus.ALLOCATED: 3,
        FulfilmentStatus.PARTIALLY_SHIPPED: 4,
        FulfilmentStatus.SHIPPED: 4,
        FulfilmentStatus.DELIVERED: 5,
    }[FulfilmentStatus(order.fulfilment_status)]
    return tuple(
        Stage(title=title, state="done" if index < reached else "now" if index == reached else "")
        for index, title in enumerate(titles)
    )
