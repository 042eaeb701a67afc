"""Suppliers, purchase orders and suggestions for partners; what a supplier itself may see and propose."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.api.buying_serializers import (
    ProposalInput,
    PurchaseOrderInput,
    PurchaseOrderQuery,
    PurchaseOrderSerializer,
    ReceiptInput,
    SuggestionQuery,
    SuggestionSerializer,
    SupplierSerializer,
    VendorItemSerializer,
)
from inventory.domain.buying.states import PurchaseOrigin
from inventory.models import PurchaseOrder, PurchaseSuggestion, Supplier, Warehouse
from inventory.queries.buying.purchase_orders import find_purchase_order, list_orders_with_lines
from inventory.queries.buying.suppliers import find_variant_ids
from inventory.queries.buying.vendor import describe_levels, list_vendor_levels
from inventory.services.buying.proposals import propose_order
from inventory.services.buying.purchase_orders import OrderedLine, write_order
from inventory.services.buying.receiving import DeliveredLine, receive_order
from shop.kernel.errors import Invalid, NotAllowed, NotFound
from shop.partners.api.idempotency import IDEMPOTENCY_HEADER, idempotent, name_caller, read_key
from shop.partners.api.pagination import CursorResults, LastingCursorResults
from shop.partners.api.parameters import read_query
from shop.partners.api.schema import describe_conflict
from shop.partners.api.serializers import read_body
from shop.partners.api.views import ApiView
from shop.partners.models import ApiKey

CONFLICT = describe_conflict(
    text="`wrong_pack_size`, `order_moved`, `too_much_received`: look at the order and try again."
)


def _find_bound(request: Request) -> Supplier | None:
    """The supplier whose key it is: it sees its own rows only, whatever its scopes."""
    return (
        Supplier.objects.filter(api_key_id=request.auth.pk).first()
        if isinstance(request.auth, ApiKey)
        else None
    )


def _get_vendor(request: Request) -> Supplier:
    supplier = _find_bound(request)
    if supplier is None or not supplier.is_active or not supplier.is_vendor_managed:
        raise NotAllowed(_("This key does not belong to a supplier that manages its articles."))
    return supplier


def _build_number(request: Request) -> str:
    """One number per caller and idempotency key."""
    text = f"{name_caller(request, fallback='')}:{read_key(request)}"
    return f"P{hashlib.sha256(text.encode()).hexdigest()[:14].upper()}"


class SuppliersView(ApiView):
    """Suppliers."""

    scope = "suppliers:read"
    pagination_class = LastingCursorResults

    @extend_schema(operation_id="suppliers_list", responses=SupplierSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List active suppliers, the oldest first."""
        bound, pages = _find_bound(request), LastingCursorResults()
        suppliers = Supplier.objects.active()
        shown = suppliers.filter(pk=bound.pk) if bound else suppliers
        rows = pages.paginate_queryset(shown, request, view=self)
        return pages.get_paginated_response(SupplierSerializer(rows, many=True).data)


