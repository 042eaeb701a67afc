"""Stripe's part of our pages and our callback address, over HTTP."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from orders.models import Order
from payments.models import GatewayCallback
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
