"""Why now, and why this many."""

import pytest

from inventory.domain.buying.explanations import explain
from inventory.domain.buying.figures import list_figures
from inventory.domain.buying.order_sizes import OrderCosts, PriceBreak
from inventory.domain.buying.safety_stock import DemandRate, LeadTime
from inventory.domain.buying.suggestions import (
    Arithmetic,
    BuyingTerms,
    SafetyMethod,
    StockPosition,
    plan_purchase,
)

COSTS = OrderCosts(order_cost=25.0, holding_rate=0.25)


def make_terms(**terms: object) -> BuyingTerms:
    defaults = {"lead_time": LeadTime(days=7), "service_level": 0.95, "costs": COSTS}
    return BuyingTerms(**{**defaults, **terms})  # type: ignore[arg-type]


def plan(demand: DemandRate | None, *, on_hand: int, incoming: int = 0, **terms: object) -> Arithmetic:
    position = StockPosition(on_hand=on_hand, incoming=incoming)
    return plan_purchase(demand, position=position, terms=make_terms(**terms))


@pytest.mark.parametrize(("on_hand", "is_due"), [(13, True), (14, False), (15, False)])
def test_exactly_at_the_point_is_enough(on_hand: int, is_due: bool) -> None:
    """A steady 1.75 a day for 7 + 1 days: reorder point 14."""
    assert plan(DemandRate(daily=1.75), on_hand=on_hand).is_due is is_due


def test_what_is_not_for_sale_does_not_count() -> None:
    position = StockPosition(on_hand=20, reserved=5, blocked=4, incoming=3)
    assert (position.available, position.total) == (11, 14)


def test_what_is_on_its_way_counts() -> None:
    assert not plan(DemandRate(daily=2), on_hand=0, incoming=16).is_due
    assert plan(DemandRate(daily=2), on_hand=0, incoming=15).is_due


def test_the_cheaper_step_of_the_price_is_taken_when_it_pays() -> None:
    """Nahmias' trash bags, example 4.4, at 600 a year: 500 is the best size; the limit of cover is put out of the way."""
    arithmetic = plan(
        DemandRate(daily=600 / 365),
        on_hand=0,
        costs=OrderCosts(order_cost=8, holding_rate=0.2),
        breaks=(
            PriceBreak(from_quantity=1, unit_price=0.30),
            PriceBreak(from_quantity=500, unit_price=0.29),
            PriceBreak(from_quantity=1000, unit_price=0.28),
        ),
        most_cover_days=1000,
    )
    assert (arithmetic.economic_quantity, arithmetic.unit_price) == (500.0, 0.29)


def test_no_order_covers_more_than_the_policy_allows() -> None:
    arithmetic = plan(
        DemandRate(daily=1),
        on_hand=0,
        breaks=(PriceBreak(from_quantity=1, unit_price=0.01),),
        most_cover_days=30,
    )
    assert arithmetic.economic_quantity == 30.0


def test_the_simple_method_needs_no_variation() -> None:
    """2 a day for 7 days, twice: 28 on top of 16."""
    arithmetic = plan(DemandRate(daily=2, deviation=50), on_hand=0, method=SafetyMethod.SIMPLE)
    assert (arithmetic.safety_stock, arithmetic.reorder_point) == (28.0, 44)


def test_the_hand_set_point_is_a_floor() -> None:
    assert plan(DemandRate(daily=1), on_hand=20, fixed_point=25).reorder_point == 25
    assert plan(DemandRate(daily=10), on_hand=20, fixed_point=25).reorder_point == 80


def test_without_demand_the_hand_set_rule_stands_alone() -> None:
    arithmetic = plan(None, on_hand=3, fixed_point=5, fixed_quantity=20)
    assert (arithmetic.method, arithmetic.quantity, arithmetic.days_left) == ("fixed", 22, None)
    assert not plan(None, on_hand=0).is_due


@pytest.mark.parametrize(("on_hand", "urgency"), [(0, "out"), (6, "late"), (7, "due")])
def test_urgency_is_measured_by_the_lead_time(on_hand: int, urgency: str) -> None:
    assert plan(DemandRate(daily=1), on_hand=on_hand).urgency == urgency


def test_the_words_carry_the_figures() -> None:
    facts = plan(
        DemandRate(daily=2, deviation=1), on_hand=5, incoming=3, multiple_quantity=12, fixed_quantity=30
    ).to_facts() | {"forecast_origin": "own", "lead_time_origin": "measured"}
    words = explain(facts)
    assert words.demand == (
        "2 a day are wanted (from its own sales), ± 1 from day to day. Lead time 7 days, ± 0 (measured from deliveries)."
    )
    assert words.safety == (
        "Safety stock 4.7 = 1.64 (for a service level of 95 %) × √(8 days × 1² + 2² × 0²). "
        "Reorder point 21 = 2 × 8 days + 4.7."
    )
    assert words.why_now == (
        "On hand 5 − reserved 0 − not for sale 0 + on order or on its way 3 = 8, which is below the reorder point of 21."
    )
    assert words.why_many == (
        "Order up to 51 = 21 + 30 (the order size that was set by hand, or the least); 51 − 8 = 43. "
        "The supplier takes 1 or more in packs of 12: 48. That lasts 28 days."
    )


def test_the_words_of_the_hand_set_rule() -> None:
    words = explain(plan(None, on_hand=3, fixed_point=5, fixed_quantity=20).to_facts())
    assert words.demand == "There is no forecast yet; the reorder point was set by hand."
    assert words.safety == "Reorder point 5."


def test_the_words_tell_what_the_cheapest_size_was_worked_out_from() -> None:
    """D = 730, S = 20, H = 0.25 · 4: EOQ = sqrt(2 · 730 · 20 / 1) = 170.9."""
    facts = plan(
        DemandRate(daily=2),
        on_hand=5,
        breaks=[PriceBreak(from_quantity=1, unit_price=4)],
        costs=OrderCosts(order_cost=20, holding_rate=0.25),
    ).to_facts()
    assert facts["economic_quantity"] == 170.88
    assert explain(facts).why_many.startswith(
        "Order up to 187 = 16 + 170.9 (the cheapest order size within the limits, with 730 a year, 20 for an order and"
        " 25 % of the price for a year's keeping); 187 − 5 = 182."
    )


def test_the_figures_have_names_and_are_in_the_order_of_the_working() -> None:
    facts = plan(DemandRate(daily=2, deviation=1.25), on_hand=5).to_facts() | {"forecast_origin": "category"}
    figures = list_figures(facts)
    assert figures[0] == ("On hand", "5")
    assert {
        "Demand a day": "2",
        "Deviation of a day's demand": "1.25",
        "Forecast from": "its category's sales",
    }.items() <= (dict(figures).items())
    assert (dict(figures)["Reserve by"], dict(figures)["Urgency"]) == (
        "Service level",
        "runs out before it comes",
    )
    assert len(figures) == len(facts)
