"""Rules on prices: what they suggest, who decides, what moves, and how it is taken back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.domain.pricing.changes import OwnPriceChange
from catalog.domain.pricing.repricing import SuggestionMoved, SuggestionState
from catalog.models import Listing, Price, PriceBatch, PriceSuggestion, PricingRule, Variant
from catalog.services.pricing.batches import cancel_batch, confirm_batch, revert_batch
from catalog.services.pricing.rules import run_pricing_rules
from catalog.services.pricing.suggestions import (
    apply_within_guards,
    approve_suggestions,
    refuse_suggestions,
)
from catalog.tasks import run_pricing_rules_task
from shop.kernel.clock import now, override_now
from shop.kernel.errors import Invalid
from tests.factories.catalog import make_brand, make_category, make_product, make_variant
from tests.factories.repricing import make_cost, make_rival, make_rule

pytestmark = pytest.mark.django_db


def make_followed(price: str = "20.00", rival: str = "18.00", cost: str = "10.00") -> Variant:
    variant = make_variant(price=price)
    make_cost(variant, cost)
    make_rival(variant, rival)
    return variant


def get_suggestion() -> PriceSuggestion:
    return PriceSuggestion.objects.get()


def get_amount(variant: Variant) -> Decimal:
    return Price.objects.get(variant=variant, currency="EUR").amount


def test_one_suggestion_per_article_rule_and_day_with_its_arithmetic() -> None:
    variant = make_followed()
    rule = make_rule()
    assert run_pricing_rules().suggested_quantity == 1
    assert run_pricing_rules().suggested_quantity == 0
    row = get_suggestion()
    assert (row.variant, row.old_amount, row.new_amount, row.needs_approval, row.state) == (
        variant,
        Decimal(20),
        Decimal(18),
        True,
        SuggestionState.OPEN,
    )
    assert [line["code"] for line in row.facts["lines"]] == ["competitor", "floor", "ceiling", "daily"]
    assert get_amount(variant) == Decimal(20)
    rule.refresh_from_db()
    assert rule.last_run_facts == {"suggested": 0, "held": {}}


def test_what_is_approved_is_previewed_applied_shown_and_taken_back() -> None:
    variant = make_followed()
    make_rule()
    run_pricing_rules()
    batch = approve_suggestions([get_suggestion().pk], actor="ada").batch
    assert batch is not None
    assert (get_suggestion().state, get_amount(variant)) == (SuggestionState.APPROVED, Decimal(20))
    confirm_batch(batch.pk, actor="bob")
    assert (get_suggestion().state, get_amount(variant)) == (SuggestionState.APPLIED, Decimal(18))
    assert Listing.objects.get(product=variant.product, currency="EUR").amount == Decimal(18)
    revert_batch(batch.pk, actor="ada")
    row = get_suggestion()
    assert (row.state, row.reason, get_amount(variant)) == (
        SuggestionState.REFUSED,
        "The change was taken back.",
        Decimal(20),
    )


def test_a_suggestion_beyond_its_rules_mark_is_confirmed_by_another_person() -> None:
    far, near = make_followed(rival="18.00"), make_followed(rival="19.50")
    make_rule(approval_percent=Decimal(5))
    run_pricing_rules()
    batch = approve_suggestions(list(PriceSuggestion.objects.values_list("pk", flat=True)), actor="ada").batch
    assert batch is not None
    with pytest.raises(OwnPriceChange, match="1 price moves further"):
        confirm_batch(batch.pk, actor="ada")
    confirm_batch(batch.pk, actor="bob")
    assert (get_amount(far), get_amount(near)) == (Decimal(18), Decimal("19.50"))


def test_a_suggestion_within_its_rules_mark_is_no_large_move() -> None:
    variant = make_followed(rival="10.00")
    make_rule(approval_percent=Decimal(50), daily_percent=Decimal(100), least_margin_percent=0)
    run_pricing_rules()
    batch = approve_suggestions([get_suggestion().pk], actor="ada").batch
    assert batch is not None
    confirm_batch(batch.pk, actor="ada")
    assert get_amount(variant) == Decimal(10)


def test_a_dropped_change_leaves_its_suggestions_open_for_the_day() -> None:
    make_followed()
    make_rule()
    run_pricing_rules()
    batch = approve_suggestions([get_suggestion().pk], actor="ada").batch
    assert batch is not None
    with pytest.raises(SuggestionMoved):
        approve_suggestions([get_suggestion().pk], actor="bob")
    cancel_batch(batch.pk, actor="ada")
    row = get_suggestion()
    assert (row.state, row.batch, row.decided_at) == (SuggestionState.OPEN, None, None)


def test_a_rule_moves_prices_by_itself_only_within_its_mark() -> None:
    near, far = make_followed(rival="19.50"), make_followed(rival="12.00")
    rule = make_rule(is_automatic=True, approval_percent=Decimal(5))
    summary = run_pricing_rules()
    assert (summary.suggested_quantity, summary.applied_quantity) == (2, 1)
    assert (get_amount(near), get_amount(far)) == (Decimal("19.50"), Decimal(20))
    applied = PriceSuggestion.objects.get(variant=near)
    assert (applied.state, applied.decided_by) == (SuggestionState.APPLIED, f"rule:{rule.key}")
    assert PriceSuggestion.objects.get(variant=far).state == SuggestionState.OPEN
    assert run_pricing_rules().applied_quantity == 0
    assert PriceBatch.objects.count() == 1


def test_a_refused_price_is_not_asked_again_that_day() -> None:
    make_followed()
    make_rule()
    run_pricing_rules()
    ids = [get_suggestion().pk]
    assert refuse_suggestions(ids, actor="ada", reason="Brand's wish") == 1
    assert refuse_suggestions(ids, actor="ada", reason="Brand's wish") == 0
    assert run_pricing_rules().suggested_quantity == 0
    with override_now(now() + timedelta(days=1)):
        assert run_pricing_rules().suggested_quantity == 1


@pytest.mark.parametrize("change", ["price", "cost", "day"])
def test_what_has_moved_meanwhile_is_not_applied(change: str) -> None:
    variant = make_followed()
    make_rule()
    run_pricing_rules()
    at = now()
    if change == "price":
        Price.objects.filter(variant=variant).update(amount=Decimal(19))
    elif change == "cost":
        variant.unit_costs.update(amount=Decimal(17))
    else:
        at += timedelta(days=1)
    with override_now(at):
        approval = approve_suggestions([get_suggestion().pk], actor="ada")
    assert (approval.batch, approval.expired_quantity) == (None, 1)
    assert get_suggestion().state == SuggestionState.EXPIRED


def test_yesterdays_suggestions_and_drafts_are_over() -> None:
    make_followed()
    drafted = make_followed()
    make_rule()
    run_pricing_rules()
    approve_suggestions([PriceSuggestion.objects.get(variant=drafted).pk], actor="ada")
    with override_now(now() + timedelta(days=1)):
        assert run_pricing_rules().suggested_quantity == 2
    first_day = PriceSuggestion.objects.order_by("day", "pk")[:2]
    assert [row.state for row in first_day] == [SuggestionState.EXPIRED] * 2
    assert PriceBatch.objects.get().state == PriceBatch.State.CANCELLED


def test_a_markdown_goes_on_from_the_list_price_and_shows_it() -> None:
    variant = make_variant(price="100.00")
    make_cost(variant, "10")
    published = variant.product.published_at
    assert published is not None
    make_rule(
        strategy="markdown",
        trigger="age",
        steps=[[30, "10"], [60, "30"]],
        is_automatic=True,
        approval_percent=50,
    )
    for days, amount in ((30, "90.00"), (31, "90.00"), (60, "70.00")):
        with override_now(published + timedelta(days=days, hours=2)):
            run_pricing_rules()
        assert get_amount(variant) == Decimal(amount)
    price = Price.objects.get(variant=variant)
    assert (price.compare_at_amount, price.lowest_before_amount) == (Decimal(100), Decimal(90))
    assert PriceSuggestion.objects.order_by("-pk")[0].list_amount == Decimal(100)


def test_an_article_belongs_to_the_first_rule_that_has_it() -> None:
    cup = make_variant(
        product=make_product(category=make_category("kitchen/cups"), brand=make_brand("Oak")), price="20.00"
    )
    for variant in (cup, pot := make_variant(sku="POT", price="20.00")):
        make_cost(variant, "10")
        make_rival(variant, "19.00")
    first = make_rule(priority=1, include=["category:kitchen"])
    rest = make_rule(priority=2, exclude=["sku:NONE"])
    make_rule(priority=0, include=["brand:oak"], currency="USD")
    run_pricing_rules()
    assert dict(PriceSuggestion.objects.values_list("variant", "rule")) == {cup.pk: first.pk, pot.pk: rest.pk}


@pytest.mark.parametrize(
    ("include", "exclude", "found"),
    [
        (["brand:oak"], [], {"CUP"}),
        (["sku:POT"], [], {"POT"}),
        (["product:cup"], [], {"CUP"}),
        ([], ["category:kitchen"], {"POT"}),
        (["collection:none"], [], set()),
    ],
)
def test_scopes(include: list[str], exclude: list[str], found: set[str]) -> None:
    shelf = make_category("kitchen/cups")
    cup = make_variant(sku="CUP", product=make_product(slug="cup", category=shelf, brand=make_brand("Oak")))
    for variant in (cup, make_variant(sku="POT")):
        make_cost(variant, "1")
        make_rival(variant, "19.00")
    make_rule(include=include, exclude=exclude)
    run_pricing_rules()
    assert set(PriceSuggestion.objects.values_list("variant__sku", flat=True)) == found


def test_old_prices_of_competitors_are_ignored_and_it_is_said() -> None:
    variant = make_variant(price="20.00")
    make_cost(variant, "10")
    make_rival(variant, "15.00", days_ago=8)
    rule = make_rule(fresh_days=7)
    run_pricing_rules()
    rule.refresh_from_db()
    assert rule.last_run_facts == {"suggested": 0, "held": {"no_competitor": 1}}
    rule.fresh_days = 8
    rule.save()
    run_pricing_rules()
    assert get_suggestion().new_amount == Decimal(15)


def test_suggestions_of_two_currencies_are_not_mixed() -> None:
    make_followed()
    make_rule()
    run_pricing_rules()
    other = make_variant(price="20.00", currency="USD")
    row = get_suggestion()
    twin = PriceSuggestion.objects.create(
        rule=row.rule,
        variant=other,
        currency="USD",
        day=row.day,
        old_amount=20,
        new_amount=19,
        list_amount=20,
        facts={},
        created_at=now(),
    )
    with pytest.raises(Invalid, match="one currency"):
        approve_suggestions([row.pk, twin.pk], actor="ada")


def test_a_rule_that_cannot_be_read_stops_no_other() -> None:
    make_followed()
    make_rule(priority=1, strategy="markdown", steps=[], include=["sku:NONE"])
    make_rule(priority=2)
    assert run_pricing_rules_task() == 1


def test_what_another_run_has_applied_is_left_alone() -> None:
    variant = make_followed(rival="19.50")
    make_rule()
    run_pricing_rules()
    ids = [get_suggestion().pk]
    assert apply_within_guards(ids, actor="rule:x") == 1
    assert apply_within_guards(ids, actor="rule:x") == 0
    assert get_amount(variant) == Decimal("19.50")


@pytest.mark.parametrize("count", [1, 3])
def test_a_run_takes_the_same_statements_for_any_number_of_articles(count: int) -> None:
    for _number in range(count):
        make_followed()
    make_rule()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        run_pricing_rules()
    assert PricingRule.objects.get().last_run_facts["suggested"] == count
    assert len(seen) == 25