class PurchaseOrdersView(ApiView):
    """Purchase orders: the list, and new drafts."""

    scope = {"GET": "purchase_orders:read", "POST": "purchase_orders:write"}
    pagination_class = CursorResults

    @extend_schema(
        operation_id="purchase_orders_list",
        parameters=[PurchaseOrderQuery],
        responses=PurchaseOrderSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List purchase orders, newest first."""
        query, pages = read_query(PurchaseOrderQuery, request), CursorResults()
        orders = list_orders_with_lines(bound=_find_bound(request), **query)
        rows = pages.paginate_queryset(orders, request, view=self)
        return pages.get_paginated_response(PurchaseOrderSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="purchase_orders_create",
        parameters=[IDEMPOTENCY_HEADER],
        request=PurchaseOrderInput,
        responses={201: PurchaseOrderSerializer, 409: CONFLICT},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Write a draft; a buyer approves it. Whole packs only; open suggestions for it count as ordered."""
        body = read_body(PurchaseOrderInput, request.data)
        supplier = Supplier.objects.active().filter(code=body["supplier"]).first()
        warehouse = Warehouse.objects.active().filter(code=body["warehouse"]).first()
        bound = _find_bound(request)
        if supplier is None or (bound and bound.pk != supplier.pk):
            raise Invalid(_("There is no such supplier."), field="supplier")
        if warehouse is None:
            raise Invalid(_("There is no warehouse with this code."), field="warehouse")
        ids = find_variant_ids([line["sku"] for line in body["lines"]])
        order = write_order(
            supplier.pk,
            warehouse_id=warehouse.pk,
            lines=[
                OrderedLine(variant_id=ids[line["sku"]], quantity=line["quantity"]) for line in body["lines"]
            ],
            actor=name_caller(request, fallback=""),
            origin=PurchaseOrigin.PARTNER,
            number=_build_number(request),
            note=body.get("note", ""),
        )
        return _answer(order, status=201)


def _answer(order: PurchaseOrder, *, status: int = 200) -> Response:
    return Response(PurchaseOrderSerializer(find_purchase_order(order.number)).data, status=status)


def _get_order(request: Request, number: str) -> PurchaseOrder:
    order = find_purchase_order(number, bound=_find_bound(request))
    if order is None:
        raise NotFound(_("There is no such purchase order."))
    return order


class PurchaseOrderView(ApiView):
    """One purchase order."""

    scope = "purchase_orders:read"

    @extend_schema(operation_id="purchase_orders_read", responses=PurchaseOrderSerializer)
    def get(self, request: Request, number: str) -> Response:
        """Show one purchase order."""
        return Response(PurchaseOrderSerializer(_get_order(request, number)).data)


class ReceiptsView(ApiView):
    """Deliveries of a purchase order."""

    scope = "purchase_orders:write"

    @extend_schema(
        operation_id="purchase_order_receive",
        parameters=[IDEMPOTENCY_HEADER],
        request=ReceiptInput,
        responses={200: PurchaseOrderSerializer, 409: CONFLICT},
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Book a delivery: good units go to stock, damaged ones into the damaged bin, and stay open."""
        body, order = read_body(ReceiptInput, request.data), _get_order(request, number)
        if _find_bound(request):
            raise NotAllowed(_("The warehouse books deliveries, not the supplier."))
        receive_order(
            order.pk,
            number=_build_number(request),
            lines=_list_delivered(order, rows=body["lines"]),
            actor=name_caller(request, fallback=""),
            note=body.get("note", ""),
            keeps_over=body.get("keeps_over", False),
        )
        return _answer(order)


def _list_delivered(order: PurchaseOrder, *, rows: Sequence[dict[str, Any]]) -> list[DeliveredLine]:
    lines = {line.variant.sku.upper(): line.pk for line in order.lines.all()}
    for row in rows:
        if row["sku"].upper() not in lines:
            raise NotFound(_("%(sku)s is not part of this order.") % {"sku": row["sku"]}, field="sku")
    return [
        DeliveredLine(
            line_id=lines[row["sku"].upper()],
            good_quantity=row["good_quantity"],
            damaged_quantity=row.get("damaged_quantity", 0),
            lot_code=row.get("lot", ""),
            expires_on=row.get("expires_on"),
        )
        for row in rows
    ]


class SuggestionsView(ApiView):
    """What to order."""

    scope = "suggestions:read"
    pagination_class = CursorResults

    @extend_schema(
        operation_id="purchase_suggestions_list",
        parameters=[SuggestionQuery],
        responses=SuggestionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List suggestions, newest first, each with the figures that led to it."""
        query, bound, pages = read_query(SuggestionQuery, request), _find_bound(request), CursorResults()
        found = PurchaseSuggestion.objects.select_related("variant", "warehouse", "supplier_item__supplier")
        shown = found.filter(**query)
        rows = pages.paginate_queryset(
            shown.filter(supplier_item__supplier=bound) if bound else shown, request, view=self
        )
        return pages.get_paginated_response(SuggestionSerializer(rows, many=True).data)


class VendorItemsView(ApiView):
    """A supplier's own articles."""

    scope = "vendor:read"
    pagination_class = LastingCursorResults

    @extend_schema(
        operation_id="vendor_items_list", responses={200: VendorItemSerializer(many=True), 409: CONFLICT}
    )
    def get(self, request: Request) -> Response:
        """List stock, forecast and plan of the supplier's own articles."""
        supplier, pages = _get_vendor(request), LastingCursorResults()
        levels = pages.paginate_queryset(list_vendor_levels(supplier), request, view=self) or []
        rows = describe_levels(levels, supplier=supplier)
        return pages.get_paginated_response(VendorItemSerializer(rows, many=True).data)


class ProposalsView(ApiView):
    """A supplier's proposals."""

    scope = "vendor:propose"

    @extend_schema(
        operation_id="vendor_propose",
        parameters=[IDEMPOTENCY_HEADER],
        request=ProposalInput,
        responses={201: PurchaseOrderSerializer, 409: CONFLICT},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Propose a delivery: it becomes a draft that the buyer approves or not."""
        body, wanted = read_body(ProposalInput, request.data), Counter[str]()
        for line in body["lines"]:
            wanted[line["sku"]] += line["quantity"]
        order = propose_order(
            _get_vendor(request),
            warehouse_code=body["warehouse"],
            quantities=wanted,
            number=_build_number(request),
            note=body.get("note", ""),
        )
        return _answer(order, status=201)
