"""Finding and choosing as people do it: by keyboard alone, by ear, on a phone, without scripts, in either language."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Variant
from shop.kernel.relay import drain_outbox
from tests.browser.conftest import Desk
from tests.factories.catalog import make_category, make_image, make_product, make_variant
from tests.factories.inventory import make_stock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOWLS = 29


@pytest.fixture
def bowls(shelf: Variant) -> None:
    """More than a page of one category, all but one sold out."""
    category = make_category("kitchen/bowls", name="Bowls", chinese="碗")
    for number in range(BOWLS):
        product = make_product(f"Bowl {number:02}", chinese=f"碗 {number:02}", category=category)
        make_variant(product=product, price=f"{30 + number}.00")


@pytest.fixture
def jug(shelf: Variant) -> None:
    """A jug in two sizes, with two pictures."""
    product = make_product("Clay jug", chinese="陶壶", slug="jug", category=make_category("kitchen/jugs"))
    warehouse = shelf.stock_levels.get().warehouse
    for sku, price, size in (("JUG-S", "24.00", "Small"), ("JUG-L", "34.50", "Large")):
        variant = make_variant(product=product, sku=sku, price=price, options={"Size": size})
        make_stock(variant, warehouse=warehouse, quantity=5)
    for position in range(2):
        make_image(product, alt=f"Jug from side {position}", position=position)
    drain_outbox()


def press_on(page: Page, selector: str, key: str = "Enter") -> None:
    page.locator(selector).first.focus()
    page.keyboard.press(key)


def test_finding_by_keyboard_alone(desk: Desk, bowls: None) -> None:
    page = desk.open("/c/kitchen/bowls/", size="desktop")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()

    field = page.get_by_role("combobox", name="Search the shop")
    field.focus()
    page.keyboard.type("mug")
    option = page.get_by_role("option", name=re.compile("Harbour stoneware mug"))
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    expect(option).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")

    press_on(page, "#view-list")
    expect(page).to_have_url(re.compile(r"/c/kitchen/bowls/\?view=list$"))
    expect(page.get_by_role("link", name="As a list")).to_be_focused()
    press_on(page, "[name=stock]", "Space")
    expect(page).to_have_url(re.compile(r"/bowls/\?(view=list&stock=1|stock=1&view=list)$"))
    expect(page.get_by_role("checkbox", name="In stock")).to_be_focused()


def test_one_page_more_keeps_the_place(desk: Desk, bowls: None) -> None:
    page = desk.open("/zh-hans/c/kitchen/bowls/?sort=name")
    cards = page.locator(".product-card")
    expect(cards).to_have_count(24)
    press_on(page, "[data-more]")
    expect(cards).to_have_count(BOWLS)
    expect(page.locator(".product-card a").nth(24)).to_be_focused()
    expect(page.locator("#list-news")).to_contain_text("29")
    expect(page).to_have_url(re.compile(r"\?sort=name&page=2&from=1$"))
    place = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/**", wait_until="commit")
    page.go_back(wait_until="domcontentloaded")
    expect(cards).to_have_count(BOWLS)
    page.wait_for_function("place => Math.abs(scrollY - place) < 200", arg=place)


def test_choosing_by_keyboard_and_by_ear(desk: Desk, jug: None) -> None:
    page = desk.open("/p/jug/", size="phone")
    expect(page.get_by_role("group", name=re.compile("Size"))).to_be_visible()
    page.get_by_role("radio", name="Small").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Large")).to_be_checked()
    expect(page.locator("[data-price-now]").first).to_have_text("€34.50")

    press_on(page, "[data-zoom]")
    zoom = page.get_by_role("dialog", name="Large picture")
    expect(zoom).to_be_visible()
    expect(zoom.get_by_role("img", name="Jug from side 0")).to_be_attached()
    page.keyboard.press("ArrowRight")
    expect(zoom.get_by_role("img", name="Jug from side 1")).to_be_attached()
    page.keyboard.press("Escape")
    expect(zoom).to_be_hidden()
    expect(page.locator("[data-zoom]").first).to_be_focused()

    press_on(page, "[data-wish] button")
    expect(page.locator("[data-wish] button")).to_have_attribute("aria-pressed", "true")
    press_on(page, "[data-buy]")
    expect(
        page.get_by_role("status").filter(has_text=re.compile("cart", re.IGNORECASE)).first
    ).to_be_visible()
    press_on(page, "[data-compare]")
    page.wait_for_url("**/compare/**")
    expect(page.get_by_role("table").get_by_role("link", name="Clay jug", exact=True)).to_be_visible()


def test_the_quantity_comes_and_goes_with_the_chosen_variant(desk: Desk, jug: None) -> None:
    Variant.objects.filter(sku="JUG-L").update(available_quantity=0)
    page = desk.open("/p/jug/?variant=JUG-L")
    quantity = page.locator("#buy [name=quantity]")
    expect(quantity).to_be_hidden()
    page.locator(".option", has_text="Small").click()
    expect(quantity).to_be_visible()
    page.locator(".option", has_text="Large").click()
    expect(quantity).to_be_hidden()


def test_two_products_stand_beside_each_other_on_a_phone(desk: Desk, shelf: Variant, jug: None) -> None:
    page = desk.open(f"/compare/?p=jug&p={shelf.product.slug}", size="phone")
    expect(page.locator("[data-compared-slug]")).to_have_count(2)
    assert page.locator(".compare").evaluate("part => part.scrollWidth - part.clientWidth") == 0


def test_finding_without_scripts(desk: Desk, bowls: None, jug: None) -> None:
    page = desk.open("/zh-hans/c/kitchen/bowls/", scripts=False)
    page.locator("[data-more]").click()
    expect(page.locator(".product-card")).to_have_count(BOWLS)
    page.locator("#view-list").click()
    expect(page.locator(".grid--list .product-card")).to_have_count(BOWLS)
    page.locator("#sort").select_option("-price")
    page.locator("noscript button, form:has(#sort) button").first.click()
    expect(page.locator(".product-card a").first).to_contain_text("碗 28")
    expect(page).to_have_url(re.compile("view=list"))
    page.goto(f"{desk.base}/p/jug/")
    page.locator("select[name=sku]").select_option("JUG-L")
    page.locator("#buy button[type=submit]").click()
    page.goto(f"{desk.base}/cart/")
    expect(page.get_by_text("€34.50").first).to_be_visible()
