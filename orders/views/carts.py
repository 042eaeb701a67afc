"""The cart's page, its badge, and every change to it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from orders.domain.errors import CartNotFound
from orders.forms import AddToCartForm, QuantityForm
from orders.models import Cart
from orders.queries.carts import get_cart_view
from orders.services import carts
from orders.views.cart_access import count_cart, ensure_cart, find_cart, find_cart_in_currency, remember_cart
from orders.views.parts import is_htmx
from shop.kernel.errors import DomainError
from shop.web.middleware import tell
from shop.web.origin import same_origin_post
from shop.web.posting import require_post_or_show

CONFLICT = 409


@never_cache
@require_GET
def show_cart(request: HttpRequest) -> HttpResponse:
    """Every line with its price now and what has changed since it was added."""
    cart = find_cart_in_currency(request)
    return remember_cart(request, _render_cart(request, cart), cart)


@never_cache
@require_GET
def show_cart_badge(request: HttpRequest) -> HttpResponse:
    """The number in the header, fetched by htmx because the page around it is the same for everybody."""
    return render(request, "orders/_cart_badge.html", {"quantity": count_cart(request)})


@same_origin_post
@require_post_or_show("orders:cart")
def add_to_cart(request: HttpRequest) -> HttpResponse:
    """Put an article into the cart, from a cached page that can carry no token."""
    form = AddToCartForm(request.POST)
    if not form.is_valid():
        return _answer_add(request, None, problem=str(next(iter(form.errors.values()))[0]))
    cart = ensure_cart(request)
    try:
        carts.add_line(cart.pk, sku=form.cleaned_data["sku"], quantity=form.cleaned_data["quantity"] or 1)
    except DomainError as error:
        return _answer_add(request, cart, problem=str(error.message))
    return _answer_add(request, cart)


def _answer_add(request: HttpRequest, cart: Cart | None, *, problem: str = "") -> HttpResponse:
    if is_htmx(request):
        response = render(
            request, "orders/_added.html", {"problem": problem}, status=CONFLICT if problem else 200
        )
        response["HX-Retarget"] = "#toasts"
        response["HX-Reswap"] = "beforeend"
        response["HX-Trigger"] = "cart-changed"
    else:
        tell(
            request,
            problem or _("Added to your cart."),
            level=messages.ERROR if problem else messages.SUCCESS,
        )
        response = redirect("orders:cart")
    return remember_cart(request, response, cart) if cart else response


@require_post_or_show("orders:cart")
def change_line(request: HttpRequest, line_id: int) -> HttpResponse:
    """Choose how many of a line."""
    cart = _get_cart(request)
    form = QuantityForm(request.POST)
    if not form.is_valid():
        return answer_change(request, cart, problem=str(form.errors["quantity"][0]))
    try:
        carts.set_line_quantity(cart.pk, line_id=line_id, quantity=form.cleaned_data["quantity"])
    except DomainError as error:
        return answer_change(request, cart, problem=str(error.message))
    return answer_change(request, cart)


@require_post_or_show("orders:cart")
def remove_line(request: HttpRequest, line_id: int) -> HttpResponse:
    """Take a line out; one that is gone already is no error."""
    cart = _get_cart(request)
    try:
        carts.remove_line(cart.pk, line_id=line_id)
    except DomainError as error:
        return answer_change(request, cart, problem=str(error.message))
    return answer_change(request, cart)


@require_post_or_show("orders:cart")
def accept_prices(request: HttpRequest) -> HttpResponse:
    """The shopper has seen the new prices, and the codes that ended, and goes on with them."""
    cart = _get_cart(request)
    view = get_cart_view(cart, has_delivery=False)
    carts.accept_prices(cart.pk, problems=(*view.changed_prices, *view.refused_coupons))
    return answer_change(request, cart)


def _get_cart(request: HttpRequest) -> Cart:
    cart = find_cart(request)
    if cart is None:
        raise CartNotFound
    return cart


def answer_change(
    request: HttpRequest, cart: Cart, *, problem: str = "", coupon_problem: str = ""
) -> HttpResponse:
    """The cart after a change: the page anew, or its part; what went wrong stands where it was asked for."""
    if not is_htmx(request):
        if problem or coupon_problem:
            tell(request, problem or coupon_problem, level=messages.ERROR)
        return redirect("orders:cart")
    response = _render_cart(request, cart, problem=problem, coupon_problem=coupon_problem)
    response["HX-Trigger"] = "cart-changed"
    return response


def _render_cart(
    request: HttpRequest, cart: Cart | None, *, problem: str = "", coupon_problem: str = ""
) -> HttpResponse:
    view = get_cart_view(cart, has_delivery=False) if cart else None
    template = "orders/_cart.html" if is_htmx(request) else "orders/cart.html"
    status = CONFLICT if problem or coupon_problem else 200
    facts = {"cart": view, "problem": problem, "coupon_problem": coupon_problem}
    return render(request, template, facts, status=status)
