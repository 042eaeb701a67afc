"""Whose cart a request means: the user's, or the one whose token the browser's cookie carries."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from orders.domain.carts import is_token
from orders.models import Cart
from orders.queries.carts import count_articles, find_open_cart, find_user_cart
from orders.services.carts import create_cart, merge_carts, set_currency
from orders.services.groups.carts import adopt_cart
from shop.web.currency import get_currency

COOKIE = "cart"
GROUP_COOKIE = "group_carts"
MOST_GROUP_CARTS = 5
COOKIE_SECONDS = int(timedelta(days=settings.CART_COOKIE_DAYS).total_seconds())


def get_user_id(request: HttpRequest) -> int | None:
    """Return the signed-in user's key."""
    return request.user.pk if request.user.is_authenticated else None


def find_cart(request: HttpRequest) -> Cart | None:
    """Return the open cart of this browser; what a guest gathered joins the user's cart at the first look after sign-in."""
    guest = find_open_cart(request.COOKIES.get(COOKIE, ""))
    if guest is not None and (guest.user_id is not None or guest.group_promotion_id is not None):
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
    if cart.user_id is None and not owns_group_cart(request, token):
        return None
    return adopt_cart(cart.pk, user_id=user_id) if user_id and cart.user_id is None else cart


def owns_group_cart(request: HttpRequest, token: str) -> bool:
    """Whether this browser made the cart: a link from a stranger would let him read, and change, what is typed into it."""
    return bool(token) and token in _list_group_carts(request)


def _list_group_carts(request: HttpRequest) -> list[str]:
    return request.COOKIES.get(GROUP_COOKIE, "").split(".")[:MOST_GROUP_CARTS]


def remember_group_cart(request: HttpRequest, response: HttpResponse, cart: Cart) -> HttpResponse:
    """Give a guest's browser the key to a cart that buys with a group, beside the few before it."""
    if cart.user_id is None:
        known = [cart.token, *filter(is_token, _list_group_carts(request))]
        _set_key(response, GROUP_COOKIE, ".".join(known[:MOST_GROUP_CARTS]))
    return response


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
    _set_key(response, COOKIE, cart.token)
    return response


def _set_key(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
