"""The checkout: one page with its sections; each works by itself, with or without scripts."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRedirect

from catalog.domain.promotions.traces import Trace
from orders.domain.errors import AddressRefused, CartChanged
from orders.domain.lost_offers import list_lost_offers
from orders.domain.problems import CartProblem
from orders.domain.shown_offers import seal_offers
from orders.forms import (
    ContactForm,
    PaymentMethodForm,
    PlaceOrderForm,
    ShippingForm,
    tell_address_problems,
)
from orders.models import Cart, Order
from orders.queries.carts import find_placed_order, get_cart_view
from orders.services import carts, checkout
from orders.services.unpaid_orders import place_for_guest
from orders.views.cart_access import (
    COOKIE,
    find_cart_in_currency,
    find_checkout_cart,
    get_user_id,
    owns_group_cart,
    remember_cart,
)
from orders.views.links import build_group_query, build_pay_url
from orders.views.parts import is_htmx
from shop.accounts.domain.postal import PostalAddress
from shop.accounts.models import Address, User
from shop.accounts.queries.countries import get_country_name
from shop.accounts.services.addresses import keep_address
from shop.kernel.errors import DomainError
from shop.web.addresses import find_client_network
from shop.web.posting import require_post_or_show

UNPROCESSABLE = 422
CONFLICT = 409


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the page says beyond the state of the cart."""

    problem: str = ""
    changes: tuple[CartProblem, ...] = ()
    # The offers that were on the page from which the order was to be placed.
    shown_offers: Trace | None = None
    form: ContactForm | None = None
    status: int = 200
    facts: dict[str, Any] = field(default_factory=dict)


@never_cache
@require_GET
def show_checkout(request: HttpRequest) -> HttpResponse:
    """Contact and address, delivery, review."""
    is_group = bool(request.GET.get("group"))
    cart = find_checkout_cart(request) if is_group else find_cart_in_currency(request)
    if cart is None or not cart.lines.exists():
        return _go_to_placed(request) if is_group else redirect("orders:cart")
    checkout.start_checkout(cart.pk)
    response = _render_checkout(request, cart, Told())
    return response if is_group else remember_cart(request, response, cart)


@require_post_or_show("orders:checkout")
def save_address(request: HttpRequest) -> HttpResponse:
    """Keep who buys and where it goes; with `redraw`, only draw the fields of another country."""
    redrawn = ContactForm(initial=request.POST.dict()) if "redraw" in request.POST else None
    if redrawn is not None and is_htmx(request):
        return render(request, "orders/_address_fields.html", {"form": redrawn})
    cart = find_checkout_cart(request)
    if cart is None:
        return _go(request, "orders:cart")
    if redrawn is not None:
        return _render_checkout(request, cart, Told(form=redrawn))
    form = ContactForm(_read_address(request))
    if not form.is_valid():
        return _render_checkout(request, cart, Told(form=form, status=UNPROCESSABLE))
    try:
        checkout.set_address(cart.pk, email=form.cleaned_data["email"], address=form.postal_address)
    except AddressRefused as error:
        tell_address_problems(form, error)
        return _render_checkout(request, cart, Told(form=form, status=UNPROCESSABLE))
    problem = _keep_address(request, form.postal_address)
    told = Told(problem=problem, status=CONFLICT)
    return _render_checkout(request, cart, told) if problem else _go(request, "orders:checkout")


def _keep_address(request: HttpRequest, address: PostalAddress) -> str:
    """For the next order, when its owner is signed in and ticked that; why not, when it cannot be kept."""
    if "keep_address" in request.POST and isinstance(request.user, User):
        try:
            keep_address(request.user, address=checkout.tidy_address(address))
        except DomainError as error:
            return str(error.message)
    return ""


def _read_address(request: HttpRequest) -> dict[str, Any]:
    """What was typed, or a saved address that was picked: only ever one of the user's own."""
    typed = request.POST.dict()
    saved = _find_saved(request, typed.get("saved_address", ""))
    if saved is None:
        return typed
    values = {name: getattr(saved, name) for name in PostalAddress.field_names()}
    return values | {"email": typed.get("email") or _get_email(request)}


def _find_saved(request: HttpRequest, text: str) -> Address | None:
    user_id = get_user_id(request)
    if user_id is None or not (text.isascii() and text.isdigit()):
        return None
    return Address.objects.filter(user_id=user_id, pk=int(text[:18])).first()


def _get_email(request: HttpRequest) -> str:
    return request.user.email if isinstance(request.user, User) else ""


@require_post_or_show("orders:checkout")
def save_shipping(request: HttpRequest) -> HttpResponse:
    """Keep the chosen delivery."""
    cart = find_checkout_cart(request)
    form = ShippingForm(request.POST)
    if cart is None:
        return _go(request, "orders:cart")
    if not form.is_valid():
        return _go(request, "orders:checkout")
    try:
        checkout.set_shipping_method(cart.pk, code=form.cleaned_data["code"])
    except DomainError as error:
        return _render_checkout(request, cart, Told(problem=str(error.message), status=CONFLICT))
    return _go(request, "orders:checkout")


