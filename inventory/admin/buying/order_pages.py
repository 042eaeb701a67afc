"""The pages of one purchase order: parse, call one service, answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.admin.buying.forms import NewOrderForm, NoteForm, OrderForm, ReceiveForm, build_initial
from inventory.domain.buying.states import PurchaseStatus
from inventory.models import PurchaseOrder, Supplier, SupplierItem, Warehouse
from inventory.queries.buying.demand import find_day
from inventory.queries.buying.purchase_orders import find_unbooked_costs, sum_goods
from inventory.services.buying.purchase_orders import (
    cancel_order,
    change_order,
    close_order,
    write_order,
)
from inventory.services.buying.receiving import receive_order
from shop.kernel.back_office import RefusalsOn
from shop.kernel.clock import now
from shop.kernel.ids import new_number, new_token
from shop.kernel.money import Money

RECEIVABLE = (PurchaseStatus.SENT, PurchaseStatus.PART_RECEIVED)


def build_desk(request: HttpRequest, order: PurchaseOrder) -> dict[str, Any]:
    """All that an order's page shows."""
    lines = list(order.lines.select_related("variant__product"))
    receipts = list(order.receipts.prefetch_related("lines__line__variant"))
    goods = sum_goods(lines, currency=order.currency)
    costs = [
        (label, Money(amount, order.currency).quantized())
        for label, amount in (
            (_("Freight"), order.freight_amount),
            (_("Duty"), order.duty_amount),
            (_("Other costs"), order.other_amount),
        )
        if amount
    ]
    may_change = request.user.has_perm("inventory.change_purchaseorder")
    is_draft = order.status == PurchaseStatus.DRAFT
    return {
        "title": order.number,
        "order": order,
        "lines": [(line, Money(line.unit_amount * line.quantity, order.currency)) for line in lines],
        "goods": goods,
        "costs": costs,
        "total": Money(sum((money.amount for _label, money in costs), goods.amount), order.currency),
        "events": [
            (event, PurchaseStatus(event.kind).label if event.kind in PurchaseStatus.values else event.kind)
            for event in order.events.all()
        ],
        "receipts": receipts,
        "unbooked": find_unbooked_costs(order, receipts=receipts)
        if order.status == PurchaseStatus.CLOSED
        else None,
        "is_late": order.status in RECEIVABLE
        and order.expected_on is not None
        and order.expected_on < find_day(now()),
        "can_edit": is_draft and may_change,
        "can_approve": is_draft and request.user.has_perm("inventory.approve_purchaseorder"),
        "can_send": order.status == PurchaseStatus.APPROVED and may_change,
        "can_reopen": order.status == PurchaseStatus.APPROVED and may_change,
        "can_receive": order.status in RECEIVABLE
        and request.user.has_perm("inventory.receive_purchaseorder"),
        "can_cancel": may_change
        and order.status in {PurchaseStatus.DRAFT, PurchaseStatus.APPROVED, PurchaseStatus.SENT},
        "can_close": may_change and order.status == PurchaseStatus.PART_RECEIVED,
    }


def back_to(order: PurchaseOrder) -> HttpResponseRedirect:
    """The order's desk."""
    return HttpResponseRedirect(reverse("admin:inventory_purchaseorder_change", args=[order.pk]))


def _list_items(supplier: Supplier) -> list[SupplierItem]:
    items = SupplierItem.objects.filter(supplier=supplier, is_active=True, variant__is_active=True)
    return list(
        items.select_related("variant__product", "supplier")
        .prefetch_related("prices")
        .order_by("variant__sku", "pk")
    )


