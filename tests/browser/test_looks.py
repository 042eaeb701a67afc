"""Every storefront page: accessible in light and dark, nothing sticks out, no dead link."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from catalog.models import Variant
from orders.models import Order
from shop.accounts.services.users import create_verified_user
from tests.browser import journeys
from tests.browser.conftest import SIZES, Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "linen-4-two"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # to describe every node that passes takes a third of the browser's time
}


# Between two looks no colour may be on its way.
STANDSTILL = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets = [sheet];
}"""
# Each page is loaded once and then looked at in these ways; the last is only measured.
LOOKS: tuple[tuple[str, Literal["dark", "light"]], ...] = (
    ("phone", "dark"),
    ("desktop", "light"),
    ("tablet", "light"),
)


def list_violations(page: Page) -> list[str]:
    options = json.dumps(RULES)
    found = page.evaluate(f"axe.run({options}).then(results => results.violations)")
    return [
        f"{page.url} {rule['id']}: {rule['nodes'][0]['html'][:160]} {rule['nodes'][0].get('failureSummary', '')[:300]}"
        for rule in found
    ]


def is_too_wide(page: Page) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    )


def check(page: Page) -> list[str]:
    """Violations in dark and light, and whether the page can be scrolled sideways at any size."""
    page.evaluate(Axe().axe_script)
    page.evaluate(STANDSTILL)
    problems = []
    for size, scheme in LOOKS:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        found = [] if size == "tablet" else list_violations(page)
        problems += [f"{size}, {scheme}: {violation}" for violation in found]
        if is_too_wide(page):
            problems.append(f"{size}: {page.url} sticks out sideways")
    return problems


PUBLIC_PATHS = (
    "/", "/zh-hans/", "/c/kitchen/", "/c/kitchen/tableware/cups/", "/search/?q=mug",
    "/search/?q=nothing-like-it", "/help/", "/account/login/", "/account/signup/", "/account/login/code/",
    "/account/password/reset/", "/cart/", "/no/such/page/", "/api/v1/", "/styleguide/", "/c/kitchen/?view=list",
    "/brands/", "/collections/", "/compare/?p=mug", "/wishlist/", "/delivery/?sku=MUG-1",
)  # fmt: skip


# Two halves, so that two workers may look at the same time.
@pytest.mark.parametrize("half", [0, 1])
def test_public_pages(desk: Desk, product_path: str, half: int) -> None:
    problems = []
    page = desk.open("/")
    for path in (*PUBLIC_PATHS, product_path, f"/zh-hans{product_path}")[half::2]:
        page.goto(desk.base + path)
        problems += check(page)
    assert problems == []


def test_pages_of_an_order(desk: Desk, product_path: str, wind: Callable[[], None]) -> None:
    problems = []
    page = desk.open(product_path)
    journeys.put_in_cart(page)
    for path in ("/cart/", "/checkout/", "/zh-hans/checkout/"):
        page.goto(desk.base + path)
        problems += check(page)
    page.goto(f"{desk.base}/checkout/")
    journeys.fill_address(page, "NL")
    problems += check(page)
    journeys.choose_delivery(page)
    problems += check(page)
    number = journeys.place_order(page)
    problems += check(page)
    journeys.pay(page, "tok_declined")
    problems += check(page)
    journeys.pay(page, "tok_3ds")
    problems += check(page)
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url(f"**/orders/{number}/**")
    wind()
    page.reload()
    problems += check(page)
    assert Order.objects.get(number=number).payment_status == "paid"
    assert problems == []


def test_account_pages(desk: Desk, shelf: Variant) -> None:
    create_verified_user("ann@example.com", password=PASSWORD, name="Ann")
    page = desk.open("/account/login/")
    journeys.sign_in(page, desk.base, email="ann@example.com", password=PASSWORD, path="/account/")
    problems = []
    for path in (
        "/account/",
        "/account/orders/",
        "/account/addresses/",
        "/account/addresses/new/",
        "/account/profile/",
        "/account/logout/",
        "/account/email/",
        "/account/password/change/",
    ):
        page.goto(desk.base + path)
        problems += check(page)
    assert problems == []


def test_no_link_is_dead(client: Client, shelf: Variant) -> None:
    """Walks the shop from its front page, in both languages."""
    import re

    seen, queue = set(), ["/", "/zh-hans/", "/sitemap.xml", "/robots.txt"]
    while queue:
        path = queue.pop()
        if path in seen:
            continue
        seen.add(path)
        response = client.get(path, headers={"Referer": "http://testserver/"})
        assert response.status_code in {200, 302}, path
        if "text/html" in response.get("Content-Type", ""):
            for link in re.findall(r'<a[^>]+href="(/[^"#]*)', response.content.decode()):
                target = link.replace("&amp;", "&")
                if not target.startswith(("/static/", "/media/", "/admin/")):
                    queue.append(target)
    assert "/p/mug/" in seen
    assert "/zh-hans/p/mug/" in seen
