"""Word for word what partners were promised: calls, fields, statuses and errors, over the whole way of an order."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from catalog.models import Price
from payments.models import SandboxIntent
from shop.partners.services.keys import create_key
from tests.api.caller import ADDRESS, Caller
from tests.factories.catalog import make_category, make_image, make_product, make_variant
from tests.factories.orders import make_article, make_shipping, make_tax

pytestmark = pytest.mark.django_db
MONEY = re.compile(r"^-?\d+\.\d{2}$")
UTC = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


@pytest.fixture
def api() -> Caller:
    make_shipping(amount="4.95")
    return Caller()


def check_values(value: Any, name: str = "") -> None:
    """Money is a text with its currency's decimals, instants are UTC, everywhere in an answer."""
    if isinstance(value, dict):
        if "amount" in value and "currency" in value and len(value) == 2:
            assert MONEY.match(value["amount"]), (name, value)
        for inner_name, inner in value.items():
            check_values(inner, inner_name)
    elif isinstance(value, list):
        for inner in value:
            check_values(inner, name)
    elif isinstance(value, str) and (name == "at" or name.endswith("_at")):
        assert UTC.match(value), (name, value)


def test_products_and_categories_have_the_promised_fields(api: Caller) -> None:
    product = make_product("Mug", chinese="马克杯", slug="mug", category=make_category("kitchen/cups"))
    make_variant(product=product, sku="MUG", price="19.90", available=400, options={"Colour|颜色": "Sage|绿"})
    make_image(product)
    (card,) = api.get("products/?search=mug&category=cups&page_size=1&ordering=price")["results"]
    assert set(card) == {
        "slug", "name", "url", "image", "price", "compare_at_price", "in_stock", "rating",
    }  # fmt: skip
    detail = api.get("products/mug/")
    assert {"slug", "name", "variants", "media", "category_path"} <= set(detail)
    (variant,) = detail["variants"]
    assert {"sku", "name", "options", "price", "in_stock", "available_quantity"} <= set(variant)
    assert variant["available_quantity"] == 50
    assert [node["slug"] for node in api.get("categories/")["results"][0]["children"]] == ["cups"]
    assert Caller(language="zh-CN,zh;q=0.9").get("products/mug/")["name"] == "马克杯"


def test_language_is_chosen_anew_by_each_call(api: Caller) -> None:
    make_variant(product=make_product("Mug", chinese="马克杯", slug="mug"))
    chinese = Caller(language="zh-Hans")
    assert [chinese.get("products/mug/")["name"], api.get("products/mug/")["name"]] == ["马克杯", "Mug"]
    response = chinese.send("get", "products/mug/")
    assert (response["Content-Language"], "Accept-Language" in response["Vary"]) == ("zh-hans", True)


def test_currency_is_chosen_by_the_query(api: Caller) -> None:
    make_variant(product=make_product(slug="mug"), prices={"EUR": "19.90", "CNY": "150"})
    assert api.get("products/mug/?currency=CNY")["price"] == {"amount": "150.00", "currency": "CNY"}
    assert api.post("carts/?currency=CNY", {})["currency"] == "CNY"
    assert api.post("carts/?currency=CNY", {"currency": "USD"})["currency"] == "USD"
    for path in ("products/?currency=XXX", "products/mug/?currency=eur", "products/?currency="):
        assert api.get(path, 400)["errors"][0]["field"] == "currency"