def write_new(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """First from whom and to where, then how many of what."""
    chosen = NewOrderForm(request.GET or None)
    if not request.GET or not chosen.is_valid():
        context |= {"form": chosen, "title": _("New purchase order")}
        return TemplateResponse(request, "admin/inventory/buying/new_order.html", context)
    supplier, warehouse = chosen.cleaned_data["supplier"], chosen.cleaned_data["warehouse"]
    form = OrderForm(
        request.POST or None,
        items=_list_items(supplier),
        initial=build_initial(None, number=new_number("P")),
    )
    if form.is_valid():
        with RefusalsOn(form):
            order = write_order(
                supplier.pk,
                warehouse_id=warehouse.pk,
                lines=form.list_lines(),
                actor=str(request.user),
                number=form.cleaned_data["number"],
                costs=form.get_costs(),
                note=form.cleaned_data["note"],
                expected_on=form.cleaned_data["expected_on"],
            )
            messages.success(request, _("The draft is written. Approve it to send it."))
            return back_to(order)
    context |= _describe_form(form, supplier=supplier, warehouse=warehouse, title=_("New purchase order"))
    return TemplateResponse(request, "admin/inventory/buying/edit_order.html", context)


def _describe_form(
    form: OrderForm, *, supplier: Supplier, warehouse: Warehouse, title: str
) -> dict[str, Any]:
    costs = [form[name] for name in ("expected_on", "freight_amount", "duty_amount", "other_amount", "note")]
    return {"form": form, "costs": costs, "supplier": supplier, "warehouse": warehouse, "title": title}


def edit(request: HttpRequest, order: PurchaseOrder, *, context: dict[str, Any]) -> HttpResponse:
    """The articles and costs of a draft."""
    form = OrderForm(
        request.POST or None,
        items=_list_items(order.supplier),
        initial=build_initial(order, number=order.number),
    )
    if form.is_valid():
        with RefusalsOn(form):
            change_order(
                order.pk,
                lines=form.list_lines(),
                actor=str(request.user),
                costs=form.get_costs(),
                note=form.cleaned_data["note"],
                expected_on=form.cleaned_data["expected_on"],
            )
            messages.success(request, _("The draft was changed."))
            return back_to(order)
    context |= _describe_form(form, supplier=order.supplier, warehouse=order.warehouse, title=order.number)
    context["order"] = order
    return TemplateResponse(request, "admin/inventory/buying/edit_order.html", context)


def receive(request: HttpRequest, order: PurchaseOrder, *, context: dict[str, Any]) -> HttpResponse:
    """What came."""
    lines = list(order.lines.select_related("variant__product"))
    form = ReceiveForm(request.POST or None, lines=lines, initial={"number": new_token()})
    if form.is_valid():
        with RefusalsOn(form):
            receive_order(
                order.pk,
                number=form.cleaned_data["number"],
                lines=form.list_delivered(),
                actor=str(request.user),
                note=form.cleaned_data["note"],
                keeps_over=form.cleaned_data["keeps_over"],
            )
            messages.success(request, _("The delivery is booked; the good units are in stock."))
            return back_to(order)
    title = _("Receive %(number)s") % {"number": order.number}
    context |= {"order": order, "form": form, "title": title}
    return TemplateResponse(request, "admin/inventory/buying/receive.html", context)


def end(request: HttpRequest, order: PurchaseOrder, *, context: dict[str, Any]) -> HttpResponse:
    """Cancels what has not come at all, closes what has come in part; with a reason."""
    form = NoteForm(request.POST or None)
    is_part = order.status == PurchaseStatus.PART_RECEIVED
    if form.is_valid():
        with RefusalsOn(form):
            ends = close_order if is_part else cancel_order
            ends(order.pk, actor=str(request.user), note=form.cleaned_data["note"])
            messages.success(request, _("The order has ended; what was open is no longer expected."))
            return back_to(order)
    title = _("Close %(number)s") if is_part else _("Cancel %(number)s")
    receipts = order.receipts.prefetch_related("lines")
    context |= {
        "order": order,
        "form": form,
        "is_part": is_part,
        "title": title % {"number": order.number},
        "unbooked": find_unbooked_costs(order, receipts=receipts) if is_part else None,
    }
    return TemplateResponse(request, "admin/inventory/buying/end_order.html", context)


def print_order(request: HttpRequest, order: PurchaseOrder) -> HttpResponse:
    """A sheet for the supplier, to print or to keep as PDF."""
    return render(request, "admin/inventory/buying/print_order.html", build_desk(request, order))
