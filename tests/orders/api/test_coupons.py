import json
from typing import Any

import pytest
from django.test import Client

from tests.factories.orders import make_article, make_ready_cart
from tests.factories.promotions import make_coupon, make_promotion

pytestmark = pytest.mark.django_db


def call(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return client.generic(
        method,
        f"/api/v1/carts/{path}",
        b"" if body is None else json.dumps(body),
        content_type="application/json",
        headers=headers,
    )


def test_a_code_enters_the_cart_and_the_order_with_its_trace(client: Client) -> None:
    make_coupon("TEN", promotion=make_promotion(needs_coupon=True, title_en="Ten off"))
    far = {"kind": "minimum", "amounts": {"EUR": "100"}}
    make_promotion({"kind": "free_shipping"}, far, promotion_class="shipping", title_en="Free delivery")
    cart = make_ready_cart((make_article("CUP", price="10.00"), 2))
    answer = call(client, "POST", f"{cart.token}/coupons/", {"code": "ten"})
    assert answer.status_code == 201
    body = answer.json()
    two = {"amount": "2.00", "currency": "EUR"}
    (discount,) = body["discounts"]
    assert {name: discount[name] for name in ("title", "coupon_code", "amount")} == {
        "title": "Ten off", "coupon_code": "TEN", "amount": two,
    }  # fmt: skip
    assert body["lines"][0]["discounts"] == [discount]
    assert body["coupons"] == [{"code": "TEN", "is_applied": True, "message": ""}]
    told = {row["title"]: (row["outcome"], row["reasons"]) for row in body["trace"]}
    assert told["Free delivery"] == ("missed", ["Add €82.00 more to reach €100.00."])
    order = call(client, "POST", f"{cart.token}/checkout/", {}, **{"Idempotency-Key": "k1"}).json()
    assert (order["discounts"], order["coupon_codes"]) == ([discount], ["TEN"])
    assert order["lines"][0]["discounts"] == [discount]
    assert order["shipping_discount"]["amount"] == "0.00"


def test_a_code_is_let_go_and_a_wrong_one_is_a_problem(client: Client) -> None:
    make_coupon("TEN")
    cart = make_ready_cart()
    call(client, "POST", f"{cart.token}/coupons/", {"code": "TEN"})
    assert call(client, "DELETE", f"{cart.token}/coupons/TEN/").json()["coupons"] == []
    answer = call(client, "POST", f"{cart.token}/coupons/", {"code": "NOPE"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:shop:problem:coupon_refused")
    assert answer.json()["detail"] == "There is no such code."
    assert call(client, "POST", f"{cart.token}/coupons/", {"code": 5}).status_code == 400
    assert call(client, "POST", f"{cart.token}/coupons/", {"code": "a\x00"}).status_code == 400
