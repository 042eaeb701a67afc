"""What people do in the shop, step by step, in either language."""

from __future__ import annotations

from playwright.sync_api import Page, expect

ADDRESS = {
    "NL": {"first_name": "Piet", "last_name": "Bos", "line1": "Damrak 1", "postal_code": "1012 LG", "city": "Amsterdam"},
    "CN": {
        "region": "北京市", "city": "海淀区", "line1": "中关村大街1号", "postal_code": "100080", "last_name": "王",
        "first_name": "小明", "phone": "13800138000",
    },
}  # fmt: skip


def put_in_cart(page: Page) -> None:
    page.locator("form[action*='/cart/add/'] button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")


def fill_address(page: Page, country: str) -> None:
    page.locator("[name=email]").fill("shopper@example.com")
    chooser = page.locator("select[name=country]")
    if chooser.input_value() != country:
        chooser.select_option(country)
        redraw = page.locator("button[name=redraw]")
        if redraw.count() and redraw.is_visible():
            redraw.click()
        page.wait_for_load_state("networkidle")
    for name, value in ADDRESS[country].items():
        field = page.locator(f"#checkout [name={name}], form [name={name}]").first
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("form[action*='checkout/address'] button[type=submit]:not([name=redraw])").last.click()
    page.wait_for_load_state("networkidle")


def choose_delivery(page: Page, code: str = "standard") -> None:
    page.locator(f"form[action*='checkout/shipping'] [name=code][value={code}]").check()
    button = page.locator("form[action*='checkout/shipping'] button[type=submit]")
    if button.count() and button.first.is_visible():
        button.first.click()
    page.wait_for_load_state("networkidle")


def place_order(page: Page) -> str:
    """Answers the order's number."""
    page.locator("form[action*='checkout/place'] button[type=submit]").first.click()
    page.wait_for_url("**/pay/**")
    return page.url.split("/pay/")[1].split("/")[0]


def buy(page: Page, base: str, *, prefix: str = "", country: str = "NL") -> str:
    """From the product's page to the till; answers the order's number."""
    put_in_cart(page)
    page.goto(f"{base}{prefix}/checkout/")
    fill_address(page, country)
    choose_delivery(page)
    return place_order(page)


def pay(page: Page, token: str) -> None:
    page.locator(f"[name=method_token][value={token}]").check()
    page.locator("form[data-gateway=sandbox] button[type=submit]").click()
    page.wait_for_load_state("networkidle")


def sign_in(page: Page, base: str, *, email: str, password: str, path: str) -> None:
    page.goto(f"{base}{path}")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"**{path}*")
    expect(page.locator("[name=password]")).to_have_count(0)
