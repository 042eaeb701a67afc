from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.domain.filters import ListingFilters, ListingScope
from catalog.models import Listing
from catalog.queries.facets import get_facets
from catalog.services.availability import set_availability
from tests.factories.catalog import (
    list_at_the_end,
    make_brand,
    make_category,
    make_image,
    make_product,
    make_variant,
)

pytestmark = pytest.mark.django_db


def _stock_shelf(count: int, *, path: str = "kitchen/cups") -> None:
    category = make_category(path)
    with list_at_the_end():
        for number in range(count):
            product = make_product(f"Mug {number}", category=category, brand=make_brand(f"Brand {number}"))
            make_variant(
                product=product, price=f"{10 + number}.00", options={"Color": "Red" if number % 2 else "Blue"}
            )
            make_image(product)


def _names(html: str) -> list[str]:
    return re.findall(r'product-card__name">\s*<a href="[^"]+">([^<]+)</a>', html)


def _body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_category_takes_two_queries_warm(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _stock_shelf(count)
    client.get("/c/kitchen/")
    with django_assert_num_queries(2):
        html = _body(client, "/c/kitchen/")
    assert len(_names(html)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_category_takes_four_queries_cold(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _stock_shelf(count)
    with django_assert_num_queries(4):
        _body(client, "/c/kitchen/")


@pytest.mark.parametrize("count", [1, 3])
def test_search_takes_four_queries_warm(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _stock_shelf(count)
    client.get("/search/?q=mug")
    with django_assert_num_queries(4):
        html = _body(client, "/search/?q=mug")
    assert len(_names(html)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_search_for_something_misspelt_takes_four_too(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _stock_shelf(count)
    client.get("/search/?q=mugg")
    with django_assert_num_queries(4):
        html = _body(client, "/search/?q=mugg")
    assert "These come nearest." in html
    assert len(_names(html)) == count


def test_home_takes_three_queries_warm(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _stock_shelf(3)
    client.get("/")
    with django_assert_num_queries(3):
        assert len(_names(_body(client, "/"))) == 3


def test_a_category_shows_all_below_it_and_nothing_beside_it(client: Client) -> None:
    make_variant(product=make_product("Deep", category=make_category("kitchen/cups/small")))
    make_variant(product=make_product("Beside", category=make_category("kitchenware")))
    assert _names(_body(client, "/c/kitchen/")) == ["Deep"]


def test_sub_categories_are_linked(client: Client) -> None:
    make_category("kitchen/cups", name="Cups", chinese="杯子")
    assert '<a class="chip" href="/c/kitchen/cups/">Cups</a>' in _body(client, "/c/kitchen/")
    assert '<a class="chip" href="/zh-hans/c/kitchen/cups/">杯子</a>' in _body(client, "/zh-hans/c/kitchen/")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Mug 2", "Mug 1", "Mug 0"]),
        ("?sort=price", ["Mug 0", "Mug 1", "Mug 2"]),
        ("?sort=-price", ["Mug 2", "Mug 1", "Mug 0"]),
        ("?sort=name", ["Mug 0", "Mug 1", "Mug 2"]),
        ("?option=color:red", ["Mug 1"]),
        ("?option=color:red&option=color:blue&sort=price", ["Mug 0", "Mug 1", "Mug 2"]),
        ("?option=color:red&option=size:s", []),
        ("?min=11", ["Mug 2", "Mug 1"]),
        ("?max=10,50", ["Mug 0"]),
        ("?brand=brand-0&brand=brand-2", ["Mug 2", "Mug 0"]),
        ("?min=abc&sort=evil&page=-3&option=x&brand=%00", ["Mug 2", "Mug 1", "Mug 0"]),
        ("?page=99", ["Mug 2", "Mug 1", "Mug 0"]),
    ],
)
def test_filters_and_order_stand_in_the_address(client: Client, query: str, names: list[str]) -> None:
    _stock_shelf(3)
    assert _names(_body(client, f"/c/kitchen/{query}")) == names


def test_only_what_is_in_stock(client: Client) -> None:
    _stock_shelf(2)
    sold_out = Listing.objects.get(name_en="Mug 0")
    set_availability({sold_out.product.variants.get().pk: 0})
    assert _names(_body(client, "/c/kitchen/?stock=1")) == ["Mug 1"]
    assert "Sold out" in _body(client, "/c/kitchen/")


def test_counts_leave_the_own_group_out(client: Client) -> None:
    _stock_shelf(3)
    facets = get_facets(
        ListingScope(currency="EUR", category_path="kitchen"), ListingFilters(options=("color:red",))
    )
    assert facets.total == 1
    assert [(brand.key, brand.quantity) for brand in facets.brands] == [("brand-1", 1)]
    (colors,) = facets.groups
    assert [(value.label, value.quantity, value.is_chosen) for value in colors.values] == [
        ("Blue", 2, False),
        ("Red", 1, True),
    ]
    html = _body(client, "/c/kitchen/?option=color:red")
    assert re.search(r'value="color:red"\s+checked', html)


def test_htmx_gets_the_results_only(client: Client) -> None:
    _stock_shelf(1)
    part = client.get("/c/kitchen/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="results"')
    assert "<html" not in part
    restored = client.get("/c/kitchen/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.content.decode()


def test_pages_never_overlap(client: Client) -> None:
    category = make_category("kitchen")
    for number in range(30):
        make_variant(product=make_product(f"Bowl {number:02}", category=category))
    first, second = (_names(_body(client, f"/c/kitchen/?sort=price&page={page}")) for page in (1, 2))
    assert (len(first), len(second)) == (24, 6)
    assert not set(first) & set(second)


def test_an_unknown_category_is_a_page_that_says_so(client: Client) -> None:
    response = client.get("/c/nowhere/")
    assert response.status_code == 404
    assert "<html" in response.content.decode()


def test_prices_are_those_of_the_chosen_currency(client: Client) -> None:
    category = make_category("kitchen")
    make_variant(product=make_product("Both", category=category), prices={"EUR": "10", "CNY": "80"})
    make_variant(product=make_product("Euro only", category=category), prices={"EUR": "10"})
    assert _names(_body(client, "/c/kitchen/?currency=CNY")) == ["Both"]


def test_names_are_escaped(client: Client) -> None:
    make_variant(product=make_product("<script>alert(1)</script>", category=make_category("kitchen")))
    html = _body(client, "/c/kitchen/")
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("mug", ["Clay mug"]),
        ("cla mu", ["Clay mug"]),
        ("陶瓷", ["Clay mug"]),
        ("马克杯", ["Clay mug"]),
        ("杯", ["Clay mug"]),
        ("SKU-MUG", ["Clay mug"]),
        ("oak", ["Chair"]),
        ("red", ["Clay mug"]),
        ("mug chair", ["Chair", "Clay mug"]),
        ("%", []),
        ("' OR 1=1 --", []),
        ("a:* | b & !c", []),
    ],
)
def test_search_finds_words_beginnings_and_chinese(client: Client, term: str, names: list[str]) -> None:
    make_variant(
        product=make_product("Clay mug", chinese="陶瓷马克杯"), sku="SKU-MUG", options={"Color": "Red"}
    )
    make_variant(product=make_product("Chair", chinese="椅子", brand=make_brand("Oak & Sons")), sku="C-1")
    assert _names(client.get("/search/", {"q": term}).content.decode()) == names


def test_empty_search_offers_the_shelves(client: Client) -> None:
    make_category("kitchen", name="Kitchen")
    html = _body(client, "/search/?q=zzzzzz")
    assert "Nothing found" in html
    assert 'href="/c/kitchen/"' in html


def test_public_pages_touch_no_session(client: Client) -> None:
    _stock_shelf(1)
    for url in ("/", "/c/kitchen/", "/search/?q=mug", f"/p/{Listing.objects.get().slug}/"):
        response = client.get(url)
        assert not response.cookies
        assert response["Cache-Control"].startswith("public")
        assert "csrfmiddlewaretoken" not in response.content.decode()


def test_a_further_page_is_its_own_canonical_one_and_a_sorted_list_is_not(client: Client) -> None:
    _stock_shelf(25)
    for query, canonical in (
        ("", ""),
        ("?sort=price", ""),
        ("?page=2&sort=price", "?page=2"),
        ("?page=9", "?page=2"),
    ):
        html = client.get(f"/c/kitchen/{query}").content.decode()
        assert f'rel="canonical" href="http://testserver/c/kitchen/{canonical}"' in html


@pytest.mark.parametrize("amount", ["1e-17000", "1e999999", "NaN", "-1", "1.2345", "12345678901"])
def test_nonsense_for_a_price_counts_as_not_given(client: Client, amount: str) -> None:
    make_variant(product=make_product("Clay mug", category=make_category("mugs")))
    for page in ("/c/mugs/?", "/search/?q=mug&"):
        for bound in ("min", "max"):
            answer = client.get(f"{page}{bound}={amount}")
            assert answer.status_code == 200
            assert "Clay mug" in answer.content.decode()
