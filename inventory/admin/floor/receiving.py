"""Goods come in: against a purchase order, or just so."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from inventory.admin.floor.base import attempt, floor_page, go, read_article, read_bin, show
from inventory.admin.floor.forms import OrderReceiveForm, ReceiveForm
from inventory.domain.errors import BarcodeRefused
from inventory.domain.requests import StockLine
from inventory.models import PurchaseOrder, PurchaseOrderLine, Warehouse
from inventory.queries.floor import list_arriving, list_due_orders
from inventory.services.buying.receiving import DeliveredLine, receive_order
from inventory.services.stock import receive_goods
from shop.kernel.ids import new_token


@floor_page
def receive(request: HttpRequest, warehouse: Warehouse) -> HttpResponse:
    """What is expected, and the form for what nobody announced."""
    form = ReceiveForm(request.POST or None, initial={"token": new_token(), "packs": 1})
    if form.is_valid() and attempt(
        request, lambda: _receive(request, warehouse, form=form), done=_("Received.")
    ):
        return go("receive", warehouse.pk)
    return show(
        request,
        "receive",
        warehouse=warehouse,
        title=_("Receive"),
        form=form,
        orders=list_due_orders(warehouse.pk),
        transfers=list_arriving(warehouse.pk),
    )


def _receive(request: HttpRequest, warehouse: Warehouse, *, form: ReceiveForm) -> None:
    given = form.cleaned_data
    scan = read_article(given["article"], warehouse=warehouse)
    bin_ = read_bin(given["bin"], warehouse=warehouse)
    line = StockLine(
        variant_id=scan.variant.pk if scan.variant else 0,
        warehouse_id=warehouse.pk,
        quantity=given["packs"] * scan.pieces,
        bin_id=bin_.pk if bin_ else None,
    )
    receive_goods(
        line,
        lot_code=given["lot"].strip() or scan.lot_code,
        expires_on=given["expires_on"] or scan.expires_on,
        source_type="floor",
        source_id=given["token"],
        reason=given["reason"],
        actor=str(request.user),
    )


@floor_page
def receive_purchase(request: HttpRequest, warehouse: Warehouse, order_id: int) -> HttpResponse:
    """Article by article: scan, say how many, next."""
    order = get_object_or_404(PurchaseOrder, pk=order_id, warehouse=warehouse)
    form = OrderReceiveForm(request.POST or None, initial={"token": new_token(), "damaged": 0})
    if form.is_valid() and attempt(
        request, lambda: _receive_line(request, warehouse, order=order, form=form), done=_("Received.")
    ):
        return go("receive_purchase", warehouse.pk, order.pk)
    lines = list(order.lines.select_related("variant__product").order_by("pk"))
    return show(
        request,
        "receive_purchase",
        warehouse=warehouse,
        title=order.number,
        form=form,
        order=order,
        lines=lines,
    )


def _receive_line(
    request: HttpRequest, warehouse: Warehouse, *, order: PurchaseOrder, form: OrderReceiveForm
) -> None:
    given = form.cleaned_data
    scan = read_article(given["article"], warehouse=warehouse)
    line = _find_line(order, variant_id=scan.variant.pk if scan.variant else 0, text=given["article"])
    receive_order(
        order.pk,
        number=f"{order.number}-{given['token'][:12]}",
        lines=[
            DeliveredLine(
                line_id=line.pk,
                good_quantity=given["good"],
                damaged_quantity=given["damaged"],
                lot_code=(given["lot"].strip() or scan.lot_code).upper(),
                expires_on=given["expires_on"] or scan.expires_on,
            )
        ],
        actor=str(request.user),
        keeps_over=given["keeps_over"],
    )


def _find_line(order: PurchaseOrder, *, variant_id: int, text: str) -> PurchaseOrderLine:
    line = order.lines.filter(variant_id=variant_id).order_by("pk").first()
    if line is None:
        raise BarcodeRefused(
            text, reason=_("%(code)s is not part of %(order)s.") % {"code": text, "order": order.number}
        )
    return line
