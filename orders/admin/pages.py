"""The desk's pages: parse, call one service, answer."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from catalog.domain.promotions.words import describe_trace
from inventory.models import Warehouse
from orders.admin.forms import CancelForm, ShipForm
from orders.admin.labels import LABELS
from orders.domain.states import OrderStatus
from orders.domain.timeline import describe_note
from orders.models import Order
from orders.queries.desk import find_hold_note, list_moves
from orders.queries.fulfilment import ShippableLine, list_pick_lists, list_shippable_lines
from orders.queries.groups import describe_hold
from orders.queries.orders import build_nodes, build_timeline
from orders.services.desk import cancel_as_operator, resend_confirmation
from orders.services.fulfilment import allocate_order, new_shipment_number, ship_order
from shop.accounts.queries.countries import get_country_name
from shop.kernel.back_office import RefusalsOn
from shop.kernel.errors import DomainError
from shop.kernel.money import Money

MOST_PICKED = 200
# What each move of the desk needs.
RIGHTS: Final = {
    "allocate": "orders.fulfil_order",
    "ship": "orders.fulfil_order",
    "cancel": "orders.cancel_order",
    "cancel_lines": "orders.cancel_order",
    "hold": "orders.hold_order",
    "let_go": "orders.hold_order",
    "change_address": "orders.change_address",
}


def build_desk(request: HttpRequest, order: Order) -> dict[str, Any]:
    """All that an order's page shows."""
    shipments = order.shipments.select_related("warehouse").prefetch_related("nodes", "lines__order_line")
    may = request.user.has_perm
    lines = list(order.lines.select_related("order"))
    moves = list_moves(order, lines=lines)
    return {
        "title": order.number,
        "original": order,
        "states": _list_states(order),
        "opts": Order._meta,  # noqa: SLF001  the admin's own name for it
        "order": order,
        "country_name": get_country_name(order.country, get_language() or "en"),
        "lines": [(line, line.net, line.discounts) for line in lines],
        "amounts": _list_amounts(order),
        "trace": describe_trace(order.trace, is_for_shopper=False),
        "shipments": [
            (shipment, LABELS[shipment.status], build_nodes(list(shipment.nodes.all())))
            for shipment in shipments
        ],
        "timeline": build_timeline(list(order.events.all())),
        "notes": [(row, describe_note(row.kind)) for row in order.events.filter(is_public=False)],
        "hold_text": describe_hold(order) if order.hold_reason else "",
        "hold_note": find_hold_note(order),
        "can": {name: getattr(moves, name) and may(right) for name, right in RIGHTS.items()},
        "is_to_cancel": moves.is_to_cancel,
        "pick_list_url": f"{reverse('admin:orders_order_pick_list')}?ids={order.pk}",
        "payments_url": _find_list_above(request, order, of="payments_payment"),
        "tickets_url": _find_list_above(request, order, of="crm_ticket"),
        "can_resend": may("orders.resend_confirmation") and order.status != OrderStatus.CANCELLED,
        # The order's token lets its holder act as the shopper.
        "shop_url": may("orders.cancel_order")
        and f"{reverse('orders:order', args=[order.number])}?token={order.token}",
    }


def _list_states(order: Order) -> list[tuple[str, str]]:
    states = [
        (order.get_status_display(), LABELS[order.status]),
        (order.get_payment_status_display(), LABELS[order.payment_status]),
    ]
    # Nothing of a cancelled order has left, and nothing will.
    if order.status != OrderStatus.CANCELLED:
        states.append((order.get_fulfilment_status_display(), LABELS[order.fulfilment_status]))
    return states


def _list_amounts(order: Order) -> list[tuple[str, Money]]:
    labels = {
        "subtotal": _("Articles"),
        "discount": _("Discount"),
        "shipping": pgettext("cost", "Delivery"),
        "shipping_discount": _("Taken off delivery"),
        "tax": _("Included tax") if order.prices_include_tax else _("Tax"),
        "total": _("Total"),
        "refunded": _("Sent back"),
    }
    taken_off = {"discount", "shipping_discount", "refunded"}
    amounts = {name: Money(getattr(order, f"{name}_amount"), order.currency).quantized() for name in labels}
    return [(label, -amounts[name] if name in taken_off else amounts[name]) for name, label in labels.items()]


