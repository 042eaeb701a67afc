"""One simulator process per test module, emptied before each test."""

from collections.abc import Iterator

import pytest
import stripe

from tests.simulators.stripe import StripeSimulator
from tests.simulators.stripe.shopper import make_client


@pytest.fixture(scope="module")
def process() -> Iterator[StripeSimulator]:
    with StripeSimulator() as running:
        yield running


@pytest.fixture
def simulator(process: StripeSimulator) -> StripeSimulator:
    process.reset()
    process.set_webhooks(url="", secrets=[process.webhook_secret])
    return process


@pytest.fixture
def client(simulator: StripeSimulator) -> stripe.StripeClient:
    return make_client(simulator)
