"""Valkey dies: the shop goes on, and what was on its way through the queue is done once when it is back."""

from __future__ import annotations

import time
from contextlib import closing

import pytest

from orders.models import Order
from shop.accounts.services.users import create_verified_user
from shop.kernel.invariants import check_invariants
from tests.factories.orders import make_article, make_shipping
from tests.faults.bells import count_effects, count_unsent, ring
from tests.faults.browser import Browser
from tests.faults.processes import wait_until
from tests.faults.report import report
from tests.faults.shopper import Shopper
from tests.faults.stack import Stack, WebServer

EVENTS = 2000
PASSWORD = "correct horse 7 Battery"


def shop_around(base: str, sku: str) -> None:
    """Browse, fill a cart, sign in, order: by page and by program."""
    product = make_article(sku, stock=10).product
    create_verified_user(f"{sku.lower()}@example.com", password=PASSWORD)
    browser = Browser(base)
    with browser.session:
        for path in ("/", f"/p/{product.slug}/", "/search/?q=product", "/health/ready"):
            assert browser.open(path).status_code == 200, path
        browser.add(sku)
        page = browser.open("/account/login/")
        page = browser.submit(page, "/account/login/", login=f"{sku.lower()}@example.com", password=PASSWORD)
        assert "sessionid" in browser.session.cookies
        assert product.name in browser.open("/cart/").text
        page = browser.go_to_review(sku)
        end = browser.submit(page, "/checkout/place/")
    assert "/pay/" in end.url
    with closing(Shopper(base)) as shopper:
        cart, _answer = shopper.fill_cart(sku)
        assert shopper.place(cart, key="k").status == 201


def test_f8_no_page_needs_the_queue(web: WebServer) -> None:
    """This web server's Redis has never existed."""
    make_shipping()
    shop_around(web.base, "CUP")
    assert Order.objects.count() == 2
    assert check_invariants() == []


@pytest.mark.fault
@pytest.mark.timeout(600)
def test_f8_shop_goes_on_while_the_queue_dies(stack: Stack) -> None:
    make_shipping()
    web = stack.start_web()
    stack.start_worker()
    stack.start_beat()
    shop_around(web.base, "CUP")
    stack.valkey.kill_group()
    started_at = time.monotonic()
    shop_around(web.base, "BOWL")
    seconds = time.monotonic() - started_at
    stack.start_valkey()
    shop_around(web.base, "PLATE")
    assert Order.objects.count() == 6
    report("F8", orders=6, shopping_without_queue_seconds=round(seconds, 1))


@pytest.mark.fault
@pytest.mark.timeout(600)
def test_f9_every_event_is_heard_once_though_the_queue_dies_thrice(stack: Stack) -> None:
    stack.start_worker()
    stack.start_beat()
    recoveries = []
    for _ in range(3):
        known = len(count_effects())
        ring(range(known, known + EVENTS))
        wait_until(lambda known=known: len(count_effects()) > known, seconds=90, what="a first effect")
        stack.valkey.kill_group()
        time.sleep(3)
        stack.start_valkey()
        recoveries.append(wait_until(lambda: count_unsent() == 0, seconds=60, what="an empty outbox"))
    assert set(count_effects().values()) == {1}
    assert len(count_effects()) == 3 * EVENTS
    report("F9", kills=3, events=3 * EVENTS, all_done_seconds=round(max(recoveries), 1))
