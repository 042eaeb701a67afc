"""Parts that pages of other apps compose by address: bought together, for you."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from catalog.forms import read_ids
from catalog.queries.recommendations import list_for_you, list_going_with, list_owners, list_together
from shop.web.currency import get_currency
from shop.web.page_cache import public_page


@require_GET
@public_page
def together(request: HttpRequest) -> HttpResponse:
    """Show what was bought with ``?product=1`` or with a cart's ``?variant=7``; what goes with it while nothing is known."""
    products = read_ids(request.GET, "product") or list_owners(read_ids(request.GET, "variant"))
    currency, title = get_currency(request), _("Often bought together")
    cards = list_together(products, currency=currency)
    if not cards:
        cards, title = list_going_with(products, currency=currency), _("Goes well with it")
    context = {"cards": cards, "part_id": "together", "part_title": title}
    return render(request, "catalog/_recommendations.html", context)


@require_GET
@public_page
def for_you(request: HttpRequest) -> HttpResponse:
    """Show what fits to the products that this browser remembers: the server keeps nothing about who asks."""
    cards = list_for_you(read_ids(request.GET, "product"), currency=get_currency(request))
    context = {"cards": cards, "part_id": "for-you", "part_title": _("You may like")}
    return render(request, "catalog/_recommendations.html", context)
