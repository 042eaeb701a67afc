"""Calls that a shop makes, for the simulator's own tests."""

from typing import Any

import stripe

from tests.simulators.stripe.process import StripeSimulator

CARD_ONLY: Any = {"allowed_payment_method_types": ["card"]}
CARD_EVENTS = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated"]


def make_client(simulator: StripeSimulator, *, key: str = "", retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(
        key or simulator.secret_key,
        base_addresses={"api": simulator.base_url},
        http_client=stripe.RequestsClient(timeout=2),
        max_network_retries=retries,
    )


def pay(client: stripe.StripeClient, method: str = "pm_card_visa", **fields: Any) -> stripe.PaymentIntent:
    params: Any = {"amount": 2500, "currency": "usd", "payment_method": method, "confirm": True}
    params.update(CARD_ONLY, **fields)
    return client.v1.payment_intents.create(params)


def list_held_types(simulator: StripeSimulator) -> list[str]:
    return [event["type"] for event in simulator.list_held_events()]
