"""The back office in a real browser: reachable by keyboard and phone, readable in light and dark, in two languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from catalog.domain.pricing.changes import ChangeKind, CompareAt, PriceRule
from catalog.models import AttributeChoice, Product, ProductImage, Variant
from catalog.queries.pricing.batches import VariantChoice
from catalog.services.pricing.batches import preview_batch
from catalog.services.pricing.rules import run_pricing_rules
from crm.domain.states import TicketSource
from crm.models import TicketMessage
from crm.services.tickets import open_ticket
from shop.accounts.services.users import create_verified_user
from tests.browser import journeys
from tests.browser.conftest import Desk
from tests.factories.catalog import make_variant
from tests.factories.groups import make_group_campaign
from tests.factories.merchandise import make_attribute, make_type
from tests.factories.orders import make_order
from tests.factories.repricing import make_cost, make_rival, make_rule

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL, PASSWORD = "owner@example.com", "linen-4-two"


def enter(desk: Desk, path: str = "/admin/", *, size: str = "desktop", locale: str = "en-GB") -> Page:
    create_verified_user(EMAIL, password=PASSWORD, is_staff=True, roles=["owner"])
    page = desk.open("/health/live", size=size, locale=locale)
    journeys.sign_in(page, desk.base, email=EMAIL, password=PASSWORD, path=path)
    page.wait_for_load_state("networkidle")
    return page


def get_excess(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_pages_fit_the_screen(desk: Desk, shelf: Variant, size: str) -> None:
    order = make_order((shelf, 1), is_paid=True)
    material = make_attribute(is_multiple=True)
    for key in ("oak", "ash", "steel", "linen"):
        AttributeChoice.objects.create(attribute=material, key=key, value_en=key)
    campaign = make_group_campaign(shelf, *(make_variant() for _ in range(3)))
    Product.objects.filter(pk=shelf.product_id).update(product_type=make_type(optional=(material,)))
    tenth = PriceRule(kind=ChangeKind.PERCENT, value=Decimal(-10), compare_at=CompareAt.OLD_PRICE)
    batch = preview_batch("Sale", choice=VariantChoice(), currency="EUR", rule=tenth, actor="ada")
    page = enter(desk, size=size)
    for path in (
        f"/admin/catalog/pricebatch/{batch.pk}/change/",
        f"/admin/catalog/product/{shelf.product_id}/change/",
        f"/admin/catalog/promotion/{campaign.pk}/change/",
        "/admin/catalog/promotion/calendar/",
        "/admin/",
        "/admin/orders/order/",
        f"/admin/orders/order/{order.pk}/change/",
        f"/admin/orders/order/{order.pk}/ship/",
        "/admin/inventory/stocklevel/",
        "/admin/crm/ticket/",
    ):
        page.goto(desk.base + path)
        assert (path, get_excess(page)) == (path, 0)


def test_all_suggested_prices_of_a_page_are_chosen_at_once(desk: Desk) -> None:
    for _number in range(2):
        variant = make_variant(price="20.00")
        make_cost(variant, "10.00")
        make_rival(variant, "18.00")
    make_rule()
    run_pricing_rules()
    page = enter(desk, "/admin/catalog/pricesuggestion/")
    chosen = page.locator("input[name=chosen]:checked")
    page.get_by_label("All on this page").check()
    expect(chosen).to_have_count(2)
    page.get_by_label("All on this page").uncheck()
    expect(chosen).to_have_count(0)


def test_a_number_of_today_leads_to_its_rows(desk: Desk, shelf: Variant) -> None:
    order = make_order((shelf, 1), is_paid=True)
    page = enter(desk)
    expect(page.locator("[data-count=orders_to_ship]")).to_have_text("1")
    page.get_by_role("link", name="Orders to ship").click()
    expect(page.get_by_role("link", name=order.number)).to_be_visible()
    expect(page.locator(".bo-tab--here")).to_have_text("To ship")


def test_the_search_is_opened_and_followed_by_keyboard(desk: Desk, shelf: Variant) -> None:
    order = make_order((shelf, 1), is_paid=True)
    page = enter(desk)
    page.keyboard.press("Control+k")
    page.locator("#search-input-command").press_sequentially(order.number.lower())
    expect(page.locator("#command-results a").first).to_contain_text(order.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/order/{order.pk}/change/")


DROP = """async () => {
  const canvas = new OffscreenCanvas(60, 60);
  canvas.getContext("2d").fillRect(0, 0, 60, 60);
  const picture = await canvas.convertToBlob({ type: "image/png" });
  const dropped = new DataTransfer();
  dropped.items.add(new File([picture], "one.png", { type: "image/png" }));
  dropped.items.add(new File([picture], "two.png", { type: "image/png" }));
  dropped.items.add(new File(["words"], "notes.txt", { type: "text/plain" }));
  const zone = document.querySelector("[data-picture-drop]");
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
}"""


def test_pictures_are_dropped_on_a_product(desk: Desk, shelf: Variant) -> None:
    page = enter(desk, f"/admin/catalog/product/{shelf.product_id}/change/")
    page.locator("a", has_text="Pictures").first.click()
    before = ProductImage.objects.count()
    page.evaluate(DROP)
    told = page.locator("[data-picture-drop] [role=status]")
    expect(told).to_have_text("Ready to be saved: one.png, two.png. No pictures, left out: notes.txt.")
    page.locator("[name=_continue]").click()
    expect(page.get_by_text("was changed successfully").first).to_be_attached()
    dropped = ProductImage.objects.filter(product=shelf.product).order_by("position", "pk")
    assert dropped.count() == before + 2
    assert [image.position for image in dropped][-2:] == [before, before + 1]
    assert all(image.original for image in dropped)


def test_a_browser_that_asks_for_chinese_gets_it(desk: Desk, shelf: Variant) -> None:
    page = enter(desk, locale="zh-CN")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("#site-name")).to_contain_text("栖屋")


def test_a_ticket_is_answered_and_solved(desk: Desk, shelf: Variant) -> None:
    ticket = open_ticket("Where is it?", text="Where is it?", source=TicketSource.PHONE)
    page = enter(desk)
    page.goto(f"{desk.base}/admin/crm/ticket/{ticket.pk}/change/")
    page.get_by_label("Answer", exact=True).fill("On its way.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".bo-talk__item--ours")).to_contain_text("On its way.")
    assert TicketMessage.objects.filter(ticket=ticket, text="On its way.").count() == 1
    page.get_by_role("button", name="Solved").click()
    page.wait_for_load_state("networkidle")
    ticket.refresh_from_db()
    assert ticket.status == "solved"
