"""What the desk changes about an order beside packing it: hold, let go, take articles out, send it elsewhere."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from orders.admin.forms import CancelLinesForm, HoldForm, OrderAddressForm
from orders.admin.pages import back_to
from orders.domain.errors import AddressRefused
from orders.forms import tell_address_problems
from orders.models import Order
from orders.queries.line_returns import list_line_returns
from orders.queries.payment_parts import get_returned
from orders.services.addresses import change_address as send_elsewhere
from orders.services.holds import hold_order, release_order
from orders.services.order_lines import cancel_lines as take_lines_out
from shop.kernel.back_office import RefusalsOn
from shop.kernel.errors import DomainError


def hold(request: HttpRequest, order: Order, *, context: dict[str, Any]) -> HttpResponse:
    """Keep it from being packed, with a reason."""
    form = HoldForm(request.POST or None)
    if form.is_valid():
        with RefusalsOn(form):
            hold_order(order.pk, reason=form.cleaned_data["reason"], actor=str(request.user))
            messages.success(request, _("The order waits until somebody lets it go."))
            return back_to(order)
    context |= {"order": order, "form": form, "title": _("Hold %(number)s back") % {"number": order.number}}
    return TemplateResponse(request, "admin/orders/hold.html", context)


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
    return back_to(order)


def cancel_lines(request: HttpRequest, order: Order, *, context: dict[str, Any]) -> HttpResponse:
    """Take articles out, after a look at what goes back."""
    open_lines = [line for line in order.lines.select_related("order") if line.open_quantity]
    returns = list_line_returns(order, open_lines)
    form = CancelLinesForm(request.POST or None, lines=[(line, returns[line.pk]) for line in open_lines])
    if form.is_valid():
        with RefusalsOn(form):
            take_lines_out(
                order.pk,
                line_ids=form.cleaned_data["lines"],
                actor=str(request.user),
                note=form.cleaned_data["note"],
            )
            messages.success(request, _("The articles were taken out; what was paid for them goes back."))
            return back_to(order)
    title = _("Cancel articles of %(number)s") % {"number": order.number}
    context |= {"order": order, "form": form, "title": title, "returned": get_returned(order)}
    return TemplateResponse(request, "admin/orders/cancel_lines.html", context)


def change_address(request: HttpRequest, order: Order, *, context: dict[str, Any]) -> HttpResponse:
    """Send it elsewhere in the same country."""
    initial = {name: getattr(order.postal_address, name) for name in order.postal_address.field_names()}
    form = OrderAddressForm(request.POST or None, initial=initial, countries=(order.country,))
    if form.is_valid():
        with RefusalsOn(form):
            try:
                send_elsewhere(order.pk, address=form.postal_address, actor=str(request.user))
            except AddressRefused as error:
                tell_address_problems(form, error)
            else:
                messages.success(request, _("The order goes to the new address; the shopper gets a mail."))
                return back_to(order)
    title = _("Change where %(number)s goes") % {"number": order.number}
    context |= {"order": order, "form": form, "title": title}
    return TemplateResponse(request, "admin/orders/change_address.html", context)
