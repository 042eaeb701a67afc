"""What lies where, what moved, who holds it, what was counted and what is on its way, for partners."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from inventory.api.floor_serializers import (
    CountSerializer,
    LevelInput,
    LevelRows,
    MovementSerializer,
    PositionSerializer,
    ReferenceQuery,
    ReservationSerializer,
    ShelfQuery,
    TransferSerializer,
)
from inventory.api.serializers import AdjustmentsSerializer
from inventory.queries.counts import list_counts
from inventory.queries.ledger import list_holds, list_items, list_movements, list_transfers
from inventory.services.adjustments import Adjustment, apply_levels
from shop.partners.api.idempotency import IDEMPOTENCY_HEADER, idempotent, name_caller, read_key
from shop.partners.api.pagination import CursorResults
from shop.partners.api.parameters import read_query
from shop.partners.api.views import ApiView

MOST_ROWS = 200


class StockListView(ApiView):
    """A read of stock, page by page."""

    scope: str | Mapping[str, str] = "stock:read"
    pagination_class = CursorResults

    def answer(self, request: Request, rows: QuerySet[Any], *, serializer: type[Serializer[Any]]) -> Response:
        """One page of the rows, newest first: they grow while they are read."""
        pages = CursorResults()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(serializer(page, many=True).data)


class ItemsView(StockListView):
    """By bin and lot."""

    @extend_schema(
        operation_id="stock_items_list", parameters=[ShelfQuery], responses=PositionSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """List stock by bin and lot, the place filled last first."""
        rows = list_items(**read_query(ShelfQuery, request))
        return self.answer(request, rows, serializer=PositionSerializer)


class MovementsView(StockListView):
    """The ledger."""

    @extend_schema(
        operation_id="stock_movements_list", parameters=[ShelfQuery], responses=MovementSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """List stock movements, newest first."""
        rows = list_movements(**read_query(ShelfQuery, request))
        return self.answer(request, rows, serializer=MovementSerializer)


class ReservationsView(StockListView):
    """Holds."""

    @extend_schema(
        operation_id="reservations_list",
        parameters=[ReferenceQuery],
        responses=ReservationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List reservations, newest first."""
        rows = list_holds(**read_query(ReferenceQuery, request))
        return self.answer(request, rows, serializer=ReservationSerializer)


class CountsView(StockListView):
    """Count sheets."""

    @extend_schema(operation_id="stock_counts_list", responses=CountSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List stock counts, newest first."""
        return self.answer(request, list_counts().order_by("-pk"), serializer=CountSerializer)


class TransfersView(StockListView):
    """Transfers between warehouses."""

    @extend_schema(operation_id="transfers_list", responses=TransferSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List transfers with their lines, newest first."""
        return self.answer(request, list_transfers(), serializer=TransferSerializer)


class LevelsView(ApiView):
    """Counted quantities, row by row."""

    scope = "stock:write"

    @extend_schema(
        operation_id="stock_levels_set",
        parameters=[IDEMPOTENCY_HEADER],
        request=LevelRows(child=LevelInput(), max_length=MOST_ROWS),
        responses=AdjustmentsSerializer,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Set what is on hand; each row is applied or refused by itself."""
        given = LevelRows(data=request.data, child=LevelInput(), max_length=MOST_ROWS)
        given.is_valid(raise_exception=True)
        caller = name_caller(request, fallback="")
        results = apply_levels(
            [Adjustment(**row) for row in given.validated_data],
            source_type="api_level",
            source_id=f"{caller}:{hashlib.sha256(read_key(request).encode()).hexdigest()}",
            actor=caller,
        )
        return Response(AdjustmentsSerializer({"results": results}).data)
