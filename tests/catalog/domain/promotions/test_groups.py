"""The arithmetic of buying together: worked examples, and what holds for every group."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.domain.promotions.evaluation import evaluate
from catalog.domain.promotions.facts import CartFacts, LineFacts, Rule
from catalog.domain.promotions.groups import (
    LinePart,
    Verdict,
    find_final_percent,
    find_next_step,
    find_percent,
    get_largest,
    get_minimum,
    judge_group,
    mask_name,
    work_out_return,
)
from catalog.domain.promotions.notation import parse_group_steps, write_group_steps
from catalog.domain.promotions.reading import PromotionInvalid, dump_term, read_action
from catalog.domain.promotions.summaries import describe_promotion
from catalog.domain.promotions.terms import GroupPrice, GroupStep, PromotionClass, Target
from catalog.domain.promotions.traces import Reason
from catalog.domain.promotions.words import describe_applied
from shop.kernel.clock import now

STEPS = (
    GroupStep(people=2, percent=Decimal(10)),
    GroupStep(people=5, percent=Decimal(20)),
    GroupStep(people=10, percent=Decimal("33.333")),
)
MUGS = Target(include=frozenset({"sku:MUG"}))
TERMS = GroupPrice(steps=STEPS, group_hours=24, target=MUGS)


def stored(**changes: object) -> dict[str, object]:
    return {
        "kind": "group_price",
        "steps": [{"people": 2, "percent": "10"}, {"people": 5, "percent": "20"}],
        "group_hours": 24,
        "target": {"include": ["sku:MUG"]},
    } | changes


def test_steps_count_from_their_number_of_people_on() -> None:
    found = [find_percent(STEPS, people) for people in (0, 1, 2, 4, 5, 9, 10, 11)]
    assert found == [Decimal(text) for text in ("0", "0", "10", "10", "20", "20", "33.333", "33.333")]
    assert (get_minimum(TERMS), get_largest(TERMS)) == (2, 10)
    assert find_next_step(TERMS, 5) == STEPS[2]
    assert find_next_step(TERMS, 10) is None


def test_nobody_gets_less_than_was_promised_when_the_group_is_closed_early() -> None:
    assert find_final_percent(TERMS, 1) == Decimal(10)
    assert find_final_percent(TERMS, 7) == Decimal(20)


@pytest.mark.parametrize(
    ("paid", "is_over", "verdict"),
    [
        (1, False, Verdict.WAIT),
        (4, False, Verdict.WAIT),
        (5, False, Verdict.COMPLETE),
        (1, True, Verdict.RELEASE),
        (2, True, Verdict.COMPLETE),
        (0, True, Verdict.RELEASE),
    ],
)
def test_a_group_completes_when_full_or_in_the_end_with_enough(
    paid: int, is_over: bool, verdict: Verdict
) -> None:
    assert judge_group(paid=paid, minimum=2, largest=5, is_over=is_over) is verdict


def test_what_goes_back_is_the_difference_of_the_steps() -> None:
    part = LinePart(list_minor=3333, taken_minor=333, discount_minor=333)
    assert work_out_return(part, percent=Decimal(10)) == 0
    # 20 per cent of 33.33 is 6.67, of which 3.33 came off at once.
    assert work_out_return(part, percent=Decimal(20)) == 334


def test_tax_on_top_goes_back_with_its_part() -> None:
    part = LinePart(
        list_minor=10_000, taken_minor=1_000, discount_minor=1_000, tax_minor=1_890, has_tax_inside=False
    )
    # 10.00 more off 90.00 with 18.90 of tax: 2.10 of the tax goes too.
    assert work_out_return(part, percent=Decimal(20)) == 1_210


def test_the_floor_of_promotions_holds_here_too() -> None:
    part = LinePart(list_minor=1_000, taken_minor=100, discount_minor=100)
    assert work_out_return(part, percent=Decimal(30), floor_percent=Decimal(85)) == 50


@given(
    list_minor=st.integers(0, 10**9),
    entry=st.decimals(0, 100, places=3),
    final=st.decimals(0, 100, places=3),
    other=st.integers(0, 10**9),
    tax_minor=st.integers(0, 10**9),
    has_tax_inside=st.booleans(),
)
def test_nothing_goes_back_that_was_not_paid(
    list_minor: int, entry: Decimal, final: Decimal, other: int, tax_minor: int, has_tax_inside: bool
) -> None:
    taken = int((list_minor * entry / 100).to_integral_value())
    discount = min(list_minor, taken + other)
    part = LinePart(
        list_minor=list_minor,
        taken_minor=taken,
        discount_minor=discount,
        tax_minor=tax_minor,
        has_tax_inside=has_tax_inside,
    )
    back = work_out_return(part, percent=final)
    paid = list_minor - discount + (0 if has_tax_inside else tax_minor)
    assert 0 <= back <= max(paid, 0)
    if has_tax_inside:
        # Whole lines: what was taken at once and what goes back add up to the final step, or to all that is left.
        wanted = int((list_minor * final / 100).quantize(Decimal(1), rounding="ROUND_HALF_UP"))
        assert back == max(0, min(wanted - taken, list_minor - discount))


@given(
    percents=st.lists(st.integers(1, 100_000), min_size=1, max_size=6, unique=True),
    people=st.integers(0, 120),
    data=st.data(),
)
def test_more_people_never_pay_more(percents: list[int], people: int, data: st.DataObject) -> None:
    sizes = sorted(
        data.draw(st.lists(st.integers(2, 100), min_size=len(percents), max_size=len(percents), unique=True))
    )
    steps = tuple(
        GroupStep(people=size, percent=Decimal(percent) / 1000)
        for size, percent in zip(sizes, sorted(percents), strict=True)
    )
    terms = GroupPrice(steps=steps, group_hours=1, target=MUGS)
    assert read_action(dump_term(terms)) == terms
    assert find_final_percent(terms, people + 1) >= find_final_percent(terms, people)
    assert find_final_percent(terms, people) >= find_percent(steps, get_minimum(terms))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"steps": []}, "action.steps"),
        ({"steps": [{"people": 1, "percent": "10"}]}, "action.steps"),
        ({"steps": [{"people": 101, "percent": "10"}]}, "action.steps"),
        ({"steps": [{"people": 3, "percent": "10"}, {"people": 3, "percent": "20"}]}, "action.steps.1"),
        ({"steps": [{"people": 2, "percent": "20"}, {"people": 5, "percent": "20"}]}, "action.steps.1"),
        ({"steps": [{"people": 2, "percent": "0"}]}, "action.steps.0.percent"),
        ({"minimum_people": 6}, "action.minimum_people"),
        ({"minimum_people": 1}, "action.minimum_people"),
        ({"group_hours": 721}, "action.group_hours"),
        ({"group_hours": None}, "action.group_hours"),
        ({"target": {"include": []}}, "action.target.include"),
        ({"target": {"include": ["category:kitchen"]}}, "action.target.include"),
    ],
)
def test_terms_that_make_no_sense_are_named_by_their_place(changes: dict[str, object], place: str) -> None:
    with pytest.raises(PromotionInvalid) as refused:
        read_action(stored(**changes))
    assert refused.value.field == place


def test_a_campaign_is_written_in_a_sentence_and_in_lines() -> None:
    lines = "2 people -> 10%\n5 people -> 20%"
    assert write_group_steps(parse_group_steps("2 人 → 10 %\n5->20%", field="steps")) == lines
    assert describe_promotion(read_action(stored()), ()) == (
        "buy sku:MUG together within 24 hours: 10 % off for 2 people; 20 % off for 5 people; from 2 people on."
    )


def test_a_cart_pays_the_least_groups_price_and_says_why() -> None:
    line = LineFacts(key=7, unit_minor=3333, quantity=2, keys=frozenset({"sku:MUG"}))
    rule = Rule(
        id=1, key="together", promotion_class=PromotionClass.PRODUCT, action=TERMS, title_en="Together"
    )
    found = evaluate(CartFacts(currency="EUR", lines=(line,)), [rule], now=now())
    assert found.lines == {7: 667}
    (entry,) = found.trace.applied
    assert [(cause.reason, cause.facts) for cause in entry.causes] == [
        (Reason.GROUP_PRICE, {"people": 2, "percent": "10"})
    ]
    (told,) = describe_applied(found.trace)
    assert told.reasons == ("Group price: 10% off when at least 2 people buy together.",)


def test_a_line_is_reduced_as_a_whole_or_not_at_all() -> None:
    line = LineFacts(key=7, unit_minor=1000, quantity=3, keys=frozenset({"sku:MUG"}))
    rule = Rule(
        id=1, key="together", promotion_class=PromotionClass.PRODUCT, action=TERMS, unit_limits={7: 2}
    )
    found = evaluate(CartFacts(currency="EUR", lines=(line,)), [rule], now=now())
    assert found.lines == {7: 0}
    assert found.trace.applied == ()


@pytest.mark.parametrize(("name", "masked"), [("Ada", "A**"), (" 王芳", "王**"), ("", "***")])
def test_strangers_see_one_letter(name: str, masked: str) -> None:
    assert mask_name(name) == masked
