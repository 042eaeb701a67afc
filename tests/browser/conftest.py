"""A real browser before a real server; the clockwork (worker and beat) is wound by hand, so that tests need not wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from catalog.models import Variant
from orders import tasks as order_tasks
from orders.gateways.sandbox_carrier import journey
from payments import tasks as payment_tasks
from shop.accounts.services.roles import sync_roles
from shop.demo.services.setup import ensure_shipping
from shop.kernel.mail import send_due_emails
from shop.kernel.relay import drain_outbox
from tests.factories.catalog import make_category, make_product, make_variant
from tests.factories.inventory import make_stock, make_warehouse

PATIENCE = 15_000
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1440, 1000)}


@dataclass
class Desk:
    """Opens pages of one size; what the browser complains about fails the test."""

    browser: Browser
    base: str
    complaints: list[str]
    contexts: list[BrowserContext]

    def open(
        self,
        path: str,
        *,
        size: str = "phone",
        scripts: bool = True,
        dark: bool = False,
        locale: str = "en-GB",
    ) -> Page:
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            locale=locale,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self._note(page, message))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.goto(self.base + path)
        return page

    def _note(self, page: Page, message: ConsoleMessage) -> None:
        # The back office's library sets styles that its policy blocks, without harm; the storefront must be clean.
        if "Content Security Policy" in message.text and "/admin/" not in page.url:
            self.complaints.append(message.text)


@pytest.fixture
def desk(
    browser: Browser, live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    # By chance one parcel in ten gets lost and one meets a closed door: not in these tests.
    monkeypatch.setattr(journey, "STALL_DIGIT", "-")
    monkeypatch.setattr(journey, "EXCEPTION_DIGIT", "-")
    settings.SITE_URL = live_server.url
    settings.SANDBOX_CALLBACK_BASE_URL = live_server.url
    settings.SANDBOX_ASYNC_SECONDS = 1
    settings.SANDBOX_CARRIER_MINUTES = 0.02
    opened = Desk(browser, live_server.url, [], [])
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.complaints == []


@pytest.fixture
def shelf(transactional_db: None) -> Variant:
    """One article on the shelf of a shop that is set up."""
    sync_roles()
    ensure_shipping()
    category = make_category("kitchen/tableware/cups", name="Cups", chinese="杯子")
    product = make_product("Harbour stoneware mug", chinese="港湾粗陶马克杯", slug="mug", category=category)
    variant = make_variant(
        product=product, sku="MUG-1", prices={"EUR": "24.90", "USD": "26.90", "CNY": "189.00"}
    )
    make_stock(variant, warehouse=make_warehouse("RTM"), quantity=20)
    drain_outbox()
    return variant


@pytest.fixture
def wind() -> Callable[[], None]:
    """One turn of the clockwork: everything that worker and beat would have done by now."""

    def turn() -> None:
        for task in (
            payment_tasks.run_sandbox_provider_task,
            payment_tasks.process_callbacks_task,
            payment_tasks.sweep_payments_task,
            payment_tasks.execute_refunds_task,
            order_tasks.run_sandbox_carrier_task,
            order_tasks.process_carrier_callbacks_task,
            order_tasks.poll_shipments_task,
        ):
            task()
        drain_outbox()
        send_due_emails()

    return turn


@pytest.fixture
def product_path(shelf: Variant) -> str:
    return reverse("catalog:product", args=[shelf.product.slug])