def _find_list_above(request: HttpRequest, order: Order, *, of: str) -> str:
    """Payments and tickets stand above orders: reached by address, for those who may see them."""
    app, model = of.split("_")
    if not request.user.has_perm(f"{app}.view_{model}"):
        return ""
    try:
        return f"{reverse(f'admin:{of}_changelist')}?q={order.number}"
    except NoReverseMatch:
        return ""


def back_to(order: Order) -> HttpResponseRedirect:
    """To the order's page."""
    return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))


def allocate(request: HttpRequest, order: Order) -> HttpResponse:
    """To packing."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        allocate_order(order.pk, actor=str(request.user))
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The order is being packed."))
    return back_to(order)


def ship(request: HttpRequest, order: Order, *, context: dict[str, Any]) -> HttpResponse:
    """One parcel; what is left can go into the next."""
    lines = list_shippable_lines(order)
    warehouse_id = _choose_warehouse(request, lines)
    form = ShipForm(
        request.POST or None,
        initial={"number": new_shipment_number()},
        lines=lines,
        warehouses=[(row.pk, str(row)) for row in Warehouse.objects.all()],
        warehouse_id=warehouse_id,
    )
    if form.is_valid():
        with RefusalsOn(form):
            _ship(request, order, form=form)
            return back_to(order)
    context |= {"order": order, "form": form, "title": _("Ship %(number)s") % {"number": order.number}}
    context["holders"] = Warehouse.objects.filter(pk__in={pk for line in lines for pk in line.held})
    context["warehouse_id"] = warehouse_id
    return TemplateResponse(request, "admin/orders/ship.html", context)


def _choose_warehouse(request: HttpRequest, lines: list[ShippableLine]) -> int:
    asked = request.GET.get("warehouse", "")
    if asked.isdecimal() and len(asked) < len("9" * 18):
        return int(asked)
    held: dict[int, int] = {}
    for line in lines:
        for warehouse_id, quantity in line.held.items():
            held[warehouse_id] = held.get(warehouse_id, 0) + quantity
    return max(held, key=lambda pk: (held[pk], -pk), default=0)


def _ship(request: HttpRequest, order: Order, *, form: ShipForm) -> None:
    given = form.cleaned_data
    shipment = ship_order(
        order.pk,
        warehouse_id=given["warehouse"],
        carrier=given["carrier"],
        lines=form.list_parcel_lines(),
        actor=str(request.user),
        number=given["number"],
    )
    if shipment.tracking_number:
        messages.success(
            request, _("The parcel has the number %(number)s.") % {"number": shipment.tracking_number}
        )
    else:
        messages.warning(request, _("The parcel is packed. The carrier has not answered yet; we ask again."))


def cancel(request: HttpRequest, order: Order, *, context: dict[str, Any]) -> HttpResponse:
    """End an order of which nothing has left."""
    form = CancelForm(request.POST or None)
    if form.is_valid():
        with RefusalsOn(form):
            cancel_as_operator(order.pk, actor=str(request.user), note=form.cleaned_data["note"])
            messages.success(request, _("The order was cancelled; what was paid goes back."))
            return back_to(order)
    context |= {"order": order, "form": form, "title": _("Cancel %(number)s") % {"number": order.number}}
    return TemplateResponse(request, "admin/orders/cancel.html", context)


def resend(request: HttpRequest, order: Order) -> HttpResponse:
    """The confirmation once more, at most one in ten minutes."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        is_new = resend_confirmation(order.pk, actor=str(request.user))
    except DomainError as error:
        messages.error(request, str(error.message))
        return back_to(order)
    if is_new:
        messages.success(request, _("The confirmation is on its way to %(email)s.") % {"email": order.email})
    else:
        messages.warning(request, _("The confirmation was sent a moment ago. Try again in ten minutes."))
    return back_to(order)


def print_pick_list(request: HttpRequest) -> HttpResponse:
    """A page to print: one sheet per warehouse."""
    asked = [part for part in request.GET.get("ids", "").split(",") if part.isdecimal()][:MOST_PICKED]
    order_ids = [int(part) for part in asked if len(part) < len("9" * 18)]
    return render(request, "admin/orders/pick_list.html", {"sheets": list_pick_lists(order_ids)})
