"""What delivery of one article costs and when it comes, before there is a cart."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from orders.queries.delivery import list_estimates
from orders.queries.shipping import list_delivery_countries
from orders.views.parts import is_htmx
from shop.accounts.queries.countries import list_countries
from shop.web.currency import get_currency
from shop.web.page_cache import public_page


@public_page
def show_delivery(request: HttpRequest) -> HttpResponse:
    """Show the ways of delivery to a country; the part for htmx, a page for everybody else."""
    countries = list_countries(get_language() or "en", only=list_delivery_countries())
    codes = {code for code, _name in countries}
    asked = request.GET.get("country", "").upper()
    country = asked if asked in codes else settings.DEFAULT_COUNTRY
    sku = request.GET.get("sku", "")[:120].replace("\0", "")
    context = {
        "sku": sku,
        "country": country,
        "countries": countries,
        "estimates": list_estimates(sku, country=country, currency=get_currency(request)),
    }
    return render(request, "orders/_delivery.html" if is_htmx(request) else "orders/delivery.html", context)
