from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalog.models import SearchClickDay, SearchRedirect, SearchTermDay
from catalog.queries.popular_terms import forget_popular_terms, list_popular_terms
from catalog.queries.search_reports import get_search_report
from catalog.services.search_log import forget_old_searches, record_click, record_search
from catalog.views import suggestions
from shop.kernel.clock import now
from tests.factories.catalog import make_category, make_product, make_variant

pytestmark = pytest.mark.django_db
OURS = {"Sec-Fetch-Site": "same-origin"}
TODAY = date(2026, 11, 22)


def _read_token(client: Client, term: str) -> str:
    html = client.get("/search/", {"q": term}).content.decode()
    found = re.search(r'data-search-note="([^"]+)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize("count", [1, 3])
def test_suggestions_take_three_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_category("kitchen/mugs", name="Mugs", chinese="马克杯")
    for number in range(count):
        make_variant(product=make_product(f"Mug {number}"))
    client.get("/search/suggestions/?q=mu")
    with django_assert_num_queries(3):
        html = client.get("/search/suggestions/?q=mu").content.decode()
    assert html.count('role="option"') == count + 1
    assert 'href="/c/kitchen/mugs/"' in html


def test_popular_terms_are_those_of_many_that_found_something(client: Client) -> None:
    make_variant(product=make_product("Red blue mug gone", chinese="红色马克杯"))
    made_up = ("mug cheaper at evil example", "mug 0800 1234", "mug \N{BLACK TELEPHONE}", "mug 便宜")
    for term, searches, found in (
        ("mug red", 5, 3),
        ("mugs, the red", 6, 3),
        ("mug blue", 4, 3),
        ("mug gone", 9, 0),
        *((term, 200, 3) for term in made_up),
    ):
        SearchTermDay.objects.create(
            day=timezone.localdate(now()),
            language="en",
            term=term,
            search_quantity=searches,
            result_quantity=found,
        )
    forget_popular_terms()
    html = client.get("/search/suggestions/?q=mug").content.decode()
    assert re.findall(r'\?q=([^"]+)"', html) == ["mugs%2C%20the%20red", "mug%20red"]
    assert list_popular_terms("en", start="mug 便") == []


def test_nothing_typed_suggests_nothing(client: Client) -> None:
    assert client.get("/search/suggestions/?q=%20").content.decode().strip() == ""


def test_a_search_and_a_click_are_counted_once_each(client: Client) -> None:
    product = make_variant(product=make_product("Clay mug", slug="clay-mug")).product
    token = _read_token(client, "Clay  MUG")
    assert not SearchTermDay.objects.exists()
    assert client.post("/search/note/", {"token": token}, headers=OURS).status_code == 204
    given = {"token": token, "slug": "clay-mug", "position": "1"}
    assert client.post("/search/note/", given, headers=OURS).status_code == 204
    # Said again by the same place, it counts no more.
    for again in ({"token": token}, given):
        assert client.post("/search/note/", again, headers=OURS).status_code == 204
    row = SearchTermDay.objects.get()
    assert (row.term, row.search_quantity, row.click_quantity, row.result_quantity) == ("clay mug", 1, 1, 1)
    click = SearchClickDay.objects.get()
    assert (click.product_id, click.click_quantity, click.position_sum) == (product.pk, 1, 1)


@pytest.mark.parametrize(
    "given",
    [{}, {"token": "forged"}, {"token": "WyJhIl0:abc"}, {"slug": "clay-mug"}],
)
def test_only_searches_that_we_answered_count(client: Client, given: dict[str, str]) -> None:
    assert client.post("/search/note/", given, headers=OURS).status_code == 400
    assert not SearchTermDay.objects.exists()


def test_other_sites_cannot_count(client: Client) -> None:
    token = _read_token(client, "mug")
    response = client.post("/search/note/", {"token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not SearchTermDay.objects.exists()


def test_a_click_on_an_unknown_product_counts_nothing() -> None:
    record_search("mug", language="en", result_quantity=2, day=TODAY)
    record_click("mug", language="en", day=TODAY, slug="nowhere", position=3)
    assert SearchTermDay.objects.get().click_quantity == 0


def test_the_report_tells_top_fruitless_and_unfollowed_terms() -> None:
    make_variant(product=make_product("Clay mug", slug="clay-mug"))
    for _ in range(4):
        record_search("mug", language="en", result_quantity=3, day=TODAY)
        record_search("plate", language="en", result_quantity=2, day=TODAY)
    record_search("unicorn", language="en", result_quantity=0, day=TODAY)
    for position in (1, 4):
        record_click("mug", language="en", day=TODAY, slug="clay-mug", position=position)
    report = get_search_report(TODAY - timedelta(days=7))
    assert (report.searches, report.clicks, report.click_percent, report.fruitless_percent) == (9, 2, 22, 11)
    assert [(row.term, row.searches, row.click_percent) for row in report.top] == [
        ("mug", 4, 50),
        ("plate", 4, 0),
        ("unicorn", 1, 0),
    ]
    assert [row.term for row in report.without_results] == ["unicorn"]
    assert [row.term for row in report.without_clicks] == ["plate"]
    assert [(row.product, row.clicks, row.position) for row in report.opened] == [("Clay mug", 2, 2.5)]


def test_old_counts_are_forgotten() -> None:
    record_search("mug", language="en", result_quantity=3, day=TODAY - timedelta(days=200))
    record_search("mug", language="en", result_quantity=3, day=TODAY)
    assert forget_old_searches(TODAY - timedelta(days=180)) == 1
    assert SearchTermDay.objects.get().day == TODAY


def test_a_term_may_lead_to_a_page(client: Client) -> None:
    SearchRedirect.objects.create(term="returns", target="/brands/")
    response = client.get("/search/", {"q": " RETURNS "})
    assert (response.status_code, response.headers["Location"]) == (302, "/brands/")


def test_a_correction_is_a_link(client: Client) -> None:
    make_variant(product=make_product("Clay teapot"))
    html = client.get("/search/", {"q": "teapott"}).content.decode()
    assert '<a class="link strong" href="/search/?q=teapot">teapot</a>' in html


def test_one_place_tells_so_much_an_hour(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "NOTES", "2/h")
    for term in ("mug", "bowl", "lamp"):
        token = suggestions.sign_search(term, total=1)
        assert client.post("/search/note/", {"token": token}, headers=OURS).status_code == 204
    assert set(SearchTermDay.objects.values_list("term", flat=True)) == {"mug", "bowl"}
