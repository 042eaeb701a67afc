"""An order's page, and the account's list."""

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.models import Order
from orders.services.expiry import expire_unpaid_orders
from orders.services.lifecycle import cancel_order, mark_payment_processing, note_payment_failed
from orders.services.transitions import Axis, transition_order
from shop.accounts.models import User
from shop.kernel.clock import override_now
from tests.factories.orders import make_article, make_order
from tests.orders.statements import list_statements

pytestmark = pytest.mark.django_db


def link(order: Order) -> str:
    return f"/orders/{order.number}/?token={order.token}"


def test_guest_sees_the_order_by_its_link_only(client: Client) -> None:
    order, other = make_order(), make_order()
    page = client.get(link(order))
    assert page.status_code == 200
    assert (page["Referrer-Policy"], page["Cache-Control"].split(",")[0]) == ("same-origin", "max-age=0")
    for path in (
        f"/orders/{order.number}/",
        f"/orders/{order.number}/?token=",
        f"/orders/{order.number}/?token={other.token}",
    ):
        assert client.get(path).status_code == 404


def test_user_sees_own_orders_without_a_token(client: Client) -> None:
    ada, bob = User.objects.create_user("ada@example.com"), User.objects.create_user("bob@example.com")
    order = make_order(user=ada)
    client.force_login(bob)
    assert client.get(f"/orders/{order.number}/").status_code == 404
    client.force_login(ada)
    assert client.get(f"/orders/{order.number}/").status_code == 200


def test_orders_placed_without_signing_in_are_there_for_whoever_has_shown_the_address(client: Client) -> None:
    make_order(email="Ada@example.com")
    order = Order.objects.get()
    impostor = User.objects.create_user("ada@example.com")
    client.force_login(impostor)
    assert client.get(f"/orders/{order.number}/").status_code == 404
    assert order.number not in client.get("/account/orders/").content.decode()
    EmailAddress.objects.create(user=impostor, email="ada@example.com", verified=True)
    assert client.get(f"/orders/{order.number}/").status_code == 200
    assert order.number in client.get("/account/orders/").content.decode()
    # What another one placed when signed in stays that one's, whatever address was given.
    Order.objects.update(user=User.objects.create_user("bob@example.com"))
    assert client.get(f"/orders/{order.number}/").status_code == 404
    assert order.number not in client.get("/account/orders/").content.decode()


def test_unpaid_order_offers_to_pay_again_and_says_why(client: Client) -> None:
    order = make_order()
    note_payment_failed(order.pk, message="Your card has no funds.")
    html = client.get(link(order)).content.decode()
    assert f'href="/pay/{order.number}/?token={order.token}"' in html
    assert "Your card has no funds." in html


@pytest.mark.parametrize(
    ("state", "seconds"), [("unpaid", 15), ("processing", 3), ("paid", 15), ("cancelled", 0)]
)
def test_page_looks_again_while_something_can_happen(client: Client, state: str, seconds: int) -> None:
    order = make_order(is_paid=state == "paid")
    if state == "processing":
        mark_payment_processing(order.pk)
    if state == "cancelled":
        cancel_order(order.pk, reason="customer", actor="customer")
    html = client.get(link(order), HTTP_HX_REQUEST="true").content.decode()
    assert html.lstrip().startswith('<div id="order-status"')
    assert ("hx-trigger" in html) is bool(seconds)
    assert not seconds or f'hx-trigger="every {seconds}s"' in html


def test_shopper_cancels_while_unpaid_not_after(client: Client) -> None:
    order, paid = make_order(), make_order(is_paid=True)
    for one in (order, paid):
        response = client.post(f"/orders/{one.number}/cancel/", {"token": one.token})
        assert response["Location"] == link(one)
        one.refresh_from_db()
    assert (order.status, paid.status) == ("cancelled", "confirmed")
    assert "You cancelled it." in client.get(link(order)).content.decode()


def test_expired_order_says_so_and_can_be_ordered_again(client: Client) -> None:
    order = make_order()
    with override_now(order.payment_due_at):
        expire_unpaid_orders()
    html = client.get(link(order)).content.decode()
    assert "It was not paid in time. Nothing was charged." in html
    assert f'action="/orders/{order.number}/again/"' in html


def test_shopper_confirms_the_receipt(client: Client) -> None:
    order = make_order(is_paid=True)
    path = f"/orders/{order.number}/received/"
    assert client.post(path, {"token": order.token}).status_code == 409
    for state in ("shipped", "delivered"):
        transition_order(order, Axis.FULFILMENT, to=state, actor="test")
    assert "I have received everything" in client.get(link(order)).content.decode()
    assert client.post(path, {"token": "wrong"}).status_code == 404
    client.post(path, {"token": order.token})
    order.refresh_from_db()
    assert order.status == "completed"


def test_stages_follow_the_order(client: Client) -> None:
    order = make_order(is_paid=True)
    transition_order(order, Axis.FULFILMENT, to="allocated", actor="test")
    stages = client.get(link(order)).context["view"].stages
    assert [(stage.title, stage.state) for stage in stages] == [
        ("Ordered", "done"),
        ("Paid", "done"),
        ("Packed", "done"),
        ("Shipped", "now"),
        ("Delivered", ""),
    ]


def test_list_is_the_users_own_and_paginated(client: Client) -> None:
    ada = User.objects.create_user("ada@example.com")
    cup = make_article("CUP", stock=50)
    mine = [make_order((cup, 1), user=ada) for _ in range(11)]
    stranger = make_order((cup, 1))
    assert client.get("/account/orders/").status_code == 302
    client.force_login(ada)
    first, second = client.get("/account/orders/"), client.get("/account/orders/?page=2")
    assert [order.pk for order in first.context["page"]] == [order.pk for order in reversed(mine)][:10]
    assert [order.pk for order in second.context["page"]] == [mine[0].pk]
    assert stranger.number not in first.content.decode()
    recent = client.get("/account/orders/recent/").content.decode()
    assert recent.count('class="line__name"') == 3


ORDER_QUERIES = 5
LIST_QUERIES = 5


@pytest.mark.parametrize("lines", [1, 3])
def test_order_page_runs_the_same_queries_for_any_number_of_lines(client: Client, lines: int) -> None:
    order = make_order(*((make_article(options={"Size": "L"}), 1) for _ in range(lines)))
    client.get(link(order))
    with CaptureQueriesContext(connection) as captured:
        client.get(link(order))
    assert len(list_statements(captured)) == ORDER_QUERIES


@pytest.mark.parametrize("quantity", [1, 3])
def test_list_runs_the_same_queries_for_any_number_of_orders(client: Client, quantity: int) -> None:
    ada = User.objects.create_user("ada@example.com")
    for _ in range(quantity):
        make_order(user=ada)
    client.force_login(ada)
    client.get("/account/orders/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/account/orders/")
    assert len(list_statements(captured)) == LIST_QUERIES
