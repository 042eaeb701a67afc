"""Writing the catalogue from programs, and where its feeds are."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.bulk_serializers import (
    MOST_PRICES,
    MOST_PRODUCTS,
    BulkProduct,
    BulkResultsSerializer,
    FeedSerializer,
    PriceResultsSerializer,
    PriceRowInput,
    Rows,
)
from catalog.gateways.feeds.payloads import parse_payload
from catalog.services.bulk_upserts import PriceRow, set_prices, upsert_products
from catalog.services.feeds import list_feeds
from shop.partners.api.idempotency import IDEMPOTENCY_HEADER, idempotent, name_caller
from shop.partners.api.pagination import WholeResults
from shop.partners.api.permissions import PUBLIC
from shop.partners.api.views import ApiView


class ProductsView(ApiView):
    """Products in bulk."""

    scope = "catalog:write"

    @extend_schema(
        operation_id="catalog_products_write",
        parameters=[IDEMPOTENCY_HEADER],
        request=Rows(child=BulkProduct(), max_length=MOST_PRODUCTS),
        responses=BulkResultsSerializer,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Create and change products with their variants and prices; each product is done or refused by itself."""
        given = Rows(data=request.data, child=BulkProduct(), max_length=MOST_PRODUCTS)
        given.is_valid(raise_exception=True)
        parsed, skus = parse_payload(given.validated_data)
        reports = upsert_products(parsed, actor=name_caller(request, fallback=""))
        results: list[dict[str, Any]] = [
            {
                "handle": report.product,
                "sku": skus[report.row],
                "outcome": report.outcome.value,
                "code": report.reason.code if report.reason else "",
                "message": report.reason.say() if report.reason else "",
                "warnings": [warning.say() for warning in report.warnings],
            }
            for report in reports
        ]
        return Response(BulkResultsSerializer({"results": results}).data)


class PricesView(ApiView):
    """Prices in bulk."""

    scope = "prices:write"

    @extend_schema(
        operation_id="catalog_prices_write",
        parameters=[IDEMPOTENCY_HEADER],
        request=Rows(child=PriceRowInput(), max_length=MOST_PRICES),
        responses=PriceResultsSerializer,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Set base prices by SKU and currency; each row is done or refused by itself."""
        given = Rows(data=request.data, child=PriceRowInput(), max_length=MOST_PRICES)
        given.is_valid(raise_exception=True)
        rows = [PriceRow(**row) for row in given.validated_data]
        results = [asdict(result) for result in set_prices(rows, actor=name_caller(request, fallback=""))]
        return Response(PriceResultsSerializer({"results": results}).data)


class FeedListView(ApiView):
    """Feeds for shopping portals."""

    scope = PUBLIC
    pagination_class = WholeResults

    @extend_schema(operation_id="feeds_list", responses=FeedSerializer(many=True))
    def get(self, _request: Request) -> Response:
        """List the feeds: one per kind, language and currency."""
        feeds = [
            {"kind": feed.kind, "language": feed.language, "currency": feed.currency, "url": feed.url}
            for feed in list_feeds()
        ]
        return WholeResults().get_paginated_response(feeds)
