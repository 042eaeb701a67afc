"""A discount for a way to pay: promised in the checkout, given when it is chosen, and held to at the till."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.test import Client

from catalog.models import Product
from orders.domain.errors import PaymentMethodNotOffered
from orders.models import Cart, Order, ShippingRate
from orders.queries.carts import get_cart_view
from orders.services.checkout import place_order, set_payment_method
from payments.domain.errors import OrderNotPayable
from payments.services.payments import start_payment
from shop.kernel.money import Money
from tests.factories.orders import make_article, make_ready_cart
from tests.factories.promotions import make_promotion

pytestmark = pytest.mark.django_db
BY_SANDBOX = {"kind": "payment_methods", "names": ["sandbox"]}


@pytest.fixture
def cart() -> Cart:
    make_promotion({"kind": "percent_off", "percent": "10"}, BY_SANDBOX, title_en="Pay by test card")
    return make_ready_cart((make_article("CUP", price="50.00"), 1))


def _open(client: Client, cart: Cart) -> str:
    client.cookies["cart"] = cart.token
    return client.get("/checkout/").content.decode()


def test_it_is_promised_and_not_given_before_the_choice(client: Client, cart: Cart) -> None:
    view = get_cart_view(cart)
    assert (view.discount, view.payment_method) == (Money.zero("EUR"), "")
    html = _open(client, cart)
    assert "Pay by Test card (sandbox) to get it." in html
    assert 'name="payment_method"' in html


def test_the_choice_gives_it_and_the_order_remembers_why(client: Client, cart: Cart) -> None:
    _open(client, cart)
    assert client.post("/checkout/payment/", {"payment_method": "sandbox"})["Location"] == "/checkout/"
    cart.refresh_from_db()
    assert get_cart_view(cart).discount == Money(Decimal("5.00"), "EUR")
    order = place_order(cart.pk, expected_total=None)
    assert (order.discount_amount, order.payment_method) == (Decimal("5.000"), "sandbox")


def test_it_can_be_left_to_the_till_again(client: Client, cart: Cart) -> None:
    set_payment_method(cart.pk, code="sandbox")
    _open(client, cart)
    client.post("/checkout/payment/", {"payment_method": ""})
    order = place_order(cart.pk, expected_total=None)
    assert (order.discount_amount, order.payment_method) == (Decimal(0), "")


def test_a_way_to_pay_that_is_not_offered_is_refused(client: Client, cart: Cart) -> None:
    with pytest.raises(PaymentMethodNotOffered):
        set_payment_method(cart.pk, code="gold-bars")
    _open(client, cart)
    response = client.post("/checkout/payment/", {"payment_method": "gold-bars"})
    assert (response.status_code, "This way to pay is not offered here." in response.content.decode()) == (
        409,
        True,
    )


def test_without_such_an_offer_the_choice_waits_for_the_till(client: Client) -> None:
    cart = make_ready_cart((make_article("CUP"), 1))
    set_payment_method(cart.pk, code="sandbox")
    assert 'name="payment_method"' not in _open(client, cart)
    assert place_order(cart.pk, expected_total=None).payment_method == ""


def test_the_reduced_order_is_paid_in_no_other_way(client: Client, cart: Cart) -> None:
    set_payment_method(cart.pk, code="sandbox")
    order = place_order(cart.pk, expected_total=None)
    Order.objects.filter(pk=order.pk).update(payment_method="stripe")
    html = client.get(f"/pay/{order.number}/", {"token": order.token}).content.decode()
    assert 'data-gateway="sandbox"' not in html
    assert "This order is reduced because it is paid by" in html


def test_the_payment_itself_refuses_another_way(cart: Cart) -> None:
    set_payment_method(cart.pk, code="sandbox")
    order = place_order(cart.pk, expected_total=None)
    Order.objects.filter(pk=order.pk).update(payment_method="stripe")
    with pytest.raises(OrderNotPayable, match="This order is reduced because it is paid by") as caught:
        start_payment(
            order.pk, gateway="sandbox", method_token="tok_ok", idempotency_key="k1", return_url="/"
        )
    assert caught.value.facts["reason"] == "other_method"
    assert not order.payments.exists()


def test_a_program_names_it_when_it_places_the_order(client: Client, cart: Cart) -> None:
    response = client.post(
        f"/api/v1/carts/{cart.token}/checkout/",
        json.dumps({"payment_method": "sandbox"}),
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="one",
    )
    assert response.status_code == 201, response.content
    assert Order.objects.get().discount_amount == Decimal("5.000")


@pytest.mark.parametrize(("is_by_list", "shipping"), [(False, "4.95"), (True, "0.00")])
def test_discounts_count_towards_free_delivery_as_the_operator_says(
    cart: Cart, *, is_by_list: bool, shipping: str
) -> None:
    ShippingRate.objects.update(free_from_amount=Decimal(50), is_free_by_list=is_by_list)
    assert get_cart_view(cart).shipping == Money.zero("EUR")
    set_payment_method(cart.pk, code="sandbox")
    cart.refresh_from_db()
    assert get_cart_view(cart).shipping == Money(Decimal(shipping), "EUR")


def test_a_line_keeps_what_the_article_was() -> None:
    cup, soup = make_article("CUP"), make_article("SOUP")
    Product.objects.filter(pk=soup.product_id).update(is_fresh=True, is_custom_made=True)
    order = place_order(make_ready_cart((cup, 1), (soup, 1)).pk, expected_total=None)
    Product.objects.filter(pk=soup.product_id).update(is_fresh=False)
    flags = order.lines.values_list("sku", "is_digital", "is_custom_made", "is_fresh")
    assert list(flags) == [("CUP", False, False, False), ("SOUP", False, True, True)]
