"""A cart call that is sent again under its idempotency key has its effect once."""

from typing import Any

import pytest

from orders.models import CartLine
from shop.kernel.models import IdempotencyRecord
from tests.api.caller import ADDRESS, Caller
from tests.factories.orders import make_article, make_shipping

pytestmark = pytest.mark.django_db

CUPS = {"sku": "CUP", "quantity": 2}


@pytest.fixture
def api() -> Caller:
    make_shipping(amount="4.95")
    return Caller()


def test_line_added_again_under_its_key_does_not_double(api: Caller) -> None:
    make_article("CUP", stock=9)
    cart = api.open_cart()
    first = api.send("post", f"{cart}lines/", CUPS, Idempotency_Key="add-1")
    again = api.send("post", f"{cart}lines/", CUPS, Idempotency_Key="add-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert CartLine.objects.get().quantity == 2


def test_line_added_under_two_keys_or_none_adds_up(api: Caller) -> None:
    make_article("CUP", stock=9)
    cart = api.open_cart()
    for key in ("add-1", "add-2"):
        api.post(f"{cart}lines/", CUPS, 201, Idempotency_Key=key)
    api.post(f"{cart}lines/", CUPS, 201)
    assert CartLine.objects.get().quantity == 6


def test_other_body_under_the_key_is_refused_and_changes_nothing(api: Caller) -> None:
    make_article("CUP", stock=9)
    cart = api.open_cart()
    api.post(f"{cart}lines/", CUPS, 201, Idempotency_Key="add-1")
    problem = api.post(f"{cart}lines/", {**CUPS, "quantity": 3}, 422, Idempotency_Key="add-1")
    assert problem["code"] == "idempotency_key_reused"
    assert CartLine.objects.get().quantity == 2


def test_same_key_for_another_cart_is_another_act(api: Caller) -> None:
    make_article("CUP", stock=9)
    one, other = api.open_cart(), api.open_cart()
    for cart in (one, other):
        assert api.post(f"{cart}lines/", CUPS, Idempotency_Key="add-1")["id"] in cart
    assert list(CartLine.objects.values_list("quantity", flat=True)) == [2, 2]


def test_refusal_is_not_remembered(api: Caller) -> None:
    make_article("CUP", stock=1)
    cart = api.open_cart()
    api.post(f"{cart}lines/", CUPS, 409, Idempotency_Key="add-1")
    api.post(f"{cart}lines/", {**CUPS, "quantity": 1}, 201, Idempotency_Key="add-1")
    assert CartLine.objects.get().quantity == 1


@pytest.mark.parametrize("key", ["", "two words", "x" * 256])
def test_key_that_is_none_is_named(api: Caller, key: str) -> None:
    make_article("CUP", stock=9)
    cart = api.open_cart()
    problem = api.post(f"{cart}lines/", CUPS, 400, Idempotency_Key=key)
    assert problem["errors"][0]["field"] == "Idempotency-Key"
    assert CartLine.objects.count() == 0


def test_removal_sent_again_answers_as_before_instead_of_not_found(api: Caller) -> None:
    make_article("CUP", stock=9)
    cart = api.open_cart()
    line = api.post(f"{cart}lines/", CUPS, 201)["lines"][0]["id"]
    answers = [
        api.send("delete", f"{cart}lines/{line}/", Idempotency_Key="remove-1").json() for _time in range(2)
    ]
    assert answers[0]["lines"] == []
    assert answers[1] == answers[0]


def test_every_unsafe_call_on_a_cart_honours_the_key(api: Caller) -> None:
    make_article("CUP", stock=9)
    cart = api.open_cart()
    line = api.post(f"{cart}lines/", CUPS, 201)["lines"][0]["id"]
    calls: list[tuple[str, str, Any]] = [
        ("patch", f"lines/{line}/", {"quantity": 3}),
        ("put", "address/", ADDRESS),
        ("put", "shipping-method/", {"code": "standard"}),
    ]
    for number, (method, path, body) in enumerate(calls):
        for is_replay in (False, True):
            answer = api.send(method, f"{cart}{path}", body, Idempotency_Key=f"act-{number}")
            assert (answer.status_code, "Idempotent-Replayed" in answer.headers) == (200, is_replay)
    assert IdempotencyRecord.objects.count() == len(calls)
