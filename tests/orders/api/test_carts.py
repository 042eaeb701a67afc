"""The store API from an empty cart to an order."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Price, Promotion
from inventory.queries.levels import list_available
from orders.models import Cart, CartLine, Order
from orders.services import checkout
from shop.accounts.models import User
from shop.kernel.clock import now
from tests.factories.orders import make_article, make_order, make_shipping, make_tax
from tests.factories.promotions import make_promotion
from tests.orders.statements import list_statements

pytestmark = pytest.mark.django_db

ADDRESS = {
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Jansen",
    "line1": "Keizersgracht 1",
    "city": "Amsterdam",
    "postal_code": "1015 CN",
    "country": "NL",
}
ROOT = "/api/v1/carts/"


class Api:
    """One caller's calls with JSON in and out."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        send = getattr(self.client, method)
        is_read = method == "get"
        data = "" if body is None else body
        arguments: dict[str, Any] = {} if is_read else {"data": data, "content_type": "application/json"}
        response = send(path, **arguments, headers=headers)
        return response.status_code, response.json()

    def open_cart(self, **body: str) -> str:
        status, cart = self.call("post", ROOT, body)
        assert status == 201
        return f"{ROOT}{cart['id']}/"

    def fill_cart(self, *lines: tuple[str, int]) -> str:
        cart = self.open_cart()
        for sku, quantity in lines:
            assert self.call("post", f"{cart}lines/", {"sku": sku, "quantity": quantity})[0] == 201
        assert self.call("put", f"{cart}address/", ADDRESS)[0] == 200
        assert self.call("put", f"{cart}shipping-method/", {"code": "standard"})[0] == 200
        return cart

    def check_out(self, cart: str, key: str = "key-1", body: object = None) -> tuple[int, Any]:
        return self.call("post", f"{cart}checkout/", body, **{"Idempotency-Key": key})


@pytest.fixture
def api(client: Client) -> Api:
    make_shipping(amount="4.95")
    return Api(client)


LINE = {
    "id": 0,
    "sku": "CUP",
    "variant_name": "Blue",
    "options": [{"name": "Colour", "value": "Blue"}],
    "quantity": 2,
    "available_quantity": 9,
    "seen_price": {"amount": "12.10", "currency": "EUR"},
    "unit_price": {"amount": "12.10", "currency": "EUR"},
    "compare_at_price": None,
    "subtotal": {"amount": "24.20", "currency": "EUR"},
    "discount": {"amount": "0.00", "currency": "EUR"},
    "discounts": [],
    "tax": {"amount": "0.00", "currency": "EUR"},
    "problems": [],
}
METHOD = {
    "code": "standard",
    "name": "Standard",
    "price": {"amount": "4.95", "currency": "EUR"},
    "promise": "2 to 4 working days",
}


def test_line_is_answered_with_all_that_a_program_shows(api: Api) -> None:
    cup = make_article("CUP", price="12.10", stock=9, options={"Colour": "Blue"})
    cart = api.open_cart(currency="EUR")
    status, body = api.call("post", f"{cart}lines/", {"sku": "CUP", "quantity": 2})
    assert status == 201
    assert body["lines"][0] | {"id": 0} == LINE | {"name": cup.product.name}
    assert (body["shipping"], body["tax"], body["address"]) == (None, None, None)


def test_whole_way_from_cart_to_order(api: Api) -> None:
    make_tax("NL", percent="21")
    cup = make_article("CUP", price="12.10", stock=9)
    cart = api.open_cart(currency="EUR")
    api.call("post", f"{cart}lines/", {"sku": "CUP", "quantity": 2})
    status, body = api.call("put", f"{cart}address/", ADDRESS)
    tax = {"amount": "4.20", "currency": "EUR"}
    assert (status, body["tax"], body["missing_steps"]) == (200, tax, ["shipping"])
    status, body = api.call("get", f"{cart}shipping-methods/")
    assert (status, body) == (200, {"results": [METHOD], "next": None, "previous": None})
    status, body = api.call("put", f"{cart}shipping-method/", {"code": "standard"})
    assert (status, body["shipping_method"], body["total"]["amount"]) == (200, METHOD, "29.15")
    status, order = api.check_out(cart)
    assert status == 201
    states = (order["status"], order["payment_status"], order["total"]["amount"])
    assert states == ("pending", "unpaid", "29.15")
    assert (order["lines"][0]["sku"], order["lines"][0]["tax"]["amount"]) == ("CUP", "4.20")
    assert len(order["token"]) == 27
    assert list_available([cup.pk]) == {cup.pk: 7}
    status, again = api.call("get", f"/api/v1/orders/{order['number']}/?token={order['token']}")
    assert (status, again) == (200, order)