def test_the_whole_way_of_an_order(api: Caller) -> None:
    make_tax("NL")
    make_article("MUG", price="12.10", stock=9)
    cart = api.open_cart(currency="EUR")
    assert len(cart) > len("carts//") + 22
    line = api.post(f"{cart}lines/", {"sku": "MUG", "quantity": 2})["lines"][0]
    assert api.post(f"{cart}lines/", {"sku": "MUG", "quantity": 1})["lines"][0]["quantity"] == 3
    assert api.patch(f"{cart}lines/{line['id']}/", {"quantity": 2})["lines"][0]["quantity"] == 2
    taxed = api.put(f"{cart}address/", ADDRESS)
    assert taxed["tax"] == {"amount": "4.20", "currency": "EUR"}
    (method,) = api.get(f"{cart}shipping-methods/")["results"]
    assert set(method) == {"code", "name", "price", "promise"}
    final = api.put(f"{cart}shipping-method/", {"code": method["code"]})
    assert (final["total"]["amount"], final["missing_steps"], final["problems"]) == ("29.15", [], [])
    order = api.check_out(cart)
    assert {"number", "token", "status", "payment_status", "total", "lines"} <= set(order)
    assert (order["status"], order["payment_status"], order["total"]) == ("pending", "unpaid", final["total"])
    assert api.get("products/?page_size=1")["results"][0]["in_stock"] is True
    assert api.pay(order)["status"] == "succeeded"
    paid = api.read_order(order)
    assert (paid["status"], paid["payment_status"]) == ("confirmed", "paid")
    assert [payment["status"] for payment in paid["payments"]] == ["succeeded"]
    assert {"timeline", "payments", "shipments"} <= set(paid)
    for answer in (taxed, final, order, paid):
        check_values(answer)


def test_a_line_can_be_taken_out_again(api: Caller) -> None:
    make_article("MUG")
    cart = api.open_cart()
    line = api.post(f"{cart}lines/", {"sku": "MUG"})["lines"][0]
    response = api.send("delete", f"{cart}lines/{line['id']}/")
    assert (response.status_code, response.json()["lines"]) == (200, [])


def test_out_of_stock_says_what_is_left(api: Caller) -> None:
    make_article("FEW", stock=3)
    make_article("MANY", stock=137)
    cart = api.open_cart()
    problem = api.post(f"{cart}lines/", {"sku": "FEW", "quantity": 4}, 409)
    assert (problem["code"], problem["available_quantity"], problem["requested_quantity"]) == (
        "out_of_stock",
        3,
        4,
    )
    assert problem["detail"] == "Only 3 of this are left."
    hidden = api.post(f"{cart}lines/", {"sku": "MANY", "quantity": 900}, 409)
    assert (hidden["available_quantity"], "137" in str(hidden)) == (50, False)
    assert api.get(cart)["lines"] == []


def test_checkout_tells_each_line_that_changed_and_then_takes_it(api: Caller) -> None:
    mug = make_article("MUG", price="10.00", stock=9)
    cart = api.fill_cart("MUG", 2)
    Price.objects.filter(variant=mug).update(amount=Decimal(11))
    problem = api.check_out(cart, status=409)
    assert problem["code"] == "cart_changed"
    (line,) = problem["lines"]
    assert (line["sku"], line["code"], line["old"]["amount"], line["new"]["amount"]) == (
        "MUG",
        "price_changed",
        "10.00",
        "11.00",
    )
    assert api.check_out(cart)["total"]["amount"] == "26.95"


def test_checkout_tells_each_line_that_ran_out(api: Caller) -> None:
    make_article("MUG", stock=2)
    mine, theirs = api.fill_cart("MUG", 2), api.fill_cart("MUG", 1)
    api.check_out(theirs)
    problem = api.check_out(mine, status=409)
    assert (problem["code"], [line["available_quantity"] for line in problem["lines"]]) == (
        "out_of_stock",
        [1],
    )


def test_the_same_key_is_the_same_order(api: Caller) -> None:
    make_article("MUG")
    cart = api.fill_cart("MUG")
    first = api.check_out(cart, key="k")
    response = api.send("post", f"{cart}checkout/", {}, Idempotency_Key="k")
    assert (response.status_code, response.json(), response["Idempotent-Replayed"]) == (201, first, "true")
    other = {"expected_total": {"amount": "1.00", "currency": "EUR"}}
    assert api.check_out(cart, other, 422, key="k")["code"] == "idempotency_key_reused"
    assert api.post(f"{cart}checkout/", {}, 400)["errors"][0]["field"] == "Idempotency-Key"


