"""The demo's flash sale: what a shopper sees while it runs, how much of it they get, and that it goes by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import FlashStock, Promotion, Variant
from orders.queries.carts import get_cart_view
from shop.demo.services import floor, goods, sales, shelves
from shop.kernel.clock import now, override_now
from shop.kernel.money import Money
from tests.factories.orders import make_cart

pytestmark = pytest.mark.django_db
SKU = "HV-OST715"
"""oval-serving-tray: one variant at 49.90."""
ENGLISH, CHINESE = "Flash sale: 20% off while stocks last", "限时抢购：八折，抢完即止"


@pytest.fixture
def tray(drain: Callable[[], int]) -> Variant:
    shelves.ensure_warehouses()
    shelves.ensure_categories()
    rows = goods.read_rows(["oval-serving-tray"])
    goods.load_products(rows)
    floor.receive_opening_stock(rows)
    drain()
    return Variant.objects.get(sku=SKU)


def test_without_its_articles_no_sale_opens() -> None:
    assert sales.ensure_flash_sale() == 0
    assert Promotion.objects.count() == 0


def test_the_sale_opens_once_for_two_weeks_with_its_own_stock(tray: Variant) -> None:
    assert [sales.ensure_flash_sale() for _ in range(2)] == [1, 0]
    sale = Promotion.objects.get()
    assert (sale.key, sale.status, sale.is_flash_sale) == ("flash-table", "active", True)
    assert list(FlashStock.objects.values_list("variant_id", "limit_quantity", "per_customer_quantity")) == [
        (tray.pk, 15, 2)
    ]
    running = Promotion.objects.running
    assert running(now()).exists()
    assert running(now() + timedelta(days=13)).exists()
    assert not running(now() + timedelta(days=15)).exists()


def test_a_shopper_pays_less_for_two_and_reads_why(tray: Variant) -> None:
    """49.90 · 0.2 = 9.98; the third one costs what it always does."""
    sales.ensure_flash_sale()
    view = get_cart_view(make_cart((tray, 3)))
    assert view.discount == Money(Decimal("19.96"), "EUR")
    (applied,) = (entry for entry in view.trace.entries if entry.lines)
    assert (applied.title_en, applied.title_zh_hans) == (ENGLISH, CHINESE)
    assert applied.units == {tray.pk: 2}


def test_a_month_later_the_article_costs_what_it_did(tray: Variant) -> None:
    sales.ensure_flash_sale()
    with override_now(now() + timedelta(days=30)):
        assert get_cart_view(make_cart((tray, 1))).discount == Money(Decimal("0.00"), "EUR")
