"""An order's page for who may see it, and the list in the account."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from orders.domain.errors import OrderNotFound
from orders.domain.outcomes import CancelReason
from orders.models import Order
from orders.queries.orders import get_order, get_order_view, list_user_orders
from orders.services.carts import refill_cart
from orders.services.groups.closing import leave_group
from orders.services.lifecycle import cancel_order as end_order
from orders.services.lifecycle import complete_order
from orders.views.cart_access import ensure_cart, get_user_id, remember_cart
from orders.views.links import build_order_url, build_pay_url
from orders.views.parts import is_htmx
from shop.accounts.queries.countries import get_country_name
from shop.web.middleware import tell
from shop.web.pages import get_page

PAGE_SIZE = 10
RECENT = 3


def _get_order(request: HttpRequest, number: str) -> Order:
    token = request.POST.get("token", "") or request.GET.get("token", "")
    return get_order(number, token=token, user_id=get_user_id(request))


def _go_to_order(request: HttpRequest, order: Order) -> HttpResponse:
    """Back to the page, with the key only for who came with it."""
    return redirect(
        build_order_url(order) if "token" in request.POST else redirect("orders:order", order.number).url
    )


@never_cache
@require_GET
def show_order(request: HttpRequest, number: str) -> HttpResponse:
    """Confirmation and tracking page; htmx asks for its moving part while something can still happen."""
    order = _get_order(request, number)
    token = request.GET.get("token", "")
    context = {
        "view": get_order_view(order),
        "order": order,
        "token": token,
        "pay_url": build_pay_url(order),
        "country_name": get_country_name(order.country, get_language() or "en"),
    }
    response = render(request, "orders/_order.html" if is_htmx(request) else "orders/order.html", context)
    # The address carries the key: it must not leave with a click to another site.
    response["Referrer-Policy"] = "same-origin"
    return response


@require_POST
def order_again(request: HttpRequest, number: str) -> HttpResponse:
    """Put everything back into the cart."""
    order = _get_order(request, number)
    cart = ensure_cart(request)
    refill_cart(cart.pk, order_id=order.pk)
    tell(request, _("Everything is in your cart again, at today's prices."))
    return remember_cart(request, redirect("orders:cart"), cart)


@require_POST
def cancel_order(request: HttpRequest, number: str) -> HttpResponse:
    """The shopper ends an order that is not paid."""
    order = _get_order(request, number)
    view = get_order_view(order)
    if view.is_leavable:
        leave_group(order.pk, actor="customer")
        tell(request, _("You have left the group. All of your money goes back to the way you paid."))
    elif not view.is_cancellable:
        tell(request, _("This order can no longer be cancelled here. Please write to us."))
    else:
        end_order(order.pk, reason=CancelReason.CUSTOMER, actor="customer")
    return _go_to_order(request, order)


@require_POST
def confirm_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The shopper says that all has arrived."""
    order = _get_order(request, number)
    complete_order(order.pk, actor="customer")
    tell(request, _("Thank you. Enjoy it!"))
    return _go_to_order(request, order)


def _get_own_id(request: HttpRequest) -> int:
    user_id = get_user_id(request)
    if user_id is None:
        raise OrderNotFound
    return user_id


@never_cache
@login_required
@require_GET
def list_orders(request: HttpRequest) -> HttpResponse:
    """The user's orders, newest first."""
    page = get_page(request, list_user_orders(_get_own_id(request)), size=PAGE_SIZE)
    return render(request, "orders/account_orders.html", {"page": page})


@never_cache
@login_required
@require_GET
def list_recent_orders(request: HttpRequest) -> HttpResponse:
    """The last few orders, a part of the account's page."""
    orders = list_user_orders(_get_own_id(request))[:RECENT]
    return render(request, "orders/_order_list.html", {"orders": orders})
