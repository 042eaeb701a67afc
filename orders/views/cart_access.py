"""Whose cart a request means: the user's, or the one whose token the browser's cookie carries."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from orders.models import Cart
from orders.queries.carts import count_articles, find_open_cart, find_user_cart
from orders.services.carts import create_cart, merge_carts, set_currency
from orders.services.groups.carts import adopt_cart
from shop.web.currency import get_currency

COOKIE = "cart"
COOKIE_SECONDS = int(timedelta(days=settings.CART_COOKIE_DAYS).total_seconds())


def get_user_id(request: HttpRequest) -> int | None:
    """Return the signed-in user's key."""
    return request.user.pk if request.user.is_authenticated else None


def find_cart(request: HttpRequest) -> Cart | None:
    """Return the open cart of this browser; what a guest gathered joins the user's cart at the first look after sign-in."""
    guest = find_open_cart(request.COOKIES.get(COOKIE, ""))
    if guest is not None and guest.user_id is not None:
        guest = None
    user_id = get_user_id(request)
    if user_id is None:
        return guest
    return merge_carts(guest.pk, user_id=user_id) if guest else find_user_cart(user_id)


def find_checkout_cart(request: HttpRequest) -> Cart | None:
    """Return the cart at the checkout: the one that buys with a group when the address holds its key, else the usual one."""
    token = request.GET.get("group", "")
    if not token:
        return find_cart(request)
    cart, user_id = find_open_cart(token), get_user_id(request)
    if cart is None or cart.group_promotion_id is None or cart.user_id not in {None, user_id}:
        return None
    return adopt_cart(cart.pk, user_id=user_id) if user_id and cart.user_id is None else cart


def find_cart_in_currency(request: HttpRequest) -> Cart | None:
    """Return the open cart, priced in the currency that the shopper has chosen meanwhile."""
    cart = find_cart(request)
    currency = get_currency(request)
    return set_currency(cart.pk, currency=currency) if cart and cart.currency != currency else cart


def ensure_cart(request: HttpRequest) -> Cart:
    """Return the open cart, or a new one."""
    return find_cart_in_currency(request) or create_cart(
        currency=get_currency(request), user_id=get_user_id(request), language=get_language() or ""
    )


def count_cart(request: HttpRequest) -> int:
    """Return how many articles the badge shows; what a guest gathered counts too until it is merged."""
    token = request.COOKIES.get(COOKIE, "")
    user_id = get_user_id(request)
    if user_id is not None and token:
        cart = find_cart(request)
        return count_articles(user_id=user_id) if cart else 0
    if user_id is not None:
        return count_articles(user_id=user_id)
    return count_articles(token=token) if token else 0


def remember_cart(request: HttpRequest, response: HttpResponse, cart: Cart | None) -> HttpResponse:
    """Give a guest's browser the key to the cart, out of reach of scripts; take it back once a user has the cart."""
    if cart is None or cart.user_id is not None:
        if COOKIE in request.COOKIES:
            response.delete_cookie(COOKIE, samesite="Lax")
        return response
    response.set_cookie(
        COOKIE,
        cart.token,
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
