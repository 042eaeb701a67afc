"""A shopper pays on our page with Stripe's element, in a real browser under our Content-Security-Policy."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from orders.models import Order
from payments.models import Payment
from payments.services.callbacks import process_pending_callbacks
from tests.factories.orders import make_order
from tests.simulators.stripe import StripeSimulator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORM = "form[data-gateway=stripe]"
PATIENCE = 15_000


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Fails the test when the browser had anything to complain about, our policy above all."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    opened.on("console", note)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def open_till(
    page: Page, live_server: LiveServer, stripe_api: StripeSimulator, settings: Settings
) -> Callable[[Order], None]:
    settings.SITE_URL = live_server.url
    settings.STRIPE_TIMEOUT_SECONDS = 5.0
    stripe_api.set_webhooks(url=live_server.url + reverse("payments:callback", args=["stripe"]))

    def open_it(order: Order) -> None:
        path = reverse("payments:pay", args=[order.number])
        page.goto(f"{live_server.url}{path}?{urlencode({'token': order.token})}")
        expect(page.locator(f"{FORM} [data-fake-stripe]")).to_be_visible()

    return open_it


def submit(page: Page, *, number: str = "", method: str = "card") -> None:
    page.locator(f"{FORM} [name=fake-method]").select_option(method)
    if number:
        page.locator(f"{FORM} [name=fake-number]").fill(number)
    page.locator(f"{FORM} button[type=submit]").click()


def expect_paid(page: Page, order: Order, stripe_api: StripeSimulator) -> None:
    page.wait_for_url(f"**/orders/{order.number}/**")
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert stripe_api.count_objects()["paid_charges"] == 1


def test_card(page: Page, open_till: Callable[[Order], None], stripe_api: StripeSimulator) -> None:
    order = make_order()
    open_till(order)
    submit(page)
    expect_paid(page, order, stripe_api)
    sent = [request for request in stripe_api.list_requests() if "4242" in str(request["params"])]
    assert {request["path"] for request in sent} == {"/v1/confirmation_tokens"}


def test_decline_says_why_and_the_next_card_pays(
    page: Page, open_till: Callable[[Order], None], stripe_api: StripeSimulator
) -> None:
    order = make_order()
    open_till(order)
    submit(page, number="4000000000009995")
    expect(page.get_by_text("Your card has not enough funds.")).to_be_visible()
    submit(page, number="4242424242424242")
    expect_paid(page, order, stripe_api)


def test_number_that_is_none_is_told_at_once(page: Page, open_till: Callable[[Order], None]) -> None:
    open_till(make_order())
    submit(page, number="4242424242424241")
    expect(page.locator(f"{FORM} [data-stripe-error]")).to_have_text("Your card number is incorrect.")
    expect(page.locator(f"{FORM} button[type=submit]")).to_be_enabled()
    assert not Payment.objects.exists()


def test_challenge_approved(
    page: Page, open_till: Callable[[Order], None], stripe_api: StripeSimulator
) -> None:
    order = make_order()
    open_till(order)
    submit(page, number="4000002760003184")
    page.locator("#approve").click()
    expect_paid(page, order, stripe_api)
    assert Payment.objects.get().status == "succeeded"


def test_challenge_refused(page: Page, open_till: Callable[[Order], None]) -> None:
    order = make_order()
    open_till(order)
    submit(page, number="4000002760003184")
    page.locator("#refuse").click()
    expect(page.get_by_text("Your bank could not confirm that it is you.")).to_be_visible()


def test_alipay(page: Page, open_till: Callable[[Order], None], stripe_api: StripeSimulator) -> None:
    order = make_order()
    open_till(order)
    submit(page, method="alipay")
    expect(page.get_by_role("heading", name="Alipay test page")).to_be_visible()
    page.locator("#approve").click()
    expect_paid(page, order, stripe_api)


def test_wechat_page_goes_on_by_itself(
    page: Page, open_till: Callable[[Order], None], stripe_api: StripeSimulator
) -> None:
    order = make_order()
    open_till(order)
    submit(page, method="wechat_pay")
    code = page.get_by_role("img", name="Payment code for WeChat")
    expect(code).to_be_visible()
    assert code.evaluate("image => image.naturalWidth") > 0
    payment = Payment.objects.get(order=order)
    stripe_api.act("intents", str(payment.provider_reference), "approve")
    assert stripe_api.wait_until_delivered()
    process_pending_callbacks()
    expect_paid(page, order, stripe_api)
