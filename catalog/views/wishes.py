"""The wish list: a guest's in a cookie, a customer's in the account, one page for both."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from catalog.domain.wishes import MOST_WISHES, read_cookie, write_cookie
from catalog.queries.cards import list_cards_by_ids
from catalog.queries.wishes import list_wish_ids
from catalog.services.wishes import add_wishes, remove_wish
from shop.web.currency import get_currency
from shop.web.origin import same_origin_post

COOKIE = "wishes"
COOKIE_SECONDS = 180 * 24 * 3600


def wishlist(request: HttpRequest) -> HttpResponse:
    """Show what somebody wished for."""
    ids = _collect(request)
    cards = list_cards_by_ids(ids, currency=get_currency(request))
    response = render(request, "catalog/wishlist.html", {"cards": cards, "here": "account"})
    return _remember(request, response, ids)


@require_POST
@same_origin_post
def change_wish(request: HttpRequest) -> HttpResponse:
    """Put a product on the list or take it off; htmx gets the heart, others the list."""
    text = request.POST.get("product", "")
    product_id = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0  # noqa: PLR2004 - within a bigint
    is_wished = request.POST.get("action") != "remove"
    ids = _change(request, _collect(request), product_id, is_wished=is_wished)
    context: dict[str, Any] = {"product_id": product_id, "is_wished": product_id in ids}
    if request.headers.get("HX-Request") == "true":
        response: HttpResponse = render(request, "catalog/_wish_button.html", context)
    else:
        response = HttpResponseRedirect(reverse("catalog:wishlist"))
    return _remember(request, response, ids)


def _collect(request: HttpRequest) -> tuple[int, ...]:
    """Return the list, newest first; what a guest wished for joins the account's list at the first look."""
    cookie = read_cookie(request.COOKIES.get(COOKIE, ""))
    if not request.user.is_authenticated:
        return () if cookie.is_reflection else cookie.product_ids
    user_id = request.user.pk
    if cookie.product_ids and not cookie.is_reflection:
        add_wishes(user_id, cookie.product_ids)
    return list_wish_ids(user_id)


def _change(
    request: HttpRequest, ids: tuple[int, ...], product_id: int, *, is_wished: bool
) -> tuple[int, ...]:
    if not request.user.is_authenticated:
        others = tuple(pk for pk in ids if pk != product_id)
        return (product_id, *others)[:MOST_WISHES] if is_wished and product_id else others
    user_id = request.user.pk
    if is_wished:
        add_wishes(user_id, [product_id])
    else:
        remove_wish(user_id, product_id)
    return list_wish_ids(user_id)


def _remember(request: HttpRequest, response: HttpResponse, ids: tuple[int, ...]) -> HttpResponse:
    """Write the cookie that the page's script paints hearts by: product numbers, readable by our script on purpose."""
    text = write_cookie(ids, is_reflection=request.user.is_authenticated)
    if request.COOKIES.get(COOKIE, "") != text:
        response.set_cookie(
            COOKIE,
            text,
            max_age=None if request.user.is_authenticated else COOKIE_SECONDS,
            secure=request.is_secure(),
            samesite="Lax",
        )
    return response
