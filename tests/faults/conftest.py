"""Two kinds of shop under fault: a web server on the tests' own database, and a whole stack of our own."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from shop.kernel.invariants import check_invariants
from tests.faults.processes import find_port
from tests.faults.stack import Stack, WebServer, use_database
from tests.simulators.stripe import StripeSimulator


def get_test_database_url() -> str:
    kept = connections["default"].settings_dict
    user = ":".join(quote(str(kept[key]), safe="") for key in ("USER", "PASSWORD") if kept[key])
    return f"postgres://{user}@{kept['HOST']}:{kept['PORT']}/{kept['NAME']}"


@pytest.fixture(scope="session")
def stripe_of_session() -> Iterator[StripeSimulator]:
    with StripeSimulator() as running:
        yield running


@pytest.fixture
def stripe_api(stripe_of_session: StripeSimulator) -> StripeSimulator:
    """The simulator that the web server pays with, emptied."""
    stripe_of_session.reset()
    stripe_of_session.set_webhooks(url="", secrets=[stripe_of_session.webhook_secret])
    return stripe_of_session


@pytest.fixture(scope="session")
def web_of_session(
    django_db_setup: None, stripe_of_session: StripeSimulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebServer]:
    """Several workers on the tests' database. Its Redis does not exist: no page may need it (F8)."""
    directory = tmp_path_factory.mktemp("web")
    (directory / "mailbox").mkdir()
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "DATABASE_URL": get_test_database_url(),
        "REDIS_URL": f"redis://127.0.0.1:{find_port()}/0",
        "MAILBOX_DIRECTORY": str(directory / "mailbox"),
        "PYTHONWARNINGS": "ignore",
        "STRIPE_API_BASE": stripe_of_session.base_url,
        "STRIPE_SECRET_KEY": stripe_of_session.secret_key,
        "STRIPE_PUBLISHABLE_KEY": stripe_of_session.publishable_key,
        "STRIPE_WEBHOOK_SECRETS": stripe_of_session.webhook_secret,
    }
    server = WebServer(directory=directory, environment=environment)
    server.start_and_wait()
    yield server
    server.stop()


@pytest.fixture
def web(transactional_db: None, web_of_session: WebServer) -> WebServer:
    """The web server on an empty database."""
    return web_of_session


@pytest.fixture(scope="session")
def stack_of_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    # Not below pytest's own directory, which other users (PostgreSQL does not run as root) may not enter.
    directory = tmp_path_factory.mktemp("stack")
    stack = Stack(directory)
    try:
        stack.start_servers()
        stack.migrate()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def stack(stack_of_session: Stack, django_db_blocker: DjangoDbBlocker) -> Iterator[Stack]:
    """Servers of our own, emptied; this process's queries go there, too. What is broken at the end is a failure."""
    with django_db_blocker.unblock(), use_database(stack_of_session.database_url):
        stack_of_session.reset()
        yield stack_of_session
        stack_of_session.stop_parts()
        assert check_invariants() == []


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> Iterator[random.Random]:
    """The run's randomness; printed, so that a failure can be had again by FAULT_SEED."""
    number = int(os.environ.get("FAULT_SEED", random.SystemRandom().randrange(10**6)))
    print(f"\n{request.node.name}: FAULT_SEED={number}")
    return random.Random(number)
