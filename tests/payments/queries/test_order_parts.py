"""The payments in an order's answer of the store API."""

import pytest
from django.test import Client

from tests.factories.orders import make_order
from tests.factories.payments import pay

pytestmark = pytest.mark.django_db(transaction=True)


def test_order_tells_its_payments_with_the_reason_of_a_decline(client: Client) -> None:
    order = make_order()
    pay(order, "tok_declined")
    pay(order, "tok_success")
    body = client.get(f"/api/v1/orders/{order.number}/?token={order.token}").json()
    assert [(row["gateway"], row["status"], row["amount"]) for row in body["payments"]] == [
        ("sandbox", "failed", {"amount": "14.95", "currency": "EUR"}),
        ("sandbox", "succeeded", {"amount": "14.95", "currency": "EUR"}),
    ]
    assert body["payments"][0]["message"]
    assert body["payments"][1]["message"] == ""
    assert (body["status"], body["payment_status"]) == ("confirmed", "paid")
