"""Whoever opened a page of the back office with a form finds the way back on it."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from shop.settings.environment import BASE_DIR
from tests.factories.orders import make_order

PAGES = BASE_DIR / "templates" / "admin"
BASES = ('{% extends "admin/base_site.html" %}', '{% extends "admin/form_page.html" %}')
WAYS = ("admin/_back.html", "Back to the ", "Leave it", "{% block back %}")
# Where the sidebar or a breadcrumb leads: pages to work on, of which the form is one part.
PLACES = {
    "catalog/price_batch.html",
    "catalog/price_suggestions.html",
    "catalog/search_explanation.html",
    "inventory/buying/morning.html",
}


def list_dead_ends() -> list[str]:
    found = []
    for path in sorted(PAGES.rglob("*.html")):
        text, name = path.read_text(), str(path.relative_to(PAGES))
        is_own_form = text.startswith(BASES[0]) and "<form" in text
        if (is_own_form or text.startswith(BASES[1])) and not any(way in text for way in WAYS):
            found.append(name)
    return found


def test_every_form_has_a_way_back() -> None:
    # Its way back is told by the view, for lots and cases alike.
    assert set(list_dead_ends()) == PLACES | {"inventory/reason.html"}


@pytest.mark.django_db
def test_the_way_leads_back_to_where_it_began(client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser(email="root@example.com", password="x"))
    order = make_order(is_paid=True)
    desk = f"/admin/orders/order/{order.pk}/change/"
    orders = f"/admin/orders/order/{order.pk}"
    ways = {
        f"{orders}/ship/": desk,
        f"{orders}/cancel/": desk,
        f"{orders}/hold/": desk,
        "/admin/inventory/purchaseorder/add/": "/admin/inventory/purchaseorder/",
        "/admin/partners/apikey/add/": "/admin/partners/apikey/",
        "/admin/catalog/pricebatch/add/": "/admin/catalog/pricebatch/",
    }
    for address, back in ways.items():
        page = client.get(address).content.decode()
        assert f'<a class="bo-button" href="{back}">Back</a>' in page, address
