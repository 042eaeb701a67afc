"""Parcels and their ways, for partners."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.serializers import ParcelLineSerializer, TrackingNodeSerializer
from orders.domain.states import ShipmentStatus
from orders.queries.fulfilment import list_shipments
from shop.partners.api.pagination import CursorResults
from shop.partners.api.parameters import read_query
from shop.partners.api.views import ApiView


class ShipmentQuery(serializers.Serializer[Any]):
    """The filters of the list."""

    order = serializers.CharField(max_length=20, required=False, help_text="Only this order's parcels.")
    status = serializers.ChoiceField(choices=ShipmentStatus.values, required=False)


class ShipmentSerializer(serializers.Serializer[Any]):
    """One parcel."""

    number = serializers.CharField()
    order = serializers.CharField(source="order.number")
    warehouse = serializers.CharField(source="warehouse.code")
    status = serializers.ChoiceField(choices=ShipmentStatus.values)
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    lines = ParcelLineSerializer(many=True)
    nodes = TrackingNodeSerializer(many=True)


class ShipmentsView(ApiView):
    """All parcels, newest first."""

    scope = "shipments:read"
    pagination_class = CursorResults

    @extend_schema(
        operation_id="shipments_list", parameters=[ShipmentQuery], responses=ShipmentSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """List parcels with their tracking nodes."""
        query = read_query(ShipmentQuery, request)
        pages = CursorResults()
        rows = pages.paginate_queryset(list_shipments(**query), request, view=self)
        return pages.get_paginated_response(ShipmentSerializer(rows, many=True).data)