@require_post_or_show("orders:checkout")
def save_payment_method(request: HttpRequest) -> HttpResponse:
    """Keep how the shopper means to pay, where a promotion asks for it."""
    cart = find_checkout_cart(request)
    form = PaymentMethodForm(request.POST)
    if cart is None:
        return _go(request, "orders:cart")
    if not form.is_valid():
        return _go(request, "orders:checkout")
    try:
        checkout.set_payment_method(cart.pk, code=form.cleaned_data["payment_method"])
    except DomainError as error:
        return _render_checkout(request, cart, Told(problem=str(error.message), status=CONFLICT))
    return _go(request, "orders:checkout")


@require_post_or_show("orders:checkout")
def place_order(request: HttpRequest) -> HttpResponse:
    """Place the order for the total that was shown, and go to pay; pressed twice, it is one order."""
    cart = find_checkout_cart(request)
    if cart is None:
        return _go_to_placed(request)
    form = PlaceOrderForm(request.POST)
    if not form.is_valid():
        return _go(request, "orders:checkout")
    try:
        order = place_for_guest(
            cart, expected_total=form.expected_total, address=find_client_network(request)
        )
    except CartChanged as error:
        carts.accept_prices(cart.pk, problems=error.problems)
        told = Told(
            problem=str(error.message),
            changes=error.problems,
            shown_offers=form.shown_offers,
            status=CONFLICT,
        )
        return _render_checkout(request, cart, told)
    except DomainError as error:
        return _render_checkout(request, cart, Told(problem=str(error.message), status=CONFLICT))
    return _go_to_pay(request, order)


def _go_to_placed(request: HttpRequest) -> HttpResponse:
    """The first press has placed it, its answer was lost: the token in the browser still names the cart."""
    placed = _find_placed(request)
    return _go_to_pay(request, placed) if placed else _go(request, "orders:cart")


def _find_placed(request: HttpRequest) -> Order | None:
    asked = request.GET.get("group", "")
    placed = find_placed_order(asked or request.COOKIES.get(COOKIE, ""), user_id=get_user_id(request))
    if asked and placed is not None and placed.user_id is None and not owns_group_cart(request, asked):
        return None
    return placed


def _go_to_pay(request: HttpRequest, order: Order) -> HttpResponse:
    url = build_pay_url(order)
    return HttpResponseClientRedirect(url) if is_htmx(request) else redirect(url)


def _go(request: HttpRequest, name: str) -> HttpResponse:
    """After a change: a plain browser loads the page anew, htmx is given the page to pick its part from."""
    if is_htmx(request) and name != "orders:checkout":
        return HttpResponseClientRedirect(redirect(name).url)
    token = request.GET.get("group", "") if name == "orders:checkout" else ""
    return redirect(f"{reverse(name)}?{urlencode({'group': token})}" if token else name)


def _render_checkout(request: HttpRequest, cart: Cart, told: Told) -> HttpResponse:
    view = get_cart_view(cart)
    has_address = "address" not in view.missing_steps and "contact" not in view.missing_steps
    is_editing = told.form is not None or "edit" in request.GET or not has_address
    form = told.form or (ContactForm(initial=_load_initial(request, cart)) if is_editing else None)
    lost = list_lost_offers(told.shown_offers, view) if told.shown_offers else ()
    context = {
        "cart": view,
        "contact": cart,
        "cart_query": build_group_query(cart),
        "country_name": get_country_name(cart.country, get_language() or "en") if has_address else "",
        "has_address": has_address,
        "form": form if is_editing else None,
        "saved_addresses": _list_saved(request) if is_editing else [],
        "may_keep_address": is_editing and get_user_id(request) is not None,
        "problem": told.problem,
        "changes": (*lost, *told.changes),
        "sealed_offers": seal_offers(view.trace),
        "is_ready": not view.missing_steps and view.can_check_out and not is_editing,
    }
    return render(request, "orders/checkout.html", context, status=told.status)


def _list_saved(request: HttpRequest) -> list[Address]:
    user_id = get_user_id(request)
    return list(Address.objects.filter(user_id=user_id)) if user_id else []


def _load_initial(request: HttpRequest, cart: Cart) -> dict[str, object]:
    """What the cart has, else the user's first address, else the country of the language."""
    if cart.country:
        return {name: getattr(cart, name) for name in (*PostalAddress.field_names(), "email")}
    saved = next(iter(_list_saved(request)), None)
    if saved is not None:
        values = {name: getattr(saved, name) for name in PostalAddress.field_names()}
        return values | {"email": _get_email(request)}
    is_chinese = (get_language() or "").startswith("zh")
    return {
        "email": cart.email or _get_email(request),
        "country": "CN" if is_chinese else settings.DEFAULT_COUNTRY,
    }
