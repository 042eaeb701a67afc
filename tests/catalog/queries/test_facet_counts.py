"""Long lists are estimated from a sample, narrowed ones counted again; whichever way a page is read, it is the same page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from catalog.domain.filters import ListingFilters, ListingScope, Sort, list_filter_keys
from catalog.models import Listing, Product
from catalog.queries import facet_counts
from catalog.queries.cards import (
    filter_listings,
    find_listings,
    list_cards,
    list_chosen_cards,
    order_listings,
)
from catalog.queries.facet_counts import count_facets
from catalog.views import listings as pages
from shop.kernel.clock import now
from tests.factories.catalog import make_category

pytestmark = pytest.mark.django_db

KITCHEN = ListingScope(currency="EUR", category_path="kitchen")
CUPS = ListingScope(currency="EUR", category_path="kitchen/cups")
QUANTITY = 64


@pytest.fixture
def _short_limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take more than twelve for many, so that a test need not write thousands."""
    monkeypatch.setattr(facet_counts, "MOST_COUNTED", 12)
    monkeypatch.setattr(facet_counts, "MOST_NARROWED", 8)
    facet_counts._write_counts.cache_clear()
    yield
    facet_counts._write_counts.cache_clear()


def _fill_shelves() -> None:
    """Write 64 listings: three quarters of them cups, every fourth red, every eighth sold out, ten pairs of prices."""
    make_category("kitchen/cups")
    start = now()
    products = [
        Product(
            pk=number,
            slug=f"p{number}",
            name=f"P{number}",
            status="published",
            created_at=start,
            updated_at=start,
            published_at=start,
        )
        for number in range(1, QUANTITY + 1)
    ]
    Product.objects.bulk_create(products)
    Listing.objects.bulk_create(
        _build_listing(number, published_at=start - timedelta(hours=number % 7))
        for number in range(1, QUANTITY + 1)
    )


def _build_listing(number: int, **fields: object) -> Listing:
    path = "kitchen/cups" if number % 4 else "kitchen/bowls"
    options = ["color:red" if number % 4 == 1 else "color:blue"]
    amount = Decimal(10 + number % 10)
    return Listing(
        product_id=number,
        currency="EUR",
        slug=f"p{number}",
        name_en=f"P{number % 5}",
        name_zh_hans="杯" if number % 3 else "",
        brand_slug=f"brand-{number % 3}",
        brand_name=f"Brand {number % 3}",
        category_path=f"{path}/",
        amount=amount,
        highest_amount=amount,
        in_stock=number % 8 != 0,
        option_keys=options,
        keys=list_filter_keys(path, brand=f"brand-{number % 3}", others=options),
        is_featured=number % 9 == 0,
        **fields,
    )


def test_a_short_list_is_counted() -> None:
    _fill_shelves()
    counts = count_facets(KITCHEN, ListingFilters())
    assert (counts.size, counts.total, counts.in_stock) == (64, 64, 56)
    assert counts.options == {"color:red": 16, "color:blue": 48}
    assert sorted(counts.brands) == [
        ("brand-0", "Brand 0", 21),
        ("brand-1", "Brand 1", 22),
        ("brand-2", "Brand 2", 21),
    ]
    assert (counts.lowest, counts.highest) == (Decimal(10), Decimal(19))
    assert not counts.is_estimated


@pytest.mark.usefixtures("_short_limits")
def test_a_long_list_is_estimated_once_a_minute(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _fill_shelves()
    sampled = Listing.objects.filter(shuffle__lt=64)
    with django_assert_num_queries(2):
        counts = count_facets(KITCHEN, ListingFilters())
    assert counts.is_estimated
    assert counts.is_total_estimated
    assert counts.total == 8 * sampled.count() == 48
    assert counts.in_stock == 8 * sampled.filter(in_stock=True).count() == 32
    with django_assert_num_queries(0):
        assert count_facets(KITCHEN, ListingFilters(sort=Sort.PRICE)) == counts


@pytest.mark.usefixtures("_short_limits")
def test_what_a_filter_leaves_of_a_long_list_is_counted(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    _fill_shelves()
    count_facets(KITCHEN, ListingFilters())
    with django_assert_num_queries(2):
        few = count_facets(KITCHEN, ListingFilters(lowest=Decimal(19)))
    assert (few.total, few.is_total_estimated, few.is_estimated) == (6, False, True)
    branded = count_facets(CUPS, ListingFilters(brands=("brand-1",), options=("color:red",)))
    assert (branded.total, branded.is_total_estimated) == (6, False)
    many = count_facets(KITCHEN, ListingFilters(options=("color:blue",)))
    assert many.total > 12
    assert many.is_total_estimated


@pytest.mark.usefixtures("_short_limits")
def test_an_estimate_has_no_page_beyond_its_end(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill_shelves()
    monkeypatch.setattr(pages, "MOST_COUNTED", 40)
    monkeypatch.setattr(pages, "MOST_NARROWED", 24)
    response = client.get("/c/kitchen/?option=color:blue&page=9")
    assert response.context["page"].paginator.num_pages == 1
    assert len(response.context["cards"]) == 24


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "filters",
    [
        ListingFilters(lowest=Decimal(12), highest=Decimal(17), only_in_stock=True),
        ListingFilters(brands=("brand-1", "brand-2"), options=("color:blue",)),
    ],
)
def test_every_way_to_a_page_leads_to_the_same(filters: ListingFilters, language: str) -> None:
    _fill_shelves()
    ways = [(by_key, is_short) for by_key in (True, False) for is_short in (True, False)]
    with override(language):
        for sort in set(Sort) - {Sort.RELEVANCE}:
            whole = list_cards(order_listings(filter_listings(find_listings(CUPS), filters), sort))
            for by_key, is_short in ways:
                listings = filter_listings(find_listings(CUPS, by_key=by_key), filters)
                page = list_chosen_cards(listings, CUPS, sort, start=2, stop=9, is_short=is_short)
                assert page == whole[2:9]
                assert len(page) == 7