def test_an_order_wants_its_own_token(api: Caller) -> None:
    make_article("MUG")
    order, other = api.check_out(api.fill_cart("MUG")), api.check_out(api.fill_cart("MUG"))
    path, token = f"orders/{order['number']}/", order["token"]
    wrong = [
        "",
        "?token=",
        "?token=null",
        f"?token={other['token']}",
        f"?token={token[:-1]}",
    ]
    wrong += [f"?token={token}&token=x", "?token=%00", f"?token={token}%20"]
    answers = {str(api.get(path + query, 404)) for query in wrong}
    assert len(answers) == 1
    assert api.get(f"{path}?token[]={token}", 400)["errors"][0]["code"] == "unknown_parameter"
    assert api.get(f"orders/S000000000/?token={token}", 404)["code"] == "not_found"
    assert api.get(f"{path}?token={token}")["number"] == order["number"]


@pytest.mark.parametrize(
    ("token", "expected", "payment_status"),
    [
        ("tok_success", {"status": "succeeded"}, "paid"),
        ("tok_declined", {"status": "failed", "decline_code": "insufficient_funds"}, "unpaid"),
        ("tok_3ds", {"status": "requires_action"}, "processing"),
        ("tok_async", {"status": "processing"}, "processing"),
        ("tok_timeout", {"status": "processing"}, "processing"),
    ],
)
def test_the_sandbox_tokens(api: Caller, token: str, expected: dict[str, str], payment_status: str) -> None:
    make_article("MUG")
    order = api.check_out(api.fill_cart("MUG"))
    payment = api.pay(order, token)
    assert {name: payment[name] for name in expected} == expected
    assert api.read_order(order)["payment_status"] == payment_status
    if expected["status"] == "failed":
        assert payment["message"] == "Your card has not enough funds. You have not been charged."


@pytest.mark.parametrize(("answer", "payment_status"), [("approve", "paid"), ("refuse", "unpaid")])
def test_the_page_of_a_challenge(api: Caller, client: Client, answer: str, payment_status: str) -> None:
    make_article("MUG")
    order = api.check_out(api.fill_cart("MUG"))
    url = api.pay(order, "tok_3ds")["next_action"]["url"].removeprefix("http://testserver")
    page = client.get(url).content.decode()
    assert f'value="{answer}"' in page
    name = re.search(rf'name="(\w+)"[^>]*value="{answer}"', page)
    assert name is not None
    back = client.post(url, {name.group(1): answer})
    assert back.status_code == 303
    client.get(back["Location"])
    assert api.read_order(order)["payment_status"] == payment_status
    assert SandboxIntent.objects.count() == 1


def test_a_payment_is_made_once_per_key(api: Caller) -> None:
    make_article("MUG")
    order = api.check_out(api.fill_cart("MUG"))
    first = api.pay(order, key="k")
    assert api.pay(order, key="k") == first
    assert api.pay(order, "tok_declined", 422, key="k")["code"] == "idempotency_key_reused"
    assert api.pay(order, status=409)["code"] == "order_not_payable"
    assert SandboxIntent.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"sku": "MUG", "quantity": 1, "price": "0.01"}, "price", "unknown_field"),
        ({"sku": "MUG", "quantity": "1"}, "quantity", "invalid_type"),
        ({"sku": "MUG", "quantity": True}, "quantity", "invalid_type"),
        ({"sku": 7, "quantity": 1}, "sku", "invalid_type"),
        ({"sku": "MUG", "quantity": 0}, "quantity", "min_value"),
        ({"sku": "MUG", "quantity": -1}, "quantity", "min_value"),
        ({"sku": "MUG", "quantity": 1.5}, "quantity", "invalid_type"),
        ({"quantity": 1}, "sku", "required"),
        ({"sku": None, "quantity": 1}, "sku", "null"),
    ],
)
def test_each_wrong_field_is_named(api: Caller, body: dict[str, Any], field: str, code: str) -> None:
    make_article("MUG")
    problem = api.post(f"{api.open_cart()}lines/", body, 400)
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]
    assert problem["errors"][0]["message"]


