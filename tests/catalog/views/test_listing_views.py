"""Rows or a grid, and one page more below the others: what stands in the address."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.domain.filters import ListingWindow
from tests.factories.catalog import list_at_the_end, make_category, make_product, make_variant

HTMX = {"HX-Request": "true"}


def stock_shelf(client: Client, count: int) -> None:
    category = make_category("kitchen")
    with list_at_the_end():
        for number in range(count):
            make_variant(product=make_product(f"Bowl {number:02}", category=category))


def list_names(html: str) -> list[str]:
    return re.findall(r'product-card__name">\s*<a href="[^"]+">([^<]+)</a>', html)


def read(client: Client, query: str, **headers: str) -> str:
    return client.get(f"/c/kitchen/{query}", headers=headers).content.decode()


@pytest.mark.parametrize(
    ("window", "places"),
    [
        (ListingWindow(first=3, last=3, size=24), (48, 72)),
        (ListingWindow(first=1, last=3, size=24), (0, 72)),
        (ListingWindow(first=1, last=3, size=24, is_more=True), (48, 72)),
    ],
)
def test_a_window_reads_its_pages_and_a_script_only_the_last(
    window: ListingWindow, places: tuple[int, int]
) -> None:
    assert (window.start, window.stop) == places


@pytest.mark.django_db
class TestAddress:
    def test_one_page_more_stands_below_the_others_and_in_the_address(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        stock_shelf(client, 50)
        first = read(client, "?sort=name")
        assert "24 of 50 shown" in first
        assert 'href="?sort=name&amp;page=2&amp;from=1"' in first
        assert 'hx-get="?sort=name&amp;page=2&amp;from=1&amp;part=more"' in first
        with django_assert_num_queries(2):
            both = read(client, "?sort=name&page=2&from=1")
        assert list_names(both) == [f"Bowl {number:02}" for number in range(48)]
        assert 'data-start="0"' in both
        assert 'rel="canonical" href="http://testserver/c/kitchen/?page=2"' in both

    def test_a_script_gets_the_page_alone_and_words_for_a_screen_reader(self, client: Client) -> None:
        stock_shelf(client, 50)
        more = read(client, "?sort=name&page=3&from=1&part=more", **HTMX)
        assert list_names(more) == ["Bowl 48", "Bowl 49"]
        assert re.search(r'hx-swap-oob="innerHTML">\s*2 more products, 50 of 50 shown\s*</p>', more)
        assert "<html" not in more
        assert "Load more" not in more
        assert 'href="?sort=name&amp;page=2"' in more
        assert "<html" in read(client, "?sort=name&page=3&from=1&part=more")

    @pytest.mark.parametrize("query", ["?page=2", "?page=2&from=x", "?page=2&from=9", "?page=2&from=-1"])
    def test_a_page_alone_is_a_page(self, client: Client, query: str) -> None:
        stock_shelf(client, 30)
        html = read(client, query)
        assert len(list_names(html)) == 6
        assert 'data-start="24"' in html

    def test_five_pages_at_most_stand_together(self, client: Client) -> None:
        stock_shelf(client, 150)
        assert len(list_names(read(client, "?page=7&from=1"))) == 4 * 24 + 6

    def test_rows_or_a_grid_is_kept_with_filters_orders_and_pages(self, client: Client) -> None:
        stock_shelf(client, 30)
        grid, rows = read(client, "?sort=name&page=2"), read(client, "?sort=name&page=2&view=list")
        assert '<div class="grid"' in grid
        assert 'href="/c/kitchen/?sort=name&amp;page=2&amp;view=list"' in grid
        assert '<div class="grid grid--list"' in rows
        assert 'href="/c/kitchen/?sort=name&amp;page=2"' in rows
        assert 'href="?sort=name&amp;page=1&amp;view=list"' in rows
        # Once in the form of the filters, once in the form of the order.
        assert rows.count('<input type="hidden" name="view" value="list">') == 2
        assert "?page=" not in read(client, "").split('class="views')[1].split("</div>")[0]
