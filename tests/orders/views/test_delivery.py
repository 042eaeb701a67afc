from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orders.queries.delivery import add_working_days, list_estimates
from shop.kernel.clock import override_now
from tests.factories.catalog import make_variant
from tests.factories.orders import make_shipping

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("count", "day"),
    [(0, date(2026, 11, 20)), (1, date(2026, 11, 23)), (4, date(2026, 11, 26)), (6, date(2026, 11, 30))],
)
def test_parcels_rest_at_weekends(count: int, day: date) -> None:
    assert add_working_days(date(2026, 11, 20), count) == day


def test_an_article_knows_what_it_costs_and_when_it_comes() -> None:
    make_variant(sku="MUG", price="19.90")
    make_shipping("standard", amount="4.95", free_from="75", days=(2, 4))
    make_shipping("express", amount="12.90", days=(1, 1))
    with override_now(datetime(2026, 11, 20, 12, tzinfo=UTC)):
        found = list_estimates("mug", country="NL", currency="EUR")
    assert [(one.name, str(one.price.amount), one.earliest, one.latest) for one in found] == [
        ("Standard", "4.95", date(2026, 11, 24), date(2026, 11, 30)),
        ("Express", "12.90", date(2026, 11, 23), date(2026, 11, 25)),
    ]


def test_a_dear_article_is_sent_for_nothing() -> None:
    make_variant(sku="LAMP", price="80")
    make_shipping("standard", amount="4.95", free_from="75")
    assert [str(one.price.amount) for one in list_estimates("LAMP", country="NL", currency="EUR")] == ["0.00"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_part_takes_the_same_queries_at_any_number_of_ways(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_variant(sku="MUG")
    for number in range(count):
        make_shipping(f"way-{number}")
    client.get("/delivery/?sku=MUG&country=DE")
    with django_assert_num_queries(4):
        answer = client.get("/delivery/?sku=MUG&country=DE", HTTP_HX_REQUEST="true")
    html = answer.content.decode()
    assert html.count("€4.95") == count
    assert 'value="DE" selected' in html
    assert "<html" not in html
    assert "public" in answer["Cache-Control"]


def test_without_a_script_it_is_a_page_and_nonsense_is_no_error(client: Client) -> None:
    for query in ("", "?sku=%00&country=XX", "?sku=NONE&country=" + "x" * 300):
        html = client.get(f"/delivery/{query}").content.decode()
        assert "<html" in html
        assert "We do not send this there." in html


def test_what_is_not_sent_has_no_delivery() -> None:
    make_variant(sku="CARD", requires_shipping=False)
    make_shipping()
    assert list_estimates("CARD", country="NL", currency="EUR") == []