def test_id_is_the_only_key(api: Api) -> None:
    cart = api.open_cart()
    assert len(cart.removeprefix(ROOT).rstrip("/")) == 27
    status, problem = api.call("get", f"{ROOT}{'x' * 27}/")
    assert (status, problem["code"]) == (404, "not_found")
    assert api.call("get", f"{ROOT}{Cart.objects.get().pk}/")[0] == 404


def test_currency_by_body_or_query(api: Api) -> None:
    assert api.call("post", ROOT, {"currency": "CNY"})[1]["currency"] == "CNY"
    assert api.call("post", f"{ROOT}?currency=USD", {})[1]["currency"] == "USD"
    assert api.call("post", ROOT, {"currency": "XXX"})[0] == 400


def test_more_than_is_left_answers_what_is_left(api: Api) -> None:
    make_article("CUP", stock=3)
    cart = api.open_cart()
    api.call("post", f"{cart}lines/", {"sku": "CUP", "quantity": 2})
    status, problem = api.call("post", f"{cart}lines/", {"sku": "CUP", "quantity": 2})
    assert (status, problem["code"], problem["available_quantity"]) == (409, "out_of_stock", 3)
    assert problem["errors"] == [
        {"field": "quantity", "code": "out_of_stock", "message": "Only 3 of this are left."}
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"sku": "CUP", "quantity": 0},
        {"sku": "CUP", "quantity": -1},
        {"sku": "CUP", "quantity": 1000},
        {"sku": "CUP", "quantity": 1.5},
        {"sku": "CUP", "quantity": 1, "price": "0.01"},
        {"sku": "CUP", "quantity": 1, "unit_price": {"amount": "0.01", "currency": "EUR"}},
        {"sku": "NOPE", "quantity": 1},
        {"sku": ["CUP"], "quantity": 1},
        {"quantity": 1},
        [],
    ],
)
def test_tampering_is_refused_and_changes_nothing(api: Api, body: object) -> None:
    make_article("CUP", price="10.00", stock=2000)
    cart = api.open_cart()
    assert api.call("post", f"{cart}lines/", body)[0] in {400, 404}
    assert not CartLine.objects.exists()


def test_line_is_changed_and_removed_but_not_in_another_cart(api: Api) -> None:
    make_article("CUP", price="10.00")
    cart, other = api.open_cart(), api.open_cart()
    line = api.call("post", f"{cart}lines/", {"sku": "CUP", "quantity": 1})[1]["lines"][0]["id"]
    status, body = api.call("patch", f"{cart}lines/{line}/", {"quantity": 4})
    assert (status, body["total"]["amount"]) == (200, "40.00")
    assert api.call("patch", f"{other}lines/{line}/", {"quantity": 1})[0] == 404
    assert api.call("delete", f"{other}lines/{line}/")[0] == 404
    status, body = api.call("delete", f"{cart}lines/{line}/")
    assert (status, body["lines"]) == (200, [])


def test_address_names_each_wrong_field(api: Api) -> None:
    cart = api.open_cart()
    status, problem = api.call("put", f"{cart}address/", ADDRESS | {"postal_code": "12", "phone": "1"})
    assert status == 400
    assert {error["field"] for error in problem["errors"]} == {"postal_code", "phone"}
    assert api.call("put", f"{cart}address/", ADDRESS | {"email": "nobody"})[0] == 400
    assert api.call("put", f"{cart}address/", ADDRESS | {"address_id": 1})[0] == 400


def test_delivery_that_is_not_offered_is_refused(api: Api) -> None:
    make_article("CUP")
    cart = api.open_cart()
    api.call("post", f"{cart}lines/", {"sku": "CUP", "quantity": 1})
    status, problem = api.call("put", f"{cart}shipping-method/", {"code": "teleport"})
    assert (status, problem["code"]) == (400, "invalid_shipping_method")


def test_checkout_needs_a_key_and_every_step(api: Api) -> None:
    make_article("CUP")
    cart = api.open_cart()
    assert api.call("post", f"{cart}checkout/")[1]["code"] == "idempotency_key_required"
    status, problem = api.check_out(cart)
    assert (status, problem["code"], problem["errors"][0]["field"]) == (400, "checkout_incomplete", "cart")


