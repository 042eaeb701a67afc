"""The guards hold for any history and rule; the arithmetic is exact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.domain.pricing.explanations import describe_held, explain_lines
from catalog.domain.pricing.guarding import compute_floor, judge_price
from catalog.domain.pricing.repricing import (
    HUNDRED,
    Guards,
    Held,
    MarkdownStep,
    RepricingInvalid,
    RivalPrice,
    Rounding,
    Situation,
    Strategy,
    Terms,
    Trigger,
)
from shop.kernel.money import Money, minor_unit

DAY = date(2026, 11, 22)
WIDE = Guards(daily_percent=HUNDRED, hours_between=0, approval_percent=Decimal(5))
FOLLOW = Terms(strategy=Strategy.COMPETITOR)
STEPS = (MarkdownStep(days=30, percent=Decimal(10)), MarkdownStep(days=60, percent=Decimal(25)))


def make_situation(amount: str = "100", **fields: Any) -> Situation:
    base = Situation(
        currency="EUR",
        amount=Decimal(amount),
        list_amount=Decimal(amount),
        day_open=Decimal(amount),
        cost=Decimal(40),
    )
    return replace(base, **fields)


def see(amount: str, name: str = "Rival") -> RivalPrice:
    return RivalPrice(competitor=name, amount=Decimal(amount), seen_on=DAY)


@pytest.mark.parametrize(
    ("terms", "facts", "expected"),
    [
        (FOLLOW, {"rivals": (see("95"), see("90", "B"))}, "90.00"),
        (replace(FOLLOW, undercut_percent=Decimal(2)), {"rivals": (see("95"),)}, "93.10"),
        (replace(FOLLOW, undercut_amount=Decimal("0.50")), {"rivals": (see("95"),)}, "94.50"),
        (Terms(strategy=Strategy.COST_PLUS, margin_percent=Decimal(50)), {}, "80.00"),
        (Terms(strategy=Strategy.MARKDOWN, steps=STEPS), {"days": {Trigger.AGE: 45}}, "90.00"),
        (Terms(strategy=Strategy.MARKDOWN, steps=STEPS), {"days": {Trigger.AGE: 60}}, "75.00"),
        (
            Terms(strategy=Strategy.MARKDOWN, trigger=Trigger.EXPIRY, steps=STEPS),
            {"days": {Trigger.EXPIRY: 60}},
            "75.00",
        ),
    ],
)
def test_strategies_name_their_target(terms: Terms, facts: dict[str, Any], expected: str) -> None:
    verdict = judge_price(make_situation(**facts), terms=terms, guards=WIDE)
    assert (verdict.new_amount, verdict.held) == (Decimal(expected), None)


@pytest.mark.parametrize(
    ("terms", "facts", "guards", "held"),
    [
        (FOLLOW, {}, WIDE, Held.NO_COMPETITOR),
        (FOLLOW, {"rivals": (see("90"),), "cost": None}, WIDE, Held.NO_COST),
        (FOLLOW, {"rivals": (see("100"),)}, WIDE, Held.UNCHANGED),
        (Terms(strategy=Strategy.MARKDOWN, steps=STEPS), {}, WIDE, Held.NO_FACTS),
        (Terms(strategy=Strategy.MARKDOWN, steps=STEPS), {"days": {Trigger.AGE: 29}}, WIDE, Held.NOT_DUE),
        (FOLLOW, {"rivals": (see("90"),), "cost": Decimal(120)}, WIDE, Held.GUARDS_CLASH),
        (
            FOLLOW,
            {"rivals": (see("90"),), "hours_since_move": Decimal(5)},
            replace(WIDE, hours_between=6),
            Held.TOO_SOON,
        ),
        (
            FOLLOW,
            {"rivals": (see("90"),), "list_amount": Decimal(200), "cost": Decimal(150)},
            replace(WIDE, daily_percent=Decimal(10)),
            Held.OUT_OF_REACH,
        ),
        (
            FOLLOW,
            {"rivals": (see("99.50"),), "cost": Decimal("99.20")},
            replace(WIDE, daily_percent=Decimal("0.5"), rounding=Rounding.TICK, tick=Decimal(7)),
            Held.NO_PRICE_FITS,
        ),
    ],
)
def test_it_says_why_nothing_is_suggested(
    terms: Terms, facts: dict[str, Any], guards: Guards, held: Held
) -> None:
    verdict = judge_price(make_situation(**facts), terms=terms, guards=guards)
    assert (verdict.new_amount, verdict.held) == (None, held)


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [(Rounding.NINETY_NINE, "87.99"), (Rounding.WHOLE, "88"), (Rounding.TICK, "87.5")],
)
def test_prices_end_as_asked(rounding: Rounding, expected: str) -> None:
    guards = replace(WIDE, rounding=rounding, tick=Decimal("2.5"))
    verdict = judge_price(make_situation(rivals=(see("88.20"),)), terms=FOLLOW, guards=guards)
    assert verdict.new_amount == Decimal(expected)


@pytest.mark.parametrize(
    ("terms", "facts", "guards", "expected"),
    [
        # The nearest …99 would lie above the competitor, or above what the step asks for.
        (FOLLOW, {"rivals": (see("88.50"),)}, WIDE, "87.99"),
        (FOLLOW, {"rivals": (see("88.99"),)}, WIDE, "88.99"),
        (replace(FOLLOW, undercut_amount=Decimal("0.01")), {"rivals": (see("88.99"),)}, WIDE, "87.99"),
        (Terms(strategy=Strategy.MARKDOWN, steps=STEPS), {"list_amount": Decimal(105)}, WIDE, "93.99"),
        # Nothing so low lies within the day's move: as near as it goes, and on from there tomorrow.
        (FOLLOW, {"rivals": (see("90"),)}, replace(WIDE, daily_percent=Decimal(10)), "90.99"),
        (
            Terms(strategy=Strategy.MARKDOWN, steps=STEPS),
            {},
            replace(WIDE, daily_percent=Decimal(10)),
            "90.99",
        ),
        # The floor lifts what a competitor asks below our cost.
        (FOLLOW, {"rivals": (see("30"),)}, WIDE, "40.99"),
        # A margin is a target, not a bound: the nearest.
        (Terms(strategy=Strategy.COST_PLUS, margin_percent=Decimal(51)), {}, WIDE, "81.99"),
    ],
)
def test_what_follows_or_marks_down_is_rounded_down_within_the_guards(
    terms: Terms, facts: dict[str, Any], guards: Guards, expected: str
) -> None:
    situation = make_situation(**{"days": {Trigger.AGE: 45}, **facts})
    verdict = judge_price(situation, terms=terms, guards=replace(guards, rounding=Rounding.NINETY_NINE))
    assert verdict.new_amount == Decimal(expected)


@pytest.mark.parametrize(
    ("terms", "amount", "facts", "held"),
    [
        # The only …99 between floor and ceiling lies above the competitor, and not below our own price.
        (FOLLOW, "50.60", {"rivals": (see("50.50"),), "cost": Decimal("50.10")}, Held.NO_PRICE_FITS),
        (Terms(strategy=Strategy.MARKDOWN, steps=STEPS), "89.50", {}, Held.UNCHANGED),
        (
            Terms(strategy=Strategy.MARKDOWN, steps=STEPS),
            "90.99",
            {"cost": Decimal("90.50")},
            Held.UNCHANGED,
        ),
        (Terms(strategy=Strategy.MARKDOWN, steps=STEPS), "91", {"cost": Decimal(95)}, Held.NO_PRICE_FITS),
    ],
)
def test_rounding_raises_no_price_above_a_competitor_and_none_that_is_marked_down(
    terms: Terms, amount: str, facts: dict[str, Any], held: Held
) -> None:
    situation = make_situation(amount, **{"list_amount": Decimal(100), "days": {Trigger.AGE: 45}, **facts})
    verdict = judge_price(situation, terms=terms, guards=replace(WIDE, rounding=Rounding.NINETY_NINE))
    assert (verdict.new_amount, verdict.held) == (None, held)


def test_the_floor_stops_a_war_of_prices_and_the_day_slows_it() -> None:
    situation = make_situation(rivals=(see("30"),))
    guards = Guards(least_margin_percent=Decimal(20), hours_between=0, daily_percent=Decimal(10))
    slow = judge_price(situation, terms=FOLLOW, guards=guards)
    assert (slow.new_amount, slow.needs_approval) == (Decimal("90.00"), True)
    wide = judge_price(situation, terms=FOLLOW, guards=replace(guards, daily_percent=HUNDRED))
    assert wide.new_amount == Decimal("50.00")
    assert compute_floor(Decimal("40.01"), least_margin_percent=Decimal(33), currency="EUR") == Decimal(
        "59.72"
    )


def test_a_markdown_is_measured_from_the_list_price_and_never_raises() -> None:
    terms = Terms(strategy=Strategy.MARKDOWN, steps=STEPS)
    days = {Trigger.AGE: 45}
    again = make_situation("90", list_amount=Decimal(100), days=days)
    assert judge_price(again, terms=terms, guards=WIDE).held is Held.UNCHANGED
    lower = make_situation("80", list_amount=Decimal(100), days=days)
    assert judge_price(lower, terms=terms, guards=WIDE).held is Held.UNCHANGED


@pytest.mark.parametrize(
    ("percent", "amount", "text"),
    [
        ("1", "0", "Undercut by 1 %"),
        ("0.000", "0.50", "Undercut by €0.50"),
        ("2", "0.50", "Undercut by 2 % and €0.50"),
    ],
)
def test_only_what_is_undercut_by_is_told(percent: str, amount: str, text: str) -> None:
    line = {"code": "undercut", "facts": {"percent": percent, "amount": amount}}
    assert [told.text for told in explain_lines([line], currency="EUR")] == [text]


def test_the_arithmetic_is_told_line_by_line() -> None:
    verdict = judge_price(
        make_situation(rivals=(see("88.20"),)), terms=FOLLOW, guards=Guards(hours_between=0)
    )
    told = explain_lines([line.to_json() for line in verdict.lines], currency="EUR")
    assert [(line.text, line.amount) for line in told] == [
        ("Lowest competitor: Rival, seen on 2026-11-22", Money(Decimal("88.20"), "EUR")),
        ("Floor: cost €40.00 and a margin of 0 %", Money(Decimal("40.00"), "EUR")),
        ("Ceiling: 100 % of the list price", Money(Decimal("100.00"), "EUR")),
        ("Within a day's move: from €90.00 to €110.00", None),
        ("Brought between the bounds", Money(Decimal("90.00"), "EUR")),
    ]
    assert describe_held({"no_cost": 1, "unchanged": 3, "gone": 9}) == [
        ("the price is right already", 3),
        ("no cost is known", 1),
    ]


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda: Terms(strategy=Strategy.MARKDOWN), "steps"),
        (lambda: Terms(strategy=Strategy.COMPETITOR, undercut_percent=HUNDRED), "undercut_percent"),
        (lambda: Terms(strategy=Strategy.COST_PLUS, margin_percent=HUNDRED), "margin_percent"),
        (lambda: Guards(least_margin_percent=HUNDRED), "least_margin_percent"),
        (lambda: Guards(daily_percent=Decimal(0)), "daily_percent"),
        (lambda: Guards(rounding=Rounding.TICK), "tick"),
        (lambda: Guards(ceiling_percent=Decimal(0)), "ceiling_percent"),
    ],
)
def test_a_rule_that_cannot_be_meant_names_its_field(build: Callable[[], object], field: str) -> None:
    with pytest.raises(RepricingInvalid) as caught:
        build()
    assert caught.value.field == field


def _amounts(low: str, high: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=2)


SITUATIONS = st.builds(
    Situation,
    currency=st.sampled_from(["EUR", "JPY"]),
    amount=_amounts("1", "500").map(lambda amount: amount.to_integral_value() + 1),
    list_amount=_amounts("1", "600"),
    day_open=_amounts("1", "500"),
    cost=st.none() | _amounts("0", "400"),
    rivals=st.lists(
        st.builds(
            RivalPrice,
            competitor=st.sampled_from("abc"),
            amount=_amounts("0.01", "600"),
            seen_on=st.just(DAY),
        ),
        max_size=3,
    ).map(tuple),
    days=st.dictionaries(st.sampled_from(Trigger), st.integers(0, 400)),
    hours_since_move=st.none() | _amounts("0", "100"),
)
TERMS = st.builds(
    Terms,
    strategy=st.sampled_from(Strategy),
    undercut_percent=_amounts("0", "90"),
    undercut_amount=_amounts("0", "50"),
    trigger=st.sampled_from(Trigger),
    steps=st.lists(
        st.builds(MarkdownStep, days=st.integers(0, 300), percent=_amounts("0.5", "95")),
        min_size=1,
        max_size=4,
    ).map(tuple),
    margin_percent=_amounts("0", "90"),
)
GUARDS = st.builds(
    Guards,
    least_margin_percent=_amounts("0", "80"),
    ceiling_percent=_amounts("50", "200"),
    daily_percent=_amounts("0.5", "100"),
    hours_between=st.integers(0, 72),
    rounding=st.sampled_from(Rounding),
    tick=_amounts("0.05", "25"),
    approval_percent=_amounts("0", "50"),
)


@given(situation=SITUATIONS, terms=TERMS, guards=GUARDS)
def test_no_suggestion_crosses_a_guard(situation: Situation, terms: Terms, guards: Guards) -> None:
    verdict = judge_price(situation, terms=terms, guards=guards)
    assert (verdict.new_amount is None) is (verdict.held is not None)
    if verdict.new_amount is None:
        return
    amount = verdict.new_amount
    assert situation.cost is not None
    assert amount * (HUNDRED - guards.least_margin_percent) >= situation.cost * HUNDRED
    assert amount * HUNDRED <= situation.list_amount * guards.ceiling_percent
    assert abs(amount - situation.day_open) * HUNDRED <= situation.day_open * guards.daily_percent
    assert situation.hours_since_move is None or situation.hours_since_move >= guards.hours_between
    assert amount > 0
    assert amount % minor_unit(situation.currency) == 0
    assert amount != situation.amount
    assert terms.strategy is not Strategy.MARKDOWN or amount < situation.amount
    if terms.strategy is Strategy.COMPETITOR and amount > situation.amount:
        lowest = min(rival.amount for rival in situation.rivals)
        is_lifted = any(
            line.code == "bounded" and line.amount > lowest for line in verdict.lines if line.amount
        )
        assert amount <= lowest or is_lifted
    moved = abs(amount - situation.amount) * HUNDRED
    assert verdict.needs_approval is (moved > situation.amount * guards.approval_percent)


@given(situation=SITUATIONS, terms=TERMS, guards=GUARDS)
def test_the_same_input_gives_the_same_suggestion(situation: Situation, terms: Terms, guards: Guards) -> None:
    turned = replace(situation, rivals=tuple(reversed(situation.rivals)))
    assert judge_price(situation, terms=terms, guards=guards) == judge_price(
        turned, terms=terms, guards=guards
    )
