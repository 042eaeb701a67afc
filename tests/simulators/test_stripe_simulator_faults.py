"""Idempotency keys of the Stripe simulator, and its faults on demand."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from tests.simulators.stripe import StripeSimulator
from tests.simulators.stripe.shopper import CARD_ONLY, make_client, pay


def test_same_key_answers_once(client: stripe.StripeClient, simulator: StripeSimulator) -> None:
    params: Any = {
        "amount": 2500,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": True,
        **CARD_ONLY,
    }
    first = client.v1.payment_intents.create(params, {"idempotency_key": "order:1:create:1"})
    second = client.v1.payment_intents.create(params, {"idempotency_key": "order:1:create:1"})
    assert second.id == first.id
    assert second.last_response is not None
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert simulator.count_objects()["paid_charges"] == 1
    params["amount"] = 2600
    with pytest.raises(stripe.IdempotencyError) as caught:
        client.v1.payment_intents.create(params, {"idempotency_key": "order:1:create:1"})
    assert caught.value.http_status == 400


def test_decline_is_replayed_under_its_key(client: stripe.StripeClient, simulator: StripeSimulator) -> None:
    params: Any = {"amount": 900, "currency": "usd", "confirm": True, **CARD_ONLY}
    params["payment_method"] = "pm_card_visa_chargeDeclined"
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.create(params, {"idempotency_key": "k"})
    assert simulator.count_objects()["payment_intents"] == 1


def test_validation_errors_do_not_use_up_the_key(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create({"amount": 1, "currency": "usd"}, {"idempotency_key": "k"})
    made = client.v1.payment_intents.create({"amount": 100, "currency": "usd"}, {"idempotency_key": "k"})
    assert made.amount == 100


def test_parallel_requests_with_one_key_make_one_charge(simulator: StripeSimulator) -> None:
    simulator.add_fault("hang", path="payment_intents$", seconds=0.4)

    def create(_number: int) -> int:
        try:
            params: Any = {
                "amount": 800,
                "currency": "usd",
                "payment_method": "pm_card_visa",
                "confirm": True,
            }
            params.update(CARD_ONLY)
            make_client(simulator).v1.payment_intents.create(params, {"idempotency_key": "one"})
        except stripe.StripeError as error:
            return error.http_status or 0
        return 200

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(create, range(8)))
    assert simulator.count_objects()["paid_charges"] == 1
    assert statuses == [200] + [409] * 7


def test_scripted_500_is_kept_under_the_key(client: stripe.StripeClient, simulator: StripeSimulator) -> None:
    simulator.add_fault("error", path="payment_intents$", status=500)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            client.v1.payment_intents.create({"amount": 900, "currency": "usd"}, {"idempotency_key": "k"})
        assert caught.value.http_status == 500
    assert [one["replayed"] for one in simulator.list_requests()] == [False, True]
    assert simulator.count_objects()["payment_intents"] == 0


def test_500_after_the_work_leaves_the_object(
    client: stripe.StripeClient, simulator: StripeSimulator
) -> None:
    simulator.add_fault("error_after", path="payment_intents$", status=500)
    with pytest.raises(stripe.APIError):
        pay(client)
    assert simulator.count_objects()["paid_charges"] == 1


def test_429_and_409_are_not_kept(client: stripe.StripeClient, simulator: StripeSimulator) -> None:
    simulator.add_fault("error", status=429, headers={"Retry-After": "2"})
    options: Any = {"idempotency_key": "k"}
    with pytest.raises(stripe.RateLimitError) as caught:
        client.v1.payment_intents.create({"amount": 900, "currency": "usd"}, options)
    assert caught.value.headers is not None
    assert caught.value.headers["Retry-After"] == "2"
    simulator.add_fault("error", status=409)
    with pytest.raises(stripe.StripeError) as conflict:
        client.v1.payment_intents.create({"amount": 900, "currency": "usd"}, options)
    assert conflict.value.http_status == 409
    assert client.v1.payment_intents.create({"amount": 900, "currency": "usd"}, options).amount == 900


@pytest.mark.parametrize(("kind", "charges"), [("drop_before", 0), ("drop_after", 1)])
def test_cut_connection_is_settled_by_the_same_key(
    simulator: StripeSimulator, client: stripe.StripeClient, kind: str, charges: int
) -> None:
    simulator.add_fault(kind, path="payment_intents$")
    params: Any = {
        "amount": 900,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": True,
        **CARD_ONLY,
    }
    with pytest.raises(stripe.APIConnectionError):
        client.v1.payment_intents.create(params, {"idempotency_key": "k"})
    assert simulator.count_objects()["paid_charges"] == charges
    assert client.v1.payment_intents.create(params, {"idempotency_key": "k"}).status == "succeeded"
    assert simulator.count_objects()["paid_charges"] == 1


def test_hang_after_the_work_times_out_but_has_charged(
    simulator: StripeSimulator, client: stripe.StripeClient
) -> None:
    simulator.add_fault("hang_after", path="payment_intents$", seconds=2.5)
    with pytest.raises(stripe.APIConnectionError):
        pay(client)
    assert simulator.count_objects()["paid_charges"] == 1


def test_client_retries_a_cut_connection_itself(simulator: StripeSimulator) -> None:
    simulator.add_fault("drop_after", path="payment_intents$")
    assert pay(make_client(simulator, retries=2)).status == "succeeded"
    assert simulator.count_objects()["paid_charges"] == 1