def test_stock_is_exact_for_a_key_and_adjusted_row_by_row(api: Caller) -> None:
    mug = make_article("MUG", stock=9)
    warehouse = mug.stock_levels.get().warehouse.code
    api.check_out(api.fill_cart("MUG", 2))
    partner = Caller(create_key("wms", scopes=["stock:read", "stock:write"])[1])
    level = {"sku": "MUG", "warehouse": warehouse, "on_hand": 9, "reserved": 2, "available": 7}
    assert partner.get("stock/?sku=MUG")["results"] == [level]
    rows = [
        {"sku": "MUG", "warehouse": warehouse, "quantity": -3, "reason": "broken"},
        {"sku": "NONE", "warehouse": warehouse, "quantity": 1, "reason": "found"},
        {"sku": "MUG", "warehouse": warehouse, "quantity": -99, "reason": "typo"},
    ]
    results = partner.post("stock/adjustments/", rows, 200, Idempotency_Key="k")["results"]
    assert [row["code"] for row in results] == ["applied", "unknown_sku", "stock_too_low"]
    assert partner.post("stock/adjustments/", rows, 200, Idempotency_Key="k")["results"] == results
    partner.post("stock/adjustments/", rows[:1], 422, Idempotency_Key="k")
    assert partner.get("stock/?sku=MUG")["results"][0]["on_hand"] == 6


def test_lists_page_by_links_and_take_a_hundred(api: Caller) -> None:
    for _number in range(3):
        make_variant()
    seen: list[str] = []
    path = "products/?page_size=2"
    while path:
        page = api.get(path)
        seen += [card["slug"] for card in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver")
    assert len(set(seen)) == len(seen) == 3
    assert api.get("products/?page_size=100")["previous"] is None
    api.get("products/?page_size=101", 400)


def test_limits_are_told_and_then_kept(api: Caller, settings: Settings) -> None:
    settings.API_RATE_ANONYMOUS = "3/min"
    settings.API_RATE_KEY = "2/min"
    left = [api.send("get", "categories/")["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = api.send("get", "categories/")
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["RateLimit-Policy"] == '"default";q=3;w=60'
    assert refused.json()["code"] == "throttled"
    partner = Caller(create_key("partner", scopes=[])[1])
    assert [partner.send("get", "categories/").status_code for _ in range(3)] == [200, 200, 429]


def test_calls_with_wrong_keys_count_and_made_up_addresses_do_not_help(settings: Settings) -> None:
    settings.API_RATE_ANONYMOUS = "2/min"
    guess = Caller("shop_guess")
    statuses = [
        guess.send("get", "orders/", X_Forwarded_For=f"10.0.0.{number}").status_code for number in range(3)
    ]
    assert statuses == [401, 401, 429]


def test_what_is_not_there_and_what_breaks_are_problems_too(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api.get("nothing/", 404)["code"] == "not_found"
    assert "slash" in api.post("carts", {}, 404)["detail"]
    assert api.send("get", "products?page_size=1")["Location"] == "/api/v1/products/?page_size=1"
    wrong = api.send("put", "carts/", {})
    assert (wrong.status_code, wrong["Allow"]) == (405, "POST")

    def fail(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("catalog.api.views.get_category_tree", fail)
    api.client.raise_request_exception = False
    assert api.get("categories/", 500)["code"] == "server_error"


def test_calls_leave_no_session_and_no_cookie(api: Caller, drain: Callable[[], int]) -> None:
    make_article("MUG")
    api.check_out(api.fill_cart("MUG"))
    assert dict(api.client.cookies) == {}
    assert drain() > 0
