"""Orders by program."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.models import Order
from orders.services.lifecycle import note_payment_failed
from shop.partners.services.keys import create_key
from tests.factories.orders import make_article, make_order

pytestmark = pytest.mark.django_db


def bearer(*scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {create_key('partner', scopes=scopes)[1]}"}


def test_order_is_shown_for_its_token_only(client: Client) -> None:
    order, other = make_order(), make_order()
    path = f"/api/v1/orders/{order.number}/"
    assert client.get(f"{path}?token={order.token}").json()["number"] == order.number
    for query in ("", "?token=", f"?token={other.token}", f"?token={order.token[:-1]}", "?token=\u4e2d"):
        response = client.get(path + query)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_unknown_order_and_wrong_token_cannot_be_told_apart(client: Client) -> None:
    order = make_order()
    unknown = client.get("/api/v1/orders/S222222222/?token=x").json()
    assert client.get(f"/api/v1/orders/{order.number}/?token=x").json() == unknown


def test_timeline_is_in_plain_words_and_the_shoppers_language(client: Client) -> None:
    order = make_order()
    note_payment_failed(order.pk, message="Insufficient funds")
    body = client.get(f"/api/v1/orders/{order.number}/?token={order.token}").json()
    assert [(row["title"], row["text"]) for row in body["timeline"]] == [
        ("A payment did not go through", "Insufficient funds"),
        ("Order placed", ""),
    ]


def test_list_needs_the_scope(client: Client) -> None:
    make_order()
    assert client.get("/api/v1/orders/").status_code == 401
    assert client.get("/api/v1/orders/", headers=bearer("stock:read")).status_code == 403


def test_partner_reads_all_orders_and_no_token_of_the_list(client: Client) -> None:
    orders = [make_order(), make_order(is_paid=True)]
    headers = bearer("orders:read")
    body = client.get("/api/v1/orders/?page_size=1", headers=headers).json()
    assert [row["number"] for row in body["results"]] == [orders[1].number]
    assert "token" not in body["results"][0]
    following = client.get(body["next"], headers=headers).json()
    assert [row["number"] for row in following["results"]] == [orders[0].number]
    paid = client.get("/api/v1/orders/?status=confirmed", headers=headers).json()
    assert [row["number"] for row in paid["results"]] == [orders[1].number]
    one = client.get(f"/api/v1/orders/{orders[0].number}/", headers=headers)
    assert one.json()["status"] == "pending"


LIST_QUERIES = 3


@pytest.mark.parametrize("quantity", [1, 3])
def test_list_runs_the_same_queries_for_any_number_of_orders(client: Client, quantity: int) -> None:
    for _ in range(quantity):
        make_order((make_article(), 1), (make_article(), 2))
    headers = bearer("orders:read")
    client.get("/api/v1/orders/", headers=headers)
    with CaptureQueriesContext(connection) as captured:
        client.get("/api/v1/orders/", headers=headers)
    assert len(captured) == LIST_QUERIES
    assert Order.objects.count() == quantity
