"""The quick list is the ORM's list, whatever it is about and however it is ordered."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from catalog.domain.filters import ListingScope, Sort
from catalog.queries.cards import find_listings, list_cards, order_listings
from catalog.queries.quick_cards import _write_statement, list_quick_cards
from tests.factories.catalog import make_category, make_image, make_product, make_variant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("currency", ["EUR", "CNY"])
@pytest.mark.parametrize("path", ["", "kitchen", "kitchen/cu_s", "kitchen/%", "nowhere"])
def test_the_quick_list_is_the_same_list(path: str, currency: str, language: str) -> None:
    for number, chinese in enumerate(["乙", "", "甲"]):
        category = make_category(["kitchen/cu_s", "kitchen/cuts", "light"][number])
        product = make_product(f"P{9 - number}", chinese=chinese, category=category, is_featured=number == 1)
        make_variant(product=product, prices={"EUR": f"{10 + number}", "CNY": "20"}, compare_at="25")
        make_image(product)
    scope = ListingScope(currency=currency, category_path=path)
    with override(language):
        for sort in set(Sort) - {Sort.RELEVANCE}:
            whole = list_cards(order_listings(find_listings(scope), sort))
            assert list_quick_cards(scope, sort, start=0, stop=9) == whole
            assert list_quick_cards(scope, sort, start=1, stop=2) == whole[1:2]


def test_the_statement_is_written_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_variant()
    for _again in range(2):
        with django_assert_num_queries(1):
            assert len(list_quick_cards(ListingScope(currency="EUR"), Sort.FEATURED, start=0, stop=9)) == 1


def test_the_rows_of_a_shelf_are_not_met_on_a_walk_along_the_order() -> None:
    """With thousands of products the index of the order was read from its beginning for two dozen known keys."""
    shelf = _write_statement(
        "amount", has_path=True, has_start=False, only_in_stock=False, is_short=True, length=32
    )
    assert shelf.sql.count("ORDER BY coalesce(amount, amount), product_id DESC") == 2
