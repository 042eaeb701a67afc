"""A cart with its lines, address and shipping method in one call: all of it, or nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Price, Variant
from orders.domain.carts import MOST_WANTED_LINES
from orders.domain.events import CartLineAdded
from orders.models import Cart, CartLine, Order
from shop.kernel.models import OutboxEvent
from tests.api.caller import ADDRESS, Caller
from tests.factories.orders import make_article, make_shipping, make_tax
from tests.orders.statements import list_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> Caller:
    make_shipping(amount="4.95")
    return Caller()


def _describe(*lines: tuple[str, int], **others: Any) -> dict[str, Any]:
    """All that a partner knows of a guest's cart."""
    wanted = [{"sku": sku, "quantity": quantity} for sku, quantity in lines]
    return {"lines": wanted, "address": ADDRESS, "shipping_method": "standard"} | others


def _refuse(api: Caller, body: object, status: int) -> dict[str, Any]:
    """The problem of a call that must leave nothing behind."""
    problem: dict[str, Any] = api.post("carts/", body, status)
    assert not Cart.objects.exists()
    assert not CartLine.objects.exists()
    assert not OutboxEvent.objects.filter(topic=CartLineAdded.topic).exists()
    return problem


def _list_fields(problem: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in problem["errors"]]


def test_the_answer_is_that_of_the_single_steps(api: Caller) -> None:
    make_tax("NL", percent="21")
    make_article("CUP", price="12.10", stock=9, options={"Colour": "Blue"})
    make_article("POT", price="30.00", stock=4)
    steps = api.open_cart()
    for sku, quantity in (("CUP", 2), ("POT", 1)):
        api.post(f"{steps}lines/", {"sku": sku, "quantity": quantity})
    api.put(f"{steps}address/", ADDRESS)
    single = api.put(f"{steps}shipping-method/", {"code": "standard"})
    whole = api.post("carts/", _describe(("CUP", 2), ("POT", 1)))
    assert _forget_ids(whole) == _forget_ids(single)
    assert (whole["total"]["amount"], whole["missing_steps"]) == ("59.15", [])
    assert api.get(f"carts/{whole['id']}/") == whole


def _forget_ids(cart: dict[str, Any]) -> dict[str, Any]:
    return cart | {"id": "", "lines": [line | {"id": 0} for line in cart["lines"]]}


def test_two_calls_are_a_whole_checkout(api: Caller) -> None:
    make_article("CUP", price="12.10", stock=9)
    cart = api.post("carts/", _describe(("cup", 2), currency="EUR"))
    order = api.check_out(f"carts/{cart['id']}/")
    assert (order["total"]["amount"], order["address"]["city"]) == ("29.15", "Amsterdam")
    assert [(line["sku"], line["quantity"]) for line in order["lines"]] == [("CUP", 2)]
    assert Order.objects.get().number == order["number"]


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ({"lines": []}, ["cart", "contact", "address", "shipping"]),
        ({"lines": [{"sku": "CUP"}]}, ["contact", "address", "shipping"]),
        ({"address": ADDRESS}, ["cart", "shipping"]),
        ({"lines": [{"sku": "CUP"}], "address": ADDRESS}, ["shipping"]),
    ],
)
def test_each_part_may_be_left_for_later(api: Caller, body: dict[str, Any], missing: list[str]) -> None:
    make_article("CUP")
    assert api.post("carts/", body)["missing_steps"] == missing


def test_more_of_the_same_adds_up(api: Caller) -> None:
    make_article("CUP", stock=9)
    make_article("POT", stock=9)
    cart = api.post("carts/", {"lines": [{"sku": "CUP", "quantity": 2}, {"sku": "POT"}, {"sku": "cup "}]})
    assert [(line["sku"], line["quantity"]) for line in cart["lines"]] == [("CUP", 3), ("POT", 1)]
    told = OutboxEvent.objects.filter(topic=CartLineAdded.topic).order_by("pk")
    assert [event.payload["quantity"] for event in told] == [3, 1]


def test_every_line_that_cannot_be_is_named(api: Caller) -> None:
    make_article("CUP", stock=9)
    lines = [("CUP", 1), ("NOPE", 1), ("CUP", 1), ("GONE", 2)]
    problem = _refuse(api, _describe(*lines), 400)
    assert (problem["code"], problem["detail"]) == ("unknown_sku", "There is no article with this number.")
    assert _list_fields(problem) == [("lines.1.sku", "unknown_sku"), ("lines.3.sku", "unknown_sku")]


