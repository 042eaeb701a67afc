"""Providers that repeat themselves, hang or hang up: through the real web server, money moves once."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from orders.models import Order
from payments.models import GatewayCallback, Payment, Refund, SandboxCallback
from payments.services.callbacks import process_pending_callbacks
from shop.kernel.invariants import check_invariants
from shop.kernel.models import OutboxEvent
from tests.factories.orders import make_order
from tests.factories.payments import make_payment, sign_callback
from tests.faults.shopper import Answer, Shopper
from tests.faults.stack import WebServer
from tests.simulators.stripe import StripeSimulator

COPIES = 100
PARALLEL = 20


def test_f18_hundred_copies_of_a_callback_have_one_effect(web: WebServer) -> None:
    payment = make_payment("tok_timeout")
    body, headers = sign_callback(SandboxCallback.objects.get(kind="payment.succeeded"))

    def post(_copy: int) -> int:
        with closing(Shopper(web.base)) as provider:
            return provider.call("POST", "/payments/callbacks/sandbox/", body, headers=headers).status

    with ThreadPoolExecutor(PARALLEL) as pool:
        statuses = pool.map(post, range(COPIES // 2))
        process_pending_callbacks()
        statuses = [*statuses, *pool.map(post, range(COPIES // 2))]
    process_pending_callbacks()
    assert Counter(statuses) == {200: COPIES}
    payment.refresh_from_db()
    assert (payment.status, payment.verdict) == ("succeeded", "kept")
    assert GatewayCallback.objects.get().outcome == "applied"
    assert OutboxEvent.objects.filter(topic="payment.succeeded").count() == 1
    assert OutboxEvent.objects.filter(topic="orders.order_paid").count() == 1
    assert check_invariants() == []


def test_forged_callbacks_are_refused(web: WebServer) -> None:
    make_payment("tok_timeout")
    body, headers = sign_callback(SandboxCallback.objects.get(kind="payment.succeeded"))
    with closing(Shopper(web.base)) as stranger:
        path = "/payments/callbacks/sandbox/"
        assert stranger.call("POST", path, body + b" ", headers=headers).status == 400
        assert stranger.call("POST", path, body).status == 400
    assert GatewayCallback.objects.count() == 0


def pay(shopper: Shopper, order: Order, *, key: str) -> Answer:
    return shopper.call(
        "POST",
        f"/api/v1/orders/{order.number}/payments/?token={order.token}",
        {"gateway": "stripe", "method_token": "pm_card_visa"},
        headers={"Idempotency-Key": key},
    )


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("drop_before", {"times": 3}),
        ("drop_after", {"times": 1}),
        ("drop_after", {"times": 3}),
        ("hang", {"times": 3, "seconds": 1.5}),
        ("hang_after", {"times": 3, "seconds": 1.5}),
        ("error_after", {"status": 500}),
    ],
)
def test_f23_no_fault_of_stripe_charges_twice(
    web: WebServer, stripe_api: StripeSimulator, kind: str, fields: dict[str, Any]
) -> None:
    """The shopper's program asks again under its key until it knows: one payment here, one charge there."""
    order = make_order()
    stripe_api.add_fault(kind, path="payment_intents$", method="POST", **fields)
    answers = []
    deadline = time.monotonic() + 60
    with closing(Shopper(web.base)) as shopper:
        while not answers or (answers[-1].body["status"] != "succeeded" and time.monotonic() < deadline):
            answers.append(pay(shopper, order, key="the-one"))
            assert answers[-1].status == 201
    assert answers[-1].body["status"] == "succeeded"
    assert {answer.body["id"] for answer in answers} == {Payment.objects.get().pk}
    counts = stripe_api.count_objects()
    assert (counts["paid_charges"], counts["paid_amount"]) == (1, int(order.total_amount * 100))
    assert Refund.objects.count() == 0
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert check_invariants() == []
