"""Buying together: what a product offers, the page of a group, opening and joining one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from orders.domain.groups import GroupNotFound
from orders.forms import GroupForm
from orders.models import Cart
from orders.queries.groups import find_group_offer, get_group, get_group_view
from orders.services.groups.carts import GroupShopper, join_group, open_group
from orders.views.cart_access import find_cart, get_user_id, remember_group_cart
from orders.views.links import build_group_checkout_url
from orders.views.parts import is_htmx
from shop.kernel.clock import now
from shop.kernel.errors import DomainError
from shop.web.currency import get_currency
from shop.web.middleware import tell
from shop.web.origin import same_origin_post


@never_cache
@require_GET
def show_offer(request: HttpRequest, slug: str) -> HttpResponse:
    """What people who buy a product together pay; a part of its page, or a page by itself."""
    sku = request.GET.get("variant", "")
    offer = find_group_offer(slug, currency=get_currency(request), now=now(), sku=sku)
    if is_htmx(request):
        return render(request, "orders/_group_offer.html", {"offer": offer})
    if offer is None:
        raise GroupNotFound
    return _hide(render(request, "orders/group_offer.html", {"offer": offer}))


@never_cache
@require_GET
def show_group(request: HttpRequest, token: str) -> HttpResponse:
    """How far a group is, and the way into it; htmx asks for the moving part."""
    view = get_group_view(get_group(token), currency=get_currency(request))
    link = request.build_absolute_uri(request.path)
    template = "orders/_group.html" if is_htmx(request) else "orders/group.html"
    answer = _hide(render(request, template, {"view": view, "link": link}))
    if is_htmx(request) and view.is_over:
        # The rest of the page still invites.
        answer["HX-Refresh"] = "true"
    return answer


def _hide(response: HttpResponse) -> HttpResponse:
    """An invitation is for those who were given it."""
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


@same_origin_post
@require_POST
def start_group(request: HttpRequest) -> HttpResponse:
    """Go to the checkout with a cart that opens a group; from a part of a cached page that can carry no token."""
    form = GroupForm(request.POST)
    if not form.is_valid():
        return _refuse(request, str(next(iter(form.errors.values()))[0]))
    try:
        cart = open_group(
            form.cleaned_data["promotion"] or 0,
            sku=form.cleaned_data["sku"],
            quantity=form.cleaned_data["quantity"] or 1,
            shopper=_name_shopper(request),
        )
    except DomainError as error:
        return _refuse(request, str(error.message))
    return _check_out(request, cart)


@require_POST
def enter_group(request: HttpRequest, token: str) -> HttpResponse:
    """Go to the checkout with a cart that joins the group."""
    group = get_group(token)
    form = GroupForm(request.POST)
    problem = "" if form.is_valid() else str(next(iter(form.errors.values()))[0])
    if not problem:
        sku, quantity = form.cleaned_data["sku"], form.cleaned_data["quantity"] or 1
        try:
            cart = join_group(group, sku=sku, quantity=quantity, shopper=_name_shopper(request))
            return _check_out(request, cart)
        except DomainError as error:
            problem = str(error.message)
    tell(request, problem, level=messages.ERROR)
    return redirect("orders:group", token)


def _name_shopper(request: HttpRequest) -> GroupShopper:
    return GroupShopper(
        currency=get_currency(request),
        language=get_language() or "",
        user_id=get_user_id(request),
        usual_cart=find_cart(request),
    )


def _check_out(request: HttpRequest, cart: Cart) -> HttpResponse:
    return remember_group_cart(request, redirect(build_group_checkout_url(cart)), cart)


def _refuse(request: HttpRequest, problem: str) -> HttpResponse:
    """Back to where the shopper came from, which is a page of ours."""
    tell(request, problem or _("This could not be done."), level=messages.ERROR)
    slug = request.POST.get("product", "")
    is_plain = bool(slug) and slug.replace("-", "").replace("_", "").isalnum()
    return redirect("catalog:product", slug) if is_plain else redirect("catalog:home")
