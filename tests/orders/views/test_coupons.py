from unittest.mock import patch

import pytest
from django.test import Client
from pytest_django import Settings

from catalog.domain.promotions.errors import CouponRefused
from orders.models import Cart, Order
from orders.services import coupon_tries
from orders.services.carts import add_coupon
from orders.services.coupon_tries import try_coupon
from shop.kernel.errors import TooMany
from tests.factories.orders import make_article, make_order, make_ready_cart
from tests.factories.promotions import make_coupon, make_promotion

pytestmark = pytest.mark.django_db


@pytest.fixture
def shopper(client: Client) -> Client:
    cart = make_ready_cart((make_article("CUP", price="10.00"), 2))
    client.cookies["cart"] = cart.token
    return client


def text(page: object) -> str:
    return " ".join(page.content.decode().split())  # type: ignore[attr-defined]  # any response


def test_a_code_is_entered_shown_and_let_go_without_scripts(shopper: Client) -> None:
    make_coupon("TEN", promotion=make_promotion(needs_coupon=True, title_en="Ten per cent"))
    assert shopper.post("/cart/coupons/", {"code": "ten"}).headers["Location"] == "/cart/"
    page = text(shopper.get("/cart/"))
    assert "Ten per cent" in page
    assert "−€2.00" in page
    assert "Why this price?" in page
    assert "€18.00" in page
    shopper.post("/cart/coupons/remove/", {"code": "TEN"})
    assert Cart.objects.get().coupon_codes == []
    assert "−€2.00" not in text(shopper.get("/cart/"))


def test_a_wrong_code_is_told_beside_its_field(shopper: Client) -> None:
    answer = shopper.post("/cart/coupons/", {"code": "<b>x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "There is no such code." in answer.content.decode()
    assert shopper.post("/cart/coupons/", {"code": ""}, headers={"HX-Request": "true"}).status_code == 409
    page = shopper.post("/cart/coupons/", {"code": "x" * 41}, follow=True)
    assert "A code has 40 characters at most." in page.content.decode()


def test_a_code_entered_at_the_checkout_comes_back_there(shopper: Client) -> None:
    make_coupon("TEN")
    answer = shopper.post("/cart/coupons/", {"code": "TEN", "back": "checkout"})
    assert answer.headers["Location"] == "/checkout/"
    page = shopper.get("/checkout/")
    assert str(page.context["cart"].total) == "22.95 EUR"
    shopper.post("/checkout/place/", {"total": "22.95", "currency": "EUR"})
    assert str(Order.objects.get().total) == "22.95 EUR"


def test_an_offer_says_what_is_missing_and_hands_out_its_gift(shopper: Client) -> None:
    make_article("GIFT", price="5.00")
    gift = {"kind": "gift", "target": {"include": ["sku:GIFT"]}}
    make_promotion(gift, promotion_class="product", title_en="A free bowl")
    steps = [{"reached": {"EUR": "50"}, "amounts": {"EUR": "5"}}]
    make_promotion({"kind": "spend_steps", "steps": steps}, title_en="Spend and save")
    page = text(shopper.get("/cart/"))
    assert "Add €30.00 more to reach €50.00." in page
    assert '<input type="hidden" name="sku" value="GIFT">' in page
    shopper.post("/cart/add/", {"sku": "GIFT"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert "−€5.00" in text(shopper.get("/cart/"))


def test_without_a_cart_a_code_has_nowhere_to_go(client: Client) -> None:
    assert client.post("/cart/coupons/", {"code": "TEN"}).status_code == 404


def test_the_orders_page_and_back_office_explain_each_price(client: Client, admin_client: Client) -> None:
    make_promotion(title_en="Spring <sale>")
    make_promotion(
        {"kind": "percent_off", "percent": "5"}, {"kind": "tiers", "names": ["gold"]}, title_en="Gold"
    )
    order = make_order((make_article(price="10.00"), 1))
    page = text(client.get(f"/orders/{order.number}/?token={order.token}"))
    assert "Spring &lt;sale&gt;" in page
    assert "−€1.00" in page
    assert "Gold" not in page
    desk = text(admin_client.get(f"/admin/orders/order/{order.pk}/change/"))
    assert "Spring &lt;sale&gt;" in desk
    assert "For customers of another tier." in desk


def test_codes_cannot_be_guessed_for_long_not_even_in_another_cart(
    shopper: Client, settings: Settings
) -> None:
    settings.GUEST_RATES = {"coupon": "2/10m"}
    make_coupon("TEN", promotion=make_promotion(needs_coupon=True))
    for code in ("A", "B", "TEN"):
        shopper.post("/cart/coupons/", {"code": code})
    assert Cart.objects.get().coupon_codes == []
    other = make_ready_cart((make_article("MUG"), 1))
    shopper.cookies["cart"] = other.token
    part = shopper.post("/cart/coupons/", {"code": "TEN"}, headers={"HX-Request": "true"})
    assert "That was too often." in part.content.decode()
    body = {"code": "TEN"}
    url = f"/api/v1/carts/{other.token}/coupons/"
    answer = shopper.post(url, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    answer = shopper.post(url, body, content_type="application/json", REMOTE_ADDR="203.0.113.8")
    assert answer.status_code == 201


def test_right_codes_are_not_counted(shopper: Client, settings: Settings) -> None:
    settings.GUEST_RATES = {"coupon": "1/10m"}
    make_coupon("TEN", promotion=make_promotion(needs_coupon=True))
    for _ in range(3):
        shopper.post("/cart/coupons/", {"code": "TEN"})
    assert Cart.objects.get().coupon_codes == ["TEN"]


def test_of_many_wrong_codes_at_once_no_more_than_the_limit_are_answered(
    shopper: Client, settings: Settings
) -> None:
    """Each is counted before it is looked up: here the second comes in while the first is being looked up."""
    settings.GUEST_RATES = {"coupon": "1/10m"}
    cart, answered = Cart.objects.get(), list[str]()

    def look_up_while_another_comes(cart_id: int, *, code: str) -> Cart:
        answered.append(code)
        if code == "A":
            with pytest.raises(TooMany):
                try_coupon(cart_id, code="B", address="203.0.113.1")
        return add_coupon(cart_id, code=code)

    with patch.object(coupon_tries, "add_coupon", look_up_while_another_comes), pytest.raises(CouponRefused):
        try_coupon(cart.pk, code="A", address="203.0.113.1")
    assert answered == ["A"]
