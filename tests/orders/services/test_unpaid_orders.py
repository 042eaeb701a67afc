"""One guest cannot hold all the stock by orders that are never paid."""

import pytest
from django.test import Client, TestCase
from pytest_django import Settings

from orders.models import Order
from orders.services.lifecycle import mark_paid
from orders.services.unpaid_orders import place_for_guest
from shop.kernel.errors import TooMany
from shop.partners.services.keys import create_key
from tests.factories.orders import make_article, make_ready_cart

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limit(settings: Settings) -> None:
    settings.ORDER_MOST_UNPAID = 2


def place(email: str, address: str) -> Order:
    cart = make_ready_cart((make_article(), 1), email=email)
    with TestCase.captureOnCommitCallbacks(execute=True):
        return place_for_guest(cart, expected_total=None, address=address)


def test_unpaid_orders_of_one_mail_address_have_a_limit() -> None:
    first = place("ada@example.com", "203.0.113.1")
    place("Ada@example.com", "203.0.113.2")
    with pytest.raises(TooMany):
        place("ada@example.com", "203.0.113.3")
    mark_paid(first.pk, amount=first.total, reference="pay_1")
    assert place("ada@example.com", "203.0.113.3").pk


def test_unpaid_orders_of_one_network_address_have_a_limit() -> None:
    first = place("a@example.com", "203.0.113.1")
    place("b@example.com", "203.0.113.1")
    with pytest.raises(TooMany):
        place("c@example.com", "203.0.113.1")
    assert place("c@example.com", "203.0.113.2").pk
    mark_paid(first.pk, amount=first.total, reference="pay_1")
    assert place("d@example.com", "203.0.113.1").pk


def test_a_second_press_is_still_the_same_order() -> None:
    cart = make_ready_cart((make_article(), 1))
    first = place_for_guest(cart, expected_total=None, address="203.0.113.1")
    place("ada@example.com", "203.0.113.1")
    cart.refresh_from_db()
    assert place_for_guest(cart, expected_total=None, address="203.0.113.1") == first


def test_page_and_api_both_ask_but_for_a_partners_server(client: Client) -> None:
    for name in "ab":
        place(f"{name}@example.com", "127.0.0.1")
    cart = make_ready_cart((make_article(), 1), email="c@example.com")
    client.cookies["cart"] = cart.token
    page = client.post("/checkout/place/", {"total": "1", "currency": "EUR"})
    assert "too many unpaid orders" in page.content.decode()
    answer = client.post(
        f"/api/v1/carts/{cart.token}/checkout/",
        {},
        content_type="application/json",
        headers={"Idempotency-Key": "k-1"},
    )
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    _key, text = create_key("storefront", scopes=["orders:read"])
    partner = client.post(
        f"/api/v1/carts/{cart.token}/checkout/",
        {},
        content_type="application/json",
        headers={"Idempotency-Key": "k-2", "Authorization": f"Bearer {text}"},
    )
    assert partner.status_code == 201
    assert Order.objects.count() == 3
