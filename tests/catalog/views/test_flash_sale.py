"""A product's page says that a flash sale runs for it, while it does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import FlashStock, Promotion, Variant
from shop.kernel.clock import now, override_now
from tests.factories.catalog import make_category, make_product, make_variant
from tests.factories.promotions import make_flash_sale

pytestmark = pytest.mark.django_db
WORDS = {"title_en": "Flash sale on mugs", "title_zh_hans": "马克杯限时抢购"}


@pytest.fixture
def mug() -> Variant:
    return make_variant(product=make_product(slug="mug", category=make_category("kitchen")), sku="MUG")


def read(client: Client, address: str = "/p/mug/") -> str:
    return client.get(address).content.decode()


def test_page_names_the_sale_its_end_and_the_shoppers_share(client: Client, mug: Variant) -> None:
    with override_now(now().replace(year=2026, month=11, day=20, hour=10)):
        make_flash_sale((mug, 5), per_customer=2, ends_at=now() + timedelta(days=3), **WORDS)
        page = read(client)
        assert "Flash sale on mugs" in page
        assert "Until 23 Nov, at most 2 for each customer." in " ".join(page.split())
        assert "马克杯限时抢购" in read(client, "/zh-hans/p/mug/")


def test_page_says_nothing_of_a_sale_without_end_and_share_but_its_words(
    client: Client, mug: Variant
) -> None:
    make_flash_sale((mug, 5), **WORDS)
    page = read(client)
    assert "Flash sale on mugs" in page
    assert "for each customer" not in page
    assert "Until " not in page


@pytest.mark.parametrize("why", ["sold out", "over", "for some only", "of another article"])
def test_page_is_silent_where_the_sale_is_not_for_whoever_reads_it(
    client: Client, mug: Variant, why: str
) -> None:
    other = make_variant(product=make_product(slug="cup"), sku="CUP")
    article = other if why == "of another article" else mug
    make_flash_sale((article, 5), ends_at=now() + timedelta(days=3), **WORDS)
    if why == "sold out":
        FlashStock.objects.update(sold_quantity=5)
    if why == "for some only":
        Promotion.objects.update(conditions=[{"kind": "first_order"}])
    with override_now(now() + timedelta(days=4 if why == "over" else 0)):
        assert "Flash sale on mugs" not in read(client)


def test_a_sale_costs_the_page_one_query(
    client: Client, mug: Variant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_flash_sale((mug, 5), **WORDS)
    read(client)
    with django_assert_num_queries(3):
        read(client)
