"""Entering a discount code, and letting it go; from the cart's page or the checkout."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from orders.domain.errors import CartNotFound
from orders.forms import CouponForm
from orders.services import carts
from orders.services.coupon_tries import try_coupon
from orders.views.cart_access import find_cart
from orders.views.carts import answer_change
from shop.kernel.errors import DomainError
from shop.web.addresses import find_client_network
from shop.web.middleware import tell
from shop.web.posting import require_post_or_show


@require_post_or_show("orders:cart")
def add_coupon(request: HttpRequest) -> HttpResponse:
    """Keep a code with the cart, or say why it opens nothing."""
    form = CouponForm(request.POST)
    if not form.is_valid():
        return _answer(request, problem=str(form.errors["code"][0]))
    return _change(request, code=form.cleaned_data["code"], is_added=True)


@require_post_or_show("orders:cart")
def remove_coupon(request: HttpRequest) -> HttpResponse:
    """Forget a code; one that is gone already is no error."""
    return _change(request, code=request.POST.get("code", "")[:100], is_added=False)


def _change(request: HttpRequest, *, code: str, is_added: bool) -> HttpResponse:
    cart = find_cart(request)
    if cart is None:
        raise CartNotFound
    try:
        if is_added:
            try_coupon(cart.pk, code=code, address=find_client_network(request))
        else:
            carts.remove_coupon(cart.pk, code=code)
    except DomainError as error:
        return _answer(request, problem=str(error.message))
    return _answer(request)


def _answer(request: HttpRequest, *, problem: str = "") -> HttpResponse:
    if request.POST.get("back") == "checkout":
        if problem:
            tell(request, problem, level=messages.ERROR)
        return redirect("orders:checkout")
    cart = find_cart(request)
    if cart is None:
        raise CartNotFound
    return answer_change(request, cart, coupon_problem=problem)
