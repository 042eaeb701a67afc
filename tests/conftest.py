"""What every test stands on: real PostgreSQL and Valkey, sockets to loopback only, no mocks inside the project."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.utils import translation
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer
from pytest_socket import socket_allow_hosts

from catalog.queries.categories import forget_category_tree
from shop.embedded.chromium import find_chromium
from shop.kernel.invariants import check_invariants
from shop.kernel.relay import drain_outbox
from shop.web.management.message_catalogue import compile_catalogue, find_po_file, list_locales
from tests.databases import copy_migrated_database
from tests.emptying import empty_quickly
from tests.factories import orders as orders_factory

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

LONG = (
    "tests/api/test_schemathesis.py",
    "tests/browser/",
    "tests/demo/",
    "tests/infrastructure/",
    "tests/web/test_roles.py",
)

# Their articles are in no list of the storefront, unless a test is marked `listed`.
UNLISTED = ("tests/orders/", "tests/payments/", "tests/crm/", "tests/analytics/")

# Explaining a failure traces every line: of a long history it sees only the time limit, not the error.
hypothesis_settings.register_profile("shop", phases=[phase for phase in Phase if phase is not Phase.explain])
hypothesis_settings.load_profile("shop")

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # playwright's sync API runs an event loop in this thread


def pytest_configure(config: pytest.Config) -> None:
    """A fresh clone has no compiled translations: write them once, before any worker starts."""
    if not hasattr(config, "workerinput"):
        for locale in list_locales():
            compile_catalogue(find_po_file(locale))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long tests come first, in their random order, so that no worker is alone with one at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage again and again was a fourteenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test may talk to anything but this machine; articles are listed where somebody looks for them."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    is_asked = item.get_closest_marker("listed") is not None
    orders_factory.LISTS_ARTICLES = is_asked or not item.nodeid.startswith(UNLISTED)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, request: pytest.FixtureRequest, django_db_keepdb: bool
) -> None:
    """One migrated database for all workers; with ``--reuse-db`` each keeps its own."""
    if hasattr(request.config, "workerinput") and not django_db_keepdb:
        copy_migrated_database(request.config)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database of pytest-django, emptied quickly."""
    with django_db_blocker.unblock():
        empty_quickly()


@pytest.fixture(scope="session")
def live_server(django_db_setup: None, live_server: LiveServer) -> LiveServer:
    """Begun after the database, so that it has ended, with its connections, before the database is dropped."""
    return live_server


@pytest.fixture(autouse=True)
def _forget_what_the_process_keeps() -> Iterator[None]:
    """Cached values, counted calls, the category tree and the language must not carry over from one test to the next."""
    _forget_caches()
    translation.activate("en")
    yield
    _forget_caches()


def _forget_caches() -> None:
    for kept in caches:
        caches[kept].clear()
    forget_category_tree()


@pytest.fixture
def drain() -> Callable[[], int]:
    """Deliver the outbox until it is empty, as the relay would; answers how many events were delivered."""

    def run() -> int:
        total = 0
        while delivered := drain_outbox().delivered:
            total += delivered
        return total

    return run


@pytest.fixture
def assert_invariants(db: None) -> Callable[[], None]:
    """Fail when any invariant of the house is broken."""

    def check() -> None:
        violations: list[Any] = check_invariants()
        assert violations == []

    return check


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of the process: a second playwright beside it would find its event loop running."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()
