"""Orders by program: the shopper's own by its token, all of them by a key."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.serializers import OrderSerializer, OrderSummarySerializer
from orders.domain.states import OrderStatus
from orders.models import Order, Shipment
from orders.queries.groups import describe_hold
from orders.queries.orders import (
    build_timeline,
    get_order,
    get_order_for_partner,
    list_lines,
    list_orders_with_lines,
    list_parcels,
    list_public_events,
)
from orders.queries.payment_parts import PaymentPart, list_payment_parts
from shop.partners.api.pagination import CursorResults
from shop.partners.api.parameters import read_query
from shop.partners.api.permissions import PUBLIC
from shop.partners.api.serializers import represent
from shop.partners.api.views import ApiView
from shop.partners.models import ApiKey

SCOPE = "orders:read"
TOKEN = OpenApiParameter(
    "token",
    OpenApiTypes.STR,
    OpenApiParameter.QUERY,
    required=False,
    description="The order's token, from the checkout's answer. Not needed with a key that has `orders:read`.",
)


class _OrderAnswer:
    """An order with what the answer needs besides; everything else is the order's own."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self.hold_text = describe_hold(order) if order.hold_reason else ""
        if order.placed_with:
            self.lines, events = order.placed_with
            self.payments: list[PaymentPart] = []
            self.parcels: list[Shipment] = []
        else:
            self.lines, events = list_lines(order), list_public_events(order)
            self.payments = list_payment_parts(order.pk)
            self.parcels = list_parcels(order)
        self.timeline = build_timeline(events)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._order, name)


def represent_order(order: Order) -> dict[str, Any]:
    """The order as JSON values, oldest news last."""
    return represent(OrderSerializer, _OrderAnswer(order))


class OrderQuery(serializers.Serializer[Any]):
    """The filter of the list."""

    status = serializers.ChoiceField(choices=OrderStatus.values, required=False)


class OrderPages(CursorResults):
    """Newest first."""

    ordering = "-pk"


class OrdersView(ApiView):
    """All orders, for partners."""

    scope = SCOPE
    pagination_class = OrderPages

    @extend_schema(
        operation_id="orders_list",
        tags=["orders"],
        parameters=[OrderQuery],
        responses=OrderSummarySerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List orders, newest first."""
        query = read_query(OrderQuery, request)
        pages = OrderPages()
        orders = list_orders_with_lines(status=query.get("status", ""))
        rows = pages.paginate_queryset(orders, request, view=self)
        return pages.get_paginated_response(OrderSummarySerializer(rows, many=True).data)


class OrderDetailView(ApiView):
    """One order."""

    scope = PUBLIC

    @extend_schema(operation_id="orders_read", tags=["orders"], parameters=[TOKEN], responses=OrderSerializer)
    def get(self, request: Request, number: str) -> Response:
        """The order with timeline, payments, shipments and tracking nodes, for its token or a partner's key."""
        is_partner = isinstance(request.auth, ApiKey) and SCOPE in request.auth.scopes
        token = request.query_params.get("token", "")
        order = get_order_for_partner(number) if is_partner else get_order(number, token=token)
        return Response(represent_order(order))