def test_same_key_same_order_another_body_is_refused(api: Api) -> None:
    make_article("CUP")
    cart = api.fill_cart(("CUP", 2))
    first = api.check_out(cart)
    assert api.check_out(cart) == first
    total = {"expected_total": {"amount": "1.00", "currency": "EUR"}}
    status, problem = api.check_out(cart, body=total)
    assert (status, problem["code"]) == (422, "idempotency_key_reused")
    assert api.check_out(cart, key="key-2")[1]["number"] == first[1]["number"]
    assert Order.objects.count() == 1


def test_changed_price_is_told_once_and_then_accepted(api: Api) -> None:
    make_article("CUP", price="10.00")
    cart = api.fill_cart(("CUP", 2))
    Price.objects.update(amount=Decimal("12.00"))
    status, problem = api.check_out(cart)
    assert (status, problem["code"]) == (409, "cart_changed")
    assert problem["lines"] == [
        {
            "line_id": CartLine.objects.get().pk,
            "sku": "CUP",
            "code": "price_changed",
            "message": "The price has changed since you added it.",
            "available_quantity": None,
            "old": {"amount": "10.00", "currency": "EUR"},
            "new": {"amount": "12.00", "currency": "EUR"},
        }
    ]
    status, order = api.check_out(cart)
    assert (status, order["total"]["amount"]) == (201, "28.95")


def test_expected_total_is_checked(api: Api) -> None:
    make_article("CUP", price="10.00")
    cart = api.fill_cart(("CUP", 1))
    wrong = {"expected_total": {"amount": "14.94", "currency": "EUR"}}
    status, problem = api.check_out(cart, body=wrong)
    assert (status, [line["code"] for line in problem["lines"]]) == (409, ["total_changed"]), problem
    right = {"expected_total": {"amount": "14.95", "currency": "EUR"}}
    assert api.check_out(cart, key="key-2", body=right)[0] == 201


def test_ended_offers_are_named_by_line_and_on_the_delivery(api: Api) -> None:
    for sku, price in (("CUP", "10.00"), ("BOWL", "1.00")):
        make_article(sku, price=price)
    target = {"include": ["sku:CUP"]}
    off = {"kind": "percent_off", "percent": "20", "target": target}
    make_promotion(off, promotion_class="product", title_en="Spring")
    free = {"kind": "free_shipping", "percent": "100", "methods": []}
    make_promotion(free, promotion_class="shipping", title_en="Post")
    path = api.fill_cart(("CUP", 2), ("BOWL", 1))
    cart = api.call("get", path)[1]
    assert cart["total"]["amount"] == "17.00"
    Promotion.objects.update(status="ended", updated_at=now() + timedelta(seconds=1))
    shown = {"expected_total": cart["total"], "shown_offers": cart["shown_offers"]}
    status, problem = api.check_out(path, body=shown)
    assert (status, problem["code"]) == (409, "cart_changed")
    assert [(one["line_id"], one["sku"], one["code"], one["message"]) for one in problem["lines"]] == [
        (cart["lines"][0]["id"], "CUP", "promotion_gone", "“Spring” has ended."),
        (None, "", "promotion_gone", "“Post” has ended."),
        (None, "", "total_changed", "The total has changed."),
    ]
    spring = problem["lines"][0]
    assert (spring["old"]["amount"], spring["new"]["amount"]) == ("16.00", "20.00")


def test_offers_that_the_shop_never_sealed_are_not_named(api: Api) -> None:
    make_article("CUP", price="10.00")
    path = api.fill_cart(("CUP", 1))
    assert api.call("get", path)[1]["shown_offers"] == ""
    wrong = {"expected_total": {"amount": "1.00", "currency": "EUR"}, "shown_offers": "forged:by-hand"}
    _status, problem = api.check_out(path, body=wrong)
    assert [line["code"] for line in problem["lines"]] == ["total_changed"]


def test_sold_out_meanwhile_is_told_by_line_and_nothing_is_lost(api: Api) -> None:
    cup = make_article("CUP", stock=1)
    cart = api.fill_cart(("CUP", 1))
    make_order((cup, 1))
    status, problem = api.check_out(cart)
    assert (status, problem["code"]) == (409, "out_of_stock")
    assert [(line["sku"], line["code"], line["available_quantity"]) for line in problem["lines"]] == [
        ("CUP", "sold_out", 0)
    ]
    assert [line["sku"] for line in api.call("get", cart)[1]["lines"]] == ["CUP"]


