"""Exact stock for partners, and their corrections of it."""

import hashlib

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.api.serializers import (
    AdjustmentInput,
    AdjustmentRows,
    AdjustmentsSerializer,
    StockQuery,
    StockSerializer,
)
from inventory.queries.levels import list_levels
from inventory.services.adjustments import Adjustment, apply_adjustments
from shop.partners.api.idempotency import IDEMPOTENCY_HEADER, idempotent, name_caller, read_key
from shop.partners.api.pagination import LastingCursorResults
from shop.partners.api.parameters import read_query
from shop.partners.api.views import ApiView

MOST_ROWS = 200


class StockView(ApiView):
    """Levels by article and warehouse."""

    scope = "stock:read"
    pagination_class = LastingCursorResults

    @extend_schema(operation_id="stock_list", parameters=[StockQuery], responses=StockSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List stock by article and warehouse, the oldest first."""
        query = read_query(StockQuery, request)
        pages = LastingCursorResults()
        rows = pages.paginate_queryset(list_levels(sku=query.get("sku", "")), request, view=self)
        return pages.get_paginated_response(StockSerializer(rows, many=True).data)


class AdjustmentsView(ApiView):
    """Signed corrections, row by row."""

    scope = "stock:write"

    @extend_schema(
        operation_id="stock_adjust",
        parameters=[IDEMPOTENCY_HEADER],
        request=AdjustmentRows(child=AdjustmentInput(), max_length=MOST_ROWS),
        responses=AdjustmentsSerializer,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Change stock; each row is applied or refused by itself."""
        given = AdjustmentRows(data=request.data, child=AdjustmentInput(), max_length=MOST_ROWS)
        given.is_valid(raise_exception=True)
        caller = name_caller(request, fallback="")
        results = apply_adjustments(
            [Adjustment(**row) for row in given.validated_data],
            source_type="api",
            source_id=f"{caller}:{hashlib.sha256(read_key(request).encode()).hexdigest()}",
            actor=caller,
        )
        return Response(AdjustmentsSerializer({"results": results}).data)
