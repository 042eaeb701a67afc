"""Paying by program, as the API page says."""

import json
from typing import Any

import pytest
from django.test import Client

from orders.models import Order
from payments.models import Payment, SandboxIntent
from tests.factories.orders import make_order
from tests.factories.payments import get_intent

pytestmark = pytest.mark.django_db


def post(
    client: Client,
    order: Order,
    *,
    card: str = "tok_success",
    key: str | None = "k",
    token: str | None = None,
    **more: Any,
) -> Any:
    url = f"/api/v1/orders/{order.number}/payments/?token={order.token if token is None else token}"
    headers = {} if key is None else {"Idempotency-Key": key}
    body = {"gateway": "sandbox", "method_token": card, **more}
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers)


def test_success(client: Client) -> None:
    order = make_order()
    response = post(client, order)
    assert response.status_code == 201
    assert response.json() == {"id": Payment.objects.get().pk, "status": "succeeded"}


def test_decline(client: Client) -> None:
    response = post(client, make_order(), card="tok_declined")
    assert response.status_code == 201
    assert response.json() == {
        "id": Payment.objects.get().pk,
        "status": "failed",
        "decline_code": "insufficient_funds",
        "message": "Your card has not enough funds. You have not been charged.",
    }


def test_challenge(client: Client) -> None:
    response = post(client, make_order(), card="tok_3ds")
    payment = Payment.objects.get()
    url = f"http://testserver/sandbox/3ds/{get_intent(payment).reference}/"
    assert response.json() == {
        "id": payment.pk,
        "status": "requires_action",
        "next_action": {"kind": "redirect", "url": url},
    }


@pytest.mark.parametrize("card", ["tok_async", "tok_timeout"])
def test_outcome_that_is_not_known_yet(client: Client, card: str) -> None:
    response = post(client, make_order(), card=card)
    assert response.json() == {"id": Payment.objects.get().pk, "status": "processing"}


def test_same_key_answers_the_same_payment_and_charges_once(client: Client) -> None:
    order = make_order()
    first, second = post(client, order), post(client, order)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert SandboxIntent.objects.count() == 1


def test_same_key_with_another_body_is_422(client: Client) -> None:
    order = make_order()
    post(client, order, card="tok_declined")
    response = post(client, order)
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert SandboxIntent.objects.count() == 1


def test_key_is_required(client: Client) -> None:
    response = post(client, make_order(), key=None)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_required")
    assert Payment.objects.count() == 0


@pytest.mark.parametrize("token", ["", "wrong", "\x00"])
def test_wrong_token_is_404(client: Client, token: str) -> None:
    assert post(client, make_order(), token=token).status_code == 404
    assert Payment.objects.count() == 0


def test_amount_is_no_field(client: Client) -> None:
    response = post(client, make_order(), amount="0.01")
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "amount"
    assert Payment.objects.count() == 0


def test_unknown_gateway_is_400(client: Client) -> None:
    response = post(client, make_order(), gateway="nobody")
    assert (response.status_code, response.json()["code"]) == (400, "unknown_gateway")


def test_second_payment_is_409(client: Client) -> None:
    order = make_order()
    post(client, order, card="tok_async", key="a")
    busy = post(client, order, key="b")
    assert (busy.status_code, busy.json()["code"]) == (409, "payment_in_progress")
    assert busy.json()["payment_id"] == Payment.objects.get().pk


def test_paid_order_is_409(client: Client) -> None:
    order = make_order()
    post(client, order, key="a")
    paid = post(client, order, key="b")
    assert (paid.status_code, paid.json()["code"], paid.json()["reason"]) == (
        409,
        "order_not_payable",
        "paid",
    )
    assert SandboxIntent.objects.count() == 1
