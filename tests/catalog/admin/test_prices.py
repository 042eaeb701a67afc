from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from catalog.models import Price, PriceBatch, PriceList
from shop.accounts.models import User
from tests.factories.catalog import make_variant

pytestmark = pytest.mark.django_db
BASE = "/admin/catalog/pricebatch/"
FORM = {
    "name": "Sale",
    "currency": "EUR",
    "kind": "percent",
    "value": "-10",
    "ending": "0.99",
    "compare_at": "old_price",
}


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_many_prices_are_previewed_confirmed_and_taken_back(admin_client: Client) -> None:
    make_variant(sku="MUG", price="20.00")
    make_variant(sku="CUP", price="10.00")
    answer = admin_client.post(f"{BASE}add/", FORM)
    batch = PriceBatch.objects.get()
    assert answer.headers["Location"] == f"{BASE}{batch.pk}/change/"
    page = text(admin_client.get(f"{BASE}{batch.pk}/change/"))
    assert "2 prices: 0 go up, 2 go down, -10.1 % on average." in page
    assert "€17.99" in page
    assert set(Price.objects.values_list("amount", flat=True)) == {Decimal(20), Decimal(10)}
    admin_client.post(f"{BASE}{batch.pk}/move/confirm/")
    assert set(Price.objects.values_list("amount", flat=True)) == {Decimal("17.99"), Decimal("8.99")}
    admin_client.post(f"{BASE}{batch.pk}/move/revert/")
    assert set(Price.objects.values_list("amount", flat=True)) == {Decimal(20), Decimal(10)}
    assert "Taken back" in text(admin_client.get(f"{BASE}{batch.pk}/change/"))


def test_who_put_large_moves_together_is_told_why_there_is_no_button(admin_client: Client) -> None:
    make_variant(price="20.00")
    admin_client.post(f"{BASE}add/", FORM | {"value": "-50"})
    batch = PriceBatch.objects.get()
    page = text(admin_client.get(f"{BASE}{batch.pk}/change/"))
    assert "1 price moves further than its mark. You have put this change together" in page
    assert "Confirm: now, or at that time" not in page
    answer = admin_client.post(f"{BASE}{batch.pk}/move/confirm/", follow=True)
    assert "somebody else than who put the change together confirms it" in text(answer)
    other = User.objects.create_superuser(email="bob@example.com", password=None)
    bob = Client()
    bob.force_login(other)
    assert "Confirm: now, or at that time" in text(bob.get(f"{BASE}{batch.pk}/change/"))
    answer = bob.post(f"{BASE}{batch.pk}/move/confirm/", follow=True)
    assert f"Put together by {batch.created_by} · confirmed by bob@example.com" in text(answer)
    assert Price.objects.get().amount == Decimal("9.99")


def test_a_compare_at_price_that_goes_stands_in_the_preview(admin_client: Client) -> None:
    make_variant(sku="MUG", price="20.00")
    make_variant(sku="CUP", price="10.00")
    Price.objects.filter(variant__sku="MUG").update(compare_at_amount=Decimal(25))
    admin_client.post(f"{BASE}add/", FORM | {"compare_at": "clear"})
    batch = PriceBatch.objects.get()
    page = text(admin_client.get(f"{BASE}{batch.pk}/change/"))
    assert "1 compare-at price is removed," in page
    assert '<s>€25.00</s> <span class="bo-block">is removed</span>' in page
    assert page.count("is removed</span>") == 1
    admin_client.post(f"{BASE}add/", FORM | {"compare_at": "old_price", "skus": "CUP"})
    kept = PriceBatch.objects.latest("pk")
    page = text(admin_client.get(f"{BASE}{kept.pk}/change/"))
    assert "compare-at price is removed" not in page
    assert "€10.00" in page


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/admin/catalog/promotion/calendar/", "Calendar"),
        ("/admin/catalog/promotion/", "Promotions"),
        ("/admin/catalog/pricebatch/add/", "Price changes"),
        ("/admin/inventory/warehouse/figures/", "Figures"),
        ("/admin/inventory/warehouse/", "Warehouses"),
    ],
)
def test_the_menu_lights_one_entry(admin_client: Client, path: str, title: str) -> None:
    groups = admin_client.get(path).context["sidebar_navigation"]
    assert [str(item["title"]) for group in groups for item in group["items"] if item["active"]] == [title]


def test_nothing_chosen_is_told(admin_client: Client) -> None:
    page = admin_client.post(f"{BASE}add/", FORM | {"skus": "NONE"})
    assert "No price would change." in text(page)
    assert not PriceBatch.objects.exists()
    assert admin_client.get(f"{BASE}").status_code == 200
    assert admin_client.get("/admin/catalog/pricelist/").status_code == 200
    assert admin_client.get("/admin/catalog/pricehistory/").status_code == 200


def test_lists_without_a_channel_are_a_choice_with_words(admin_client: Client) -> None:
    for key, channel in (("web", "web"), ("all", "")):
        PriceList.objects.create(key=key, name=f"List {key}", currency="EUR", tier="gold", channel=channel)
    page = text(admin_client.get("/admin/catalog/pricelist/"))
    assert 'title="not limited"' in page
    assert 'title=""' not in page
    narrowed = text(admin_client.get("/admin/catalog/pricelist/?channel="))
    assert "List all" in narrowed
    assert "List web" not in narrowed
