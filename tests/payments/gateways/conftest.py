"""The Stripe simulator as the account behind the real adapter."""

from collections.abc import Iterator

import pytest
import stripe
from pytest_django import Settings

from payments.gateways.stripe.adapter import StripeGateway
from tests.simulators.stripe import StripeSimulator


@pytest.fixture(scope="module")
def stripe_process() -> Iterator[StripeSimulator]:
    with StripeSimulator() as running:
        yield running


@pytest.fixture
def stripe_api(
    stripe_process: StripeSimulator, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> StripeSimulator:
    """Empty, held webhooks, and the settings that make our adapter talk to it."""
    stripe_process.reset()
    stripe_process.set_webhooks(url="", secrets=[stripe_process.webhook_secret])
    settings.STRIPE_SECRET_KEY = stripe_process.secret_key
    settings.STRIPE_PUBLISHABLE_KEY = stripe_process.publishable_key
    settings.STRIPE_WEBHOOK_SECRETS = [stripe_process.webhook_secret]
    settings.STRIPE_API_BASE = stripe_process.base_url
    settings.STRIPE_SCRIPT_URL = f"{stripe_process.base_url}/endive/stripe.js"
    settings.STRIPE_PAYMENT_METHODS = ["card", "alipay", "wechat_pay", "us_bank_account", "sepa_debit"]
    settings.STRIPE_TIMEOUT_SECONDS = 0.8
    # The library's waits between attempts; their length is not under test.
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.02)
    return stripe_process


@pytest.fixture
def gateway(stripe_api: StripeSimulator) -> StripeGateway:
    return StripeGateway()
