"""Stripe's part of our pages and our callback address, over HTTP."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from inventory.queries.levels import list_reservations
from orders.models import Order
from payments.models import GatewayCallback, Payment
from shop.kernel.clock import now, override_now
from tests.factories.orders import make_order
from tests.simulators.stripe import StripeSimulator

pytestmark = pytest.mark.django_db

HOOK = "/payments/callbacks/stripe/"


def read_policy(client: Client, url: str) -> dict[str, list[str]]:
    parts = client.get(url).headers["Content-Security-Policy"].split(";")
    return {words[0]: words[1:] for part in parts if (words := part.split())}


def till_url(order: Order) -> str:
    return f"{reverse('payments:pay', args=[order.number])}?{urlencode({'token': order.token})}"


def test_only_the_till_lets_stripes_script_in(
    client: Client, stripe_api: StripeSimulator, settings: Settings
) -> None:
    settings.STRIPE_API_BASE = ""
    settings.STRIPE_SCRIPT_URL = "https://js.stripe.com/endive/stripe.js"
    policy = read_policy(client, till_url(make_order()))
    assert policy["script-src"] == ["'self'", "https://js.stripe.com", "https://*.js.stripe.com"]
    assert policy["connect-src"] == ["'self'", "https://api.stripe.com"]
    assert "https://hooks.stripe.com" in policy["frame-src"]
    assert "stripe" not in str(read_policy(client, "/cart/"))


def test_without_keys_neither_form_nor_origin_is_there(
    client: Client, stripe_api: StripeSimulator, settings: Settings
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = []
    url = till_url(make_order())
    assert "stripe" not in client.get(url).content.decode()
    assert read_policy(client, url)["script-src"] == ["'self'"]


def post(client: Client, body: bytes, header: str) -> Any:
    return client.post(HOOK, body, content_type="application/json", headers={"stripe-signature": header})


def make_event(stripe_api: StripeSimulator, **changes: Any) -> tuple[bytes, str]:
    event = {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": 1_790_000_000,
        "data": {"object": {"object": "payment_intent", "id": "pi_1"}},
        "livemode": False,
        "type": "payment_intent.succeeded",
        **changes,
    }
    return stripe_api.sign_event(event)


def test_genuine_callback_is_kept_once_without_session(client: Client, stripe_api: StripeSimulator) -> None:
    body, header = make_event(stripe_api)
    for _copy in range(100):
        answer = post(client, body, header)
        assert answer.status_code == 200
        assert not answer.cookies
    kept = GatewayCallback.objects.get()
    assert (kept.event_id, bytes(kept.body)) == ("evt_1", body)


def test_forged_callback_is_refused(client: Client, stripe_api: StripeSimulator) -> None:
    body, header = make_event(stripe_api)
    for bad_body, bad_header in ((body + b" ", header), (body, ""), (body, header.replace("v1=", "v1=0"))):
        assert post(client, bad_body, bad_header).status_code == 400
    assert not GatewayCallback.objects.exists()


def test_other_mode_and_huge_body_are_refused(client: Client, stripe_api: StripeSimulator) -> None:
    assert post(client, *make_event(stripe_api, livemode=True)).status_code == 400
    assert post(client, *make_event(stripe_api, padding="x" * 5_000_000)).status_code == 413
    assert not GatewayCallback.objects.exists()


def test_unconfigured_endpoint_refuses(
    client: Client, stripe_api: StripeSimulator, settings: Settings
) -> None:
    body, header = make_event(stripe_api)
    settings.STRIPE_WEBHOOK_SECRETS = [""]
    assert post(client, body, header).status_code == 400


def test_old_secret_works_while_it_is_rolled(
    client: Client, stripe_api: StripeSimulator, settings: Settings
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", stripe_api.webhook_secret]
    assert post(client, *make_event(stripe_api)).status_code == 200


def pay_by_page(client: Client, order: Order, key: str, *, method: str = "pm_card_visa") -> Any:
    form = {"gateway": "stripe", "method_token": method, "idempotency_key": key}
    return client.post(till_url(order), form)


def test_provider_that_does_not_answer_is_left_alone_and_comes_back(
    client: Client, stripe_api: StripeSimulator
) -> None:
    """F25: the first five learn that it is down, the next is told at once, the cart stays held, a probe opens it again."""
    order = make_order()
    stripe_api.add_fault("error", path="payment_intents$", method="POST", status=429, times=5)
    for number in range(5):
        assert pay_by_page(client, order, f"try-{number}").status_code == 303
    refused = pay_by_page(client, order, "try-5")
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "This payment method does not answer at the moment. You have not been charged." in page
    assert 'data-gateway="stripe"' not in page
    assert 'data-gateway="sandbox"' in page
    assert Payment.objects.filter(idempotency_key="try-5").count() == 0
    assert sum(row.open_quantity for row in list_reservations(order.reference)) == 1
    with override_now(now() + timedelta(seconds=31)):
        assert 'data-gateway="stripe"' in client.get(till_url(order)).content.decode()
        pay_by_page(client, order, "probe")
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert 'shop_gateway_times_left_alone{gateway="stripe"} 1.0' in client.get("/metrics").content.decode()


def test_another_way_to_pay_works_while_one_is_left_alone(
    client: Client, stripe_api: StripeSimulator
) -> None:
    order = make_order()
    stripe_api.add_fault("error", path="payment_intents$", method="POST", status=429, times=5)
    for number in range(5):
        pay_by_page(client, order, f"try-{number}")
    page = client.get(till_url(order)).content.decode()
    assert "Card or wallet: not available at the moment" in page
    form = {"gateway": "sandbox", "method_token": "tok_success", "idempotency_key": "other"}
    client.post(till_url(order), form)
    order.refresh_from_db()
    assert order.payment_status == "paid"


def test_program_is_told_that_the_provider_is_left_alone(client: Client, stripe_api: StripeSimulator) -> None:
    order = make_order()
    stripe_api.add_fault("error", path="payment_intents$", method="POST", status=429, times=5)
    for number in range(5):
        pay_by_page(client, order, f"try-{number}")
    answer = client.post(
        f"/api/v1/orders/{order.number}/payments/?token={order.token}",
        {"gateway": "stripe", "method_token": "pm_card_visa"},
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "gateway_paused")
