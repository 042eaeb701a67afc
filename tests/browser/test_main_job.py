"""The main job as people do it: buy, ship, watch it arrive."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import expect

from catalog.models import Variant
from inventory.domain.requests import StockLine
from inventory.models import StockLevel
from inventory.services.corrections import adjust_stock
from orders.models import Order
from payments.models import Payment
from shop.accounts.services.users import create_verified_user
from shop.kernel.invariants import check_invariants
from shop.kernel.relay import drain_outbox
from tests.browser import journeys
from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "linen-4-two"


@pytest.mark.parametrize(
    ("size", "prefix", "country"),
    [("phone", "", "NL"), ("desktop", "/zh-hans", "CN")],
    ids=["phone-en", "desktop-zh"],
)
def test_buy_ship_and_watch_it_arrive(
    desk: Desk,
    product_path: str,
    shelf: Variant,
    wind: Callable[[], None],
    size: str,
    prefix: str,
    country: str,
) -> None:
    page = desk.open(prefix + product_path, size=size, locale="zh-CN" if prefix else "en-GB")
    number = journeys.buy(page, desk.base, prefix=prefix, country=country)
    journeys.pay(page, "tok_success")
    page.wait_for_url(f"**/orders/{number}/**")
    wind()
    order = Order.objects.get(number=number)
    assert (order.status, order.payment_status) == ("confirmed", "paid")
    assert order.language == ("zh-hans" if prefix else "en")
    order_url = page.url

    create_verified_user("store@example.com", password=PASSWORD, is_staff=True, roles=["warehouse"])
    back = desk.open("/admin/login/", size="desktop")
    journeys.sign_in(back, desk.base, email="store@example.com", password=PASSWORD, path="/admin/")
    back.goto(f"{desk.base}/admin/orders/order/{order.pk}/change/")
    back.get_by_role("button", name="Allocate: start packing").click()
    back.get_by_role("link", name="Pick list").click()
    expect(back.get_by_text("MUG-1").first).to_be_visible()
    back.goto(f"{desk.base}/admin/orders/order/{order.pk}/ship/")
    back.locator("form button[type=submit]").last.click()
    back.wait_for_load_state("networkidle")
    order.refresh_from_db()
    assert order.fulfilment_status == "shipped"

    deadline = time.monotonic() + 20
    while order.fulfilment_status != "delivered" and time.monotonic() < deadline:
        time.sleep(0.3)
        wind()
        order.refresh_from_db()
    page.goto(order_url)
    assert order.fulfilment_status == "delivered"
    shipment = order.shipments.get()
    assert shipment.nodes.count() >= 4
    expect(page.get_by_text(shipment.tracking_number).first).to_be_visible()

    level = StockLevel.objects.get(variant=shelf)
    assert (level.on_hand, level.reserved) == (19, 0)
    assert any(number in message.subject for message in mail.outbox)
    assert check_invariants() == []


def test_a_decline_says_why_then_3d_secure_pays(
    desk: Desk, product_path: str, wind: Callable[[], None]
) -> None:
    page = desk.open(product_path)
    number = journeys.buy(page, desk.base)
    journeys.pay(page, "tok_declined")
    expect(page.get_by_role("alert")).to_contain_text("funds")
    journeys.pay(page, "tok_3ds")
    page.get_by_role("button", name="Refuse").click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("alert").first).to_be_visible()
    journeys.pay(page, "tok_3ds")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url(f"**/orders/{number}/**")
    wind()
    assert Order.objects.get(number=number).payment_status == "paid"
    assert list(Payment.objects.order_by("pk").values_list("status", flat=True)) == [
        "failed",
        "failed",
        "succeeded",
    ]
    assert check_invariants() == []


def test_a_payment_that_takes_its_time_is_waited_for(
    desk: Desk, product_path: str, wind: Callable[[], None]
) -> None:
    page = desk.open(product_path)
    number = journeys.buy(page, desk.base)
    journeys.pay(page, "tok_async")
    order = Order.objects.get(number=number)
    assert order.payment_status == "processing"
    time.sleep(1.2)
    wind()
    wind()
    order.refresh_from_db()
    assert order.payment_status == "paid"
    # The page asks on its own and goes on to the order.
    page.wait_for_url(f"**/orders/{number}/**")
    expect(page.locator("#order-status")).to_be_visible()


def test_all_of_it_without_scripts(desk: Desk, product_path: str, wind: Callable[[], None]) -> None:
    page = desk.open(product_path, scripts=False)
    number = journeys.buy(page, desk.base, country="CN")
    journeys.pay(page, "tok_success")
    order = Order.objects.get(number=number)
    page.goto(f"{desk.base}/orders/{number}/?token={order.token}")
    wind()
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert order.country == "CN"


def test_a_sold_out_line_is_told_and_nothing_is_lost(desk: Desk, product_path: str, shelf: Variant) -> None:
    page = desk.open(product_path)
    journeys.put_in_cart(page)
    level = StockLevel.objects.get(variant=shelf)
    line = StockLine(variant_id=shelf.pk, warehouse_id=level.warehouse_id, quantity=-20)
    adjust_stock([line], source_type="test", source_id="gone", reason="test", actor="t")
    drain_outbox()
    page.goto(f"{desk.base}/cart/")
    expect(page.get_by_text("Harbour stoneware mug").first).to_be_visible()
    expect(page.get_by_text("sold out").first).to_be_visible()
