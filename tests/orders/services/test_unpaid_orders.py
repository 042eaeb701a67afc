"""One guest cannot hold all the stock by orders that are never paid."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from orders.domain.errors import CartOutOfStock
from orders.models import Cart, Order
from orders.services import checkout, unpaid_orders
from orders.services.lifecycle import mark_paid
from orders.services.unpaid_orders import place_for_guest
from shop.kernel.errors import TooMany
from shop.kernel.transactions import is_in_transaction
from shop.kernel.valkey import Valkey
from shop.partners.services.keys import create_key
from tests.factories.orders import make_article, make_ready_cart, make_shipping
from tests.factories.promotions import make_coupon, make_promotion
from tests.factories.rivals import Meeting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limit(settings: Settings) -> None:
    settings.ORDER_MOST_UNPAID = 2


def place(email: str, address: str) -> Order:
    cart = make_ready_cart((make_article(), 1), email=email)
    return place_for_guest(cart, expected_total=None, address=address)


def call(client: Client, cart: Cart, path: str, body: dict[str, str]) -> HttpResponse:
    return client.post(
        f"/api/v1/carts/{cart.token}/{path}",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": "k-1"},
    )


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


def test_what_could_not_be_placed_takes_no_place_in_the_row(settings: Settings) -> None:
    cup = make_article("CUP", stock=1)
    full = [make_ready_cart((cup, 1), email=f"{name}@example.com") for name in "abcd"]
    place_for_guest(full[0], expected_total=None, address="203.0.113.1")
    for cart in full[1:]:
        with pytest.raises(CartOutOfStock):
            place_for_guest(cart, expected_total=None, address="203.0.113.1")
    assert place("e@example.com", "203.0.113.1").pk


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0"])
def test_without_valkey_each_process_counts_by_itself(settings: Settings, url: str) -> None:
    settings.REDIS_URL = url
    place("a@example.com", "203.0.113.1")
    place("b@example.com", "203.0.113.1")
    with pytest.raises(TooMany):
        place("c@example.com", "203.0.113.1")


def test_the_api_asks_valkey_outside_its_transaction(client: Client) -> None:
    inside: list[bool] = []

    def ask(valkey: Valkey, *words: str | int) -> object:
        inside.append(is_in_transaction())
        return ask_valkey(valkey, *words)

    ask_valkey = Valkey.ask
    cart = make_ready_cart((make_article(), 1))
    make_coupon("TEN", promotion=make_promotion(needs_coupon=True))
    with patch.object(Valkey, "ask", ask):
        for path, body in (("coupons/", {"code": "TEN"}), ("checkout/", {})):
            assert call(client, cart, path, body).status_code == 201
    assert set(inside) == {False}


def test_the_same_key_takes_one_place_in_the_row(client: Client) -> None:
    cart = make_ready_cart((make_article(), 1), email="a@example.com")
    first = call(client, cart, "checkout/", {})
    again = call(client, cart, "checkout/", {})
    assert (again.json()["number"], again["Idempotent-Replayed"]) == (first.json()["number"], "true")
    # Another body under the key is refused; the order that was placed keeps its place in the row all the same.
    refused = call(client, cart, "checkout/", {"payment_method": "card"})
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    place("b@example.com", "127.0.0.1")
    with pytest.raises(TooMany):
        place("c@example.com", "127.0.0.1")


def test_a_rival_that_read_the_cart_before_it_was_placed_gets_its_order(settings: Settings) -> None:
    settings.ORDER_MOST_UNPAID = 1
    cart = make_ready_cart((make_article(), 1))
    rival = Cart.objects.get(pk=cart.pk)
    first = place_for_guest(cart, expected_total=None, address="203.0.113.1")
    assert place_for_guest(rival, expected_total=None, address="203.0.113.1") == first
    with pytest.raises(TooMany):
        place("ada@example.com", "203.0.113.2")


RIVALS = 4


def place_at_once(mail: Callable[[int], str], address: Callable[[int], str]) -> list[bool]:
    """Rivals on connections of their own, each with a cart and goods of its own; who got an order."""
    make_shipping()
    carts = [make_ready_cart((make_article(), 1), email=mail(number)) for number in range(RIVALS)]

    def run(number: int) -> bool:
        try:
            cart = Cart.objects.get(pk=carts[number].pk)
            return bool(place_for_guest(cart, expected_total=None, address=address(number)))
        except TooMany:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(run, range(RIVALS)))


def of_one_mail() -> list[bool]:
    return place_at_once(lambda _number: "ada@example.com", lambda number: f"203.0.113.{number}")


def of_one_place() -> list[bool]:
    return place_at_once(lambda number: f"{number}@example.com", lambda _number: "203.0.113.1")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [of_one_mail, of_one_place])
def test_of_rivals_at_once_no_more_than_the_limit_get_an_order(act: Callable[[], list[bool]]) -> None:
    assert act().count(True) == 2


@pytest.mark.django_db(transaction=True)
def test_twin_without_the_lock_all_rivals_of_one_mail_address_get_one() -> None:
    def pass_by(_email: str) -> None:
        """No lock."""

    meeting = Meeting(RIVALS)
    placing = meeting.before(checkout.place_order)
    with (
        patch.object(unpaid_orders, "lock_hands", pass_by),
        patch.object(unpaid_orders, "place_order", placing),
    ):
        assert of_one_mail() == [True] * RIVALS


@pytest.mark.django_db(transaction=True)
def test_twin_without_the_row_all_rivals_of_one_network_address_get_one() -> None:
    def know_nobody(_row: str, _cart_id: int) -> list[int]:
        return []

    with patch.object(unpaid_orders, "_join_row", know_nobody):
        assert of_one_place() == [True] * RIVALS