def test_too_few_left_is_told_as_for_a_line(api: Caller) -> None:
    make_article("CUP", stock=9)
    make_article("POT", stock=3)
    problem = _refuse(api, _describe(("CUP", 1), ("POT", 2), ("POT", 2)), 409)
    facts = ("out_of_stock", "POT", 4, 3)
    told = ("code", "sku", "requested_quantity", "available_quantity")
    assert tuple(problem[name] for name in told) == facts
    assert _list_fields(problem) == [
        ("lines.1.quantity", "out_of_stock"),
        ("lines.2.quantity", "out_of_stock"),
    ]


def test_what_can_never_be_right_comes_before_what_is_not_there_now(api: Caller) -> None:
    make_article("POT", stock=3)
    problem = _refuse(api, _describe(("POT", 4), ("NOPE", 1)), 400)
    assert _list_fields(problem) == [("lines.1.sku", "unknown_sku"), ("lines.0.quantity", "out_of_stock")]


def test_an_article_that_is_not_for_sale_is_named(api: Caller) -> None:
    cup, pot = make_article("CUP"), make_article("POT")
    Variant.objects.filter(pk=cup.pk).update(is_active=False)
    Price.objects.filter(variant=pot).delete()
    problem = _refuse(api, _describe(("CUP", 1), ("POT", 1)), 409)
    assert _list_fields(problem) == [("lines.0.sku", "not_sellable"), ("lines.1.sku", "not_sellable")]


def test_lines_that_come_to_more_than_one_may_hold_are_refused(api: Caller) -> None:
    make_article("CUP", stock=2000)
    problem = _refuse(api, _describe(("CUP", 999), ("CUP", 1)), 400)
    assert _list_fields(problem) == [(f"lines.{place}.quantity", "invalid_quantity") for place in (0, 1)]


def _leave_out(name: str) -> dict[str, str]:
    return {field: value for field, value in ADDRESS.items() if field != name}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (_describe(("CUP", 1), ("CUP", 0)), [("lines.1.quantity", "min_value")]),
        (_describe(("CUP", 1), address=_leave_out("last_name")), [("address.last_name", "required")]),
        (_describe(("CUP", 1), address=ADDRESS | {"postal_code": "12"}), [("address.postal_code", "invalid_address")]),
        (_describe(("CUP", 1), address=ADDRESS | {"email": "nobody"}), [("address.email", "invalid")]),
        (_describe(("CUP", 1), address={**ADDRESS, "vip": "yes"}), [("address.vip", "unknown_field")]),
        (_describe(("CUP", 1), address=None), [("address", "null")]),
        (_describe(("CUP", 1), shipping_method="teleport"), [("shipping_method", "invalid_shipping_method")]),
        ({"shipping_method": "standard"}, [("shipping_method", "invalid_shipping_method")]),
        ({"lines": {"sku": "CUP"}}, [("lines", "not_a_list")]),
        ({"lines": ["CUP"]}, [("lines.0", "invalid")]),
        ({"lines": [{"sku": "CUP", "price": "0.01"}]}, [("lines.0.price", "unknown_field")]),
        ({"lines": [{"sku": "CUP"}] * (MOST_WANTED_LINES + 1)}, [("lines", "max_length")]),
        ({"line": []}, [("line", "unknown_field")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_kept(
    api: Caller, body: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    make_article("CUP")
    assert _list_fields(_refuse(api, body, 400)) == errors


@pytest.mark.parametrize("lines", [1, 3])
def test_one_call_keeps_to_its_statements(api: Caller, lines: int) -> None:
    """Articles, stock, cart, lines, events, destination; BEGIN and COMMIT besides."""
    make_tax()
    skus = [make_article(options={"Size": "L"}).sku for _ in range(lines)]
    for _time in range(2):  # the first one makes this process know the promotions and the menu
        with CaptureQueriesContext(connection) as captured:
            cart = api.post("carts/", _describe(*((sku, 1) for sku in skus)))
    assert len(cart["lines"]) == lines
    assert len(list_statements(captured)) == 6
