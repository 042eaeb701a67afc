"""What the desk changes about an order beside packing it: hold, let go, take articles out, send it elsewhere."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from orders.admin.forms import CancelLinesForm, HoldForm, OrderAddressForm
from orders.domain.errors import AddressRefused
from orders.domain.states import FulfilmentStatus, HoldReason, OrderStatus, PaymentStatus
from orders.models import Order, OrderLine
from orders.queries.line_returns import list_line_returns
from orders.services.addresses import change_address as send_elsewhere
from orders.services.holds import HELD, hold_order, release_order
from orders.services.order_lines import cancel_lines as take_lines_out
from shop.kernel.errors import DomainError

BEFORE_SHIPPING = {FulfilmentStatus.UNFULFILLED, FulfilmentStatus.ALLOCATED}


def list_offered(request: HttpRequest, order: Order, *, lines: list[OrderLine]) -> dict[str, Any]:
    """What this operator may change about this order now, for its page."""
    has = request.user.has_perm
    is_open = order.status in {OrderStatus.PENDING, OrderStatus.CONFIRMED}
    is_here = is_open and order.fulfilment_status in BEFORE_SHIPPING
    open_lines = [line for line in lines if line.open_quantity]
    has_left = order.fulfilment_status not in BEFORE_SHIPPING
    is_ours = order.hold_reason == HoldReason.OPERATOR
    is_paid = order.status == OrderStatus.CONFIRMED and order.hold_reason != HoldReason.GROUP
    return {
        "can_hold": has("orders.hold_order") and is_here and not order.hold_reason,
        "can_let_go": has("orders.hold_order") and is_ours,
        "can_cancel_lines": has("orders.cancel_order")
        and is_paid
        and len(open_lines) > (0 if has_left else 1),
        "can_change_address": has("orders.change_address") and is_here and bool(order.line1),
        "is_to_cancel": order.status == OrderStatus.CONFIRMED
        and order.payment_status == PaymentStatus.REFUNDED
        and bool(open_lines),
        "hold_note": _find_hold_note(order) if is_ours else "",
    }


def _find_hold_note(order: Order) -> str:
    row = order.events.filter(kind=HELD).order_by("-pk").first()
    return str(row.facts.get("reason", "")) if row else ""


def hold(request: HttpRequest, order: Order, *, context: dict[str, Any]) -> HttpResponse:
    """Keep it from being packed, with a reason."""
    form = HoldForm(request.POST or None)
    if form.is_valid() and _hold(request, order, form=form):
        return _back_to(order)
    context |= {"order": order, "form": form, "title": _("Hold %(number)s back") % {"number": order.number}}
    return TemplateResponse(request, "admin/orders/hold.html", context)


def _hold(request: HttpRequest, order: Order, *, form: HoldForm) -> bool:
    try:
        hold_order(order.pk, reason=form.cleaned_data["reason"], actor=str(request.user))
    except DomainError as error:
        form.add_error(None, str(error.message))
        return False
    messages.success(request, _("The order waits until somebody lets it go."))
    return True


def let_go(request: HttpRequest, order: Order) -> HttpResponse:
    """Back to packing; nothing to ask, for it can be held again."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        release_order(order.pk, actor=str(request.user))
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The order can be packed now."))
    return _back_to(order)


def cancel_lines(request: HttpRequest, order: Order, *, context: dict[str, Any]) -> HttpResponse:
    """Take articles out, after a look at what goes back."""
    open_lines = [line for line in order.lines.select_related("order") if line.open_quantity]
    returns = list_line_returns(order, open_lines)
    form = CancelLinesForm(request.POST or None, lines=[(line, returns[line.pk]) for line in open_lines])
    if form.is_valid() and _cancel_lines(request, order, form=form):
        return _back_to(order)
    title = _("Cancel articles of %(number)s") % {"number": order.number}
    context |= {"order": order, "form": form, "title": title}
    return TemplateResponse(request, "admin/orders/cancel_lines.html", context)


def _cancel_lines(request: HttpRequest, order: Order, *, form: CancelLinesForm) -> bool:
    given = form.cleaned_data
    try:
        take_lines_out(order.pk, line_ids=given["lines"], actor=str(request.user), note=given["note"])
    except DomainError as error:
        form.add_error(None, str(error.message))
        return False
    messages.success(request, _("The articles were taken out; what was paid for them goes back."))
    return True


def change_address(request: HttpRequest, order: Order, *, context: dict[str, Any]) -> HttpResponse:
    """Send it elsewhere in the same country."""
    initial = {name: getattr(order.postal_address, name) for name in order.postal_address.field_names()}
    form = OrderAddressForm(request.POST or None, initial=initial, countries=(order.country,))
    if form.is_valid() and _change_address(request, order, form=form):
        return _back_to(order)
    title = _("Change where %(number)s goes") % {"number": order.number}
    context |= {"order": order, "form": form, "title": title}
    return TemplateResponse(request, "admin/orders/change_address.html", context)


def _change_address(request: HttpRequest, order: Order, *, form: OrderAddressForm) -> bool:
    try:
        send_elsewhere(order.pk, address=form.postal_address, actor=str(request.user))
    except AddressRefused as error:
        for name, message in error.problems.items():
            form.add_error(name if name in form.fields else None, forms.ValidationError(message))
        return False
    except DomainError as error:
        form.add_error(None, str(error.message))
        return False
    messages.success(request, _("The order goes to the new address; the shopper gets a mail."))
    return True


def _back_to(order: Order) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))