def test_placed_cart_is_read_but_not_changed(api: Api) -> None:
    make_article("CUP")
    cart = api.fill_cart(("CUP", 1))
    api.check_out(cart)
    assert api.call("get", cart)[1]["is_placed"] is True
    status, problem = api.call("post", f"{cart}lines/", {"sku": "CUP", "quantity": 1})
    assert (status, problem["code"]) == (409, "cart_already_placed")


def test_the_cart_that_a_user_has_taken_over_is_out_of_reach(api: Api) -> None:
    """Whoever knew the guest's cart by its token would read the user's address, or turn the parcel elsewhere."""
    make_article("MUG")
    cart = api.fill_cart(("MUG", 1))
    user = User.objects.create_user(email="ada@example.com", password="x")
    Cart.objects.update(user=user)
    calls = [("get", "", None), ("put", "address/", ADDRESS), ("post", "checkout/", {})]
    for method, path, body in calls:
        status, problem = api.call(method, f"{cart}{path}", body, **{"Idempotency-Key": "key-1"})
        assert (status, problem["code"]) == (404, "not_found"), path
    assert not Order.objects.exists()


CHECKOUT_STATEMENTS = 30
"""All five calls; each but the first has BEGIN and COMMIT besides, and the last asks for the promotions anew: 39."""


@pytest.mark.parametrize("lines", [1, 3])
def test_a_whole_checkout_keeps_to_its_statements(api: Api, lines: int) -> None:
    make_tax()
    articles = [make_article(options={"Size": "L"}).sku for _ in range(lines)]
    for number in range(2):  # the first one makes this process know the promotions and the menu
        with CaptureQueriesContext(connection) as captured:
            order = api.check_out(api.fill_cart(*((sku, 1) for sku in articles)), key=f"key-{number}")[1]
    assert len(order["lines"]) == lines
    assert len(list_statements(captured)) == CHECKOUT_STATEMENTS + (lines - 1) * STATEMENTS_OF_A_LINE


STATEMENTS_OF_A_LINE = 7


def test_what_was_just_placed_reads_as_it_does_later(api: Api, client: Client) -> None:
    make_tax()
    cart = api.fill_cart((make_article("CUP", options={"Size": "L"}).sku, 2))
    placed = api.check_out(cart)[1]
    later = client.get(f"/api/v1/orders/{placed['number']}/?token={placed['token']}").json()
    assert placed == later
    assert [entry["title"] for entry in placed["timeline"]] == ["Order placed"]


def test_a_taken_number_is_drawn_anew(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(["SAAA", "SAAA", "SBBB"])
    monkeypatch.setattr(checkout, "new_number", lambda _prefix: next(numbers))
    sku = make_article("CUP").sku
    drawn = [api.check_out(api.fill_cart((sku, 1)), key=f"key-{number}")[1]["number"] for number in range(2)]
    assert drawn == ["SAAA", "SBBB"]


def test_a_cart_that_is_not_there_is_404_at_every_step(api: Api) -> None:
    for cart in (f"{ROOT}no-such-cart/", f"{ROOT}{'x' * 27}/"):
        assert api.call("post", f"{cart}lines/", {"sku": "CUP", "quantity": 1})[0] == 404
        assert api.call("put", f"{cart}address/", ADDRESS)[0] == 404
        assert api.call("put", f"{cart}address/", ADDRESS | {"city": ""})[0] == 404
        assert api.call("put", f"{cart}shipping-method/", {"code": "standard"})[0] == 404
        assert api.check_out(cart)[0] == 404


def test_a_token_opens_no_cart_of_a_user(api: Api) -> None:
    sku = make_article("CUP").sku
    cart = api.fill_cart((sku, 1))
    Cart.objects.update(user=User.objects.create_user("ada@example.com"))
    assert api.call("post", f"{cart}lines/", {"sku": sku, "quantity": 1})[0] == 404
    assert api.call("put", f"{cart}address/", ADDRESS)[0] == 404
    assert api.call("put", f"{cart}shipping-method/", {"code": "standard"})[0] == 404
    assert CartLine.objects.get().quantity == 1
