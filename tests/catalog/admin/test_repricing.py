"""The work page of suggested prices, the rules' form, and competitors' prices by file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Price, PriceBatch, PriceSuggestion, PricingRule
from catalog.services.pricing.rules import run_pricing_rules
from tests.factories.catalog import make_variant
from tests.factories.repricing import make_cost, make_rival, make_rule

pytestmark = pytest.mark.django_db
PAGE = "/admin/catalog/pricesuggestion/"
RULES = "/admin/catalog/pricingrule/"
RULE = {
    "name": "Old stock", "key": "old-stock", "currency": "EUR", "priority": "5", "is_active": "on",
    "strategy": "markdown", "undercut_percent": "0", "undercut_amount": "0", "fresh_days": "7",
    "trigger": "age", "steps": "30 -> 10%\n60 days -> 25", "margin_percent": "0",
    "least_margin_percent": "10", "ceiling_percent": "100", "daily_percent": "10", "hours_between": "24",
    "rounding": "99", "tick": "0", "approval_percent": "5",
    "include": "category:kitchen\n\nbrand:oak", "exclude": "",
}  # fmt: skip


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def suggest(count: int = 1) -> list[PriceSuggestion]:
    for number in range(count):
        variant = make_variant(sku=f"CUP{number}", price="20.00")
        make_cost(variant, "10.00")
        make_rival(variant, "18.00")
    make_rule(name="Follow", approval_percent=10)
    run_pricing_rules()
    return list(PriceSuggestion.objects.order_by("pk"))


def test_a_suggestion_is_explained_previewed_and_applied(admin_client: Client) -> None:
    (row,) = suggest()
    page = text(admin_client.get(PAGE))
    assert "Lowest competitor: Rival" in page
    assert "beyond its rule" not in page
    assert "€18.00" in page
    assert "-10.0 %" in page
    answer = admin_client.post(f"{PAGE}decide/", {"chosen": [row.pk], "verb": "approve"})
    batch = PriceBatch.objects.get()
    assert answer.headers["Location"] == f"/admin/catalog/pricebatch/{batch.pk}/change/"
    assert Price.objects.get().amount == Decimal(20)
    admin_client.post(f"/admin/catalog/pricebatch/{batch.pk}/move/confirm/")
    assert Price.objects.get().amount == Decimal(18)
    assert "No price waits for a decision." in text(admin_client.get(PAGE))
    assert "The change of prices, with its way back" in text(admin_client.get(f"{PAGE}{row.pk}/change/"))
    assert "Applied" in text(admin_client.get(PAGE, {"show": "all"}))


def test_a_refusal_needs_a_reason(admin_client: Client) -> None:
    (row,) = suggest()
    admin_client.post(f"{PAGE}decide/", {"chosen": [row.pk], "verb": "refuse"})
    row.refresh_from_db()
    assert row.state == "open"
    admin_client.post(f"{PAGE}decide/", {"chosen": [row.pk], "verb": "refuse", "reason": "Brand's wish"})
    row.refresh_from_db()
    assert (row.state, row.reason) == ("refused", "Brand's wish")
    page = admin_client.post(f"{PAGE}decide/", {"chosen": [row.pk]}, follow=True)
    assert "this suggestion is not open any more" in text(page)
    assert "Choose at least one suggestion." in text(
        admin_client.post(f"{PAGE}decide/", {"chosen": ["x"]}, follow=True)
    )


def test_rules_are_run_by_hand_too(admin_client: Client) -> None:
    suggest()
    page = admin_client.post(f"{PAGE}run/", follow=True)
    assert "0 new suggestions, 0 prices moved by rule." in text(page)
    assert admin_client.get(f"{PAGE}run/").status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number(
    admin_client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    suggest(count)
    admin_client.get(PAGE)
    with django_assert_num_queries(4):
        assert admin_client.get(PAGE).status_code == 200


def test_a_rule_is_written_line_by_line(admin_client: Client) -> None:
    answer = admin_client.post(f"{RULES}add/", RULE)
    assert answer.status_code == 302, text(answer)
    rule = PricingRule.objects.get()
    assert (rule.steps, rule.include) == ([[30, "10"], [60, "25"]], ["category:kitchen", "brand:oak"])
    page = text(admin_client.get(f"{RULES}{rule.pk}/change/"))
    assert "30 -&gt; 10%" in page
    assert "It has not run yet." in page
    assert admin_client.get(RULES).status_code == 200


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"steps": ""}, "Name one to ten steps."),
        ({"steps": "soon -> 10%"}, "“soon -&gt; 10%” does not read like “30 -&gt; 10%”."),
        ({"include": "shelf:3"}, "must read kind:name"),
        ({"daily_percent": "0"}, "Write a percentage above 0, at most 100."),
        ({"rounding": "tick"}, "Say of what prices are multiples."),
        ({"least_margin_percent": "100"}, "Write a percentage from 0 to below 100."),
    ],
)
def test_a_rule_that_cannot_be_meant_is_told_at_its_field(
    admin_client: Client, change: dict[str, str], told: str
) -> None:
    answer = admin_client.post(f"{RULES}add/", RULE | change)
    assert answer.status_code == 200
    assert told in text(answer)
    assert not PricingRule.objects.exists()


@pytest.mark.parametrize("place", ["competitorprice", "pricelist"])
def test_prices_lead_to_where_files_come_in(admin_client: Client, place: str) -> None:
    assert "import-file" in text(admin_client.get(f"/admin/catalog/{place}/"))
    answer = admin_client.get(f"/admin/catalog/{place}/import-file/")
    assert answer.headers["Location"] == "/admin/catalog/importrun/add/"
    assert admin_client.get("/admin/catalog/unitcost/").status_code == 200


def test_lists_write_amounts_as_money(admin_client: Client) -> None:
    suggest()
    for place in ("competitorprice/", "unitcost/", "pricehistory/", "pricesuggestion/?show=all"):
        page = text(admin_client.get(f"/admin/catalog/{place}"))
        assert "€" in page
        assert ".000" not in page


def test_a_rule_shows_its_figures_without_needless_zeros(admin_client: Client) -> None:
    rule = make_rule(least_margin_percent=Decimal("12.500"), daily_percent=Decimal("10.000"))
    page = text(admin_client.get(f"{RULES}{rule.pk}/change/"))
    assert 'value="12.5"' in page
    assert 'value="10"' in page
    assert '0.000"' not in page


def test_a_suggestion_beyond_its_rules_mark_says_so(admin_client: Client) -> None:
    suggest()
    PriceSuggestion.objects.update(needs_approval=True)
    assert "beyond its rule's mark" in text(admin_client.get(PAGE))
