"""What holds for any set of promotions and any cart; the long run belongs to `make test-faults`."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.domain.promotions.evaluation import evaluate
from catalog.domain.promotions.facts import CartFacts, Rule, can_combine
from catalog.domain.promotions.reading import dump_conditions, dump_term, read_action, read_conditions
from catalog.domain.promotions.terms import Gift, PromotionClass
from catalog.domain.promotions.traces import Trace
from shop.kernel.money import Money, split_units
from tests.catalog.domain.promotions.strategies import carts, rules

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
floors = st.sampled_from([Decimal(0), Decimal(10), Decimal("33.3"), Decimal(100)])


def check_bounds(cart: CartFacts, found: list[Rule], floor: Decimal) -> None:
    evaluation = evaluate(cart, found, now=NOW, floor_percent=floor)
    has_gift = any(isinstance(rule.action, Gift) for rule in found)
    assert set(evaluation.lines) == {line.key for line in cart.lines}
    for line in cart.lines:
        kept = line.list_minor - evaluation.lines[line.key]
        assert (0 if has_gift else line.list_minor * floor / 100) <= kept <= line.list_minor
    assert 0 <= evaluation.shipping_minor <= (cart.shipping_minor or 0)


def check_trace(cart: CartFacts, found: list[Rule]) -> None:
    evaluation = evaluate(cart, found, now=NOW)
    entries = evaluation.trace.entries
    for line in cart.lines:
        told = [entry.lines.get(line.key, 0) for entry in entries]
        assert sum(told) == evaluation.lines[line.key]
        assert min(told, default=0) >= 0
    assert sum(entry.shipping_minor for entry in entries) == evaluation.shipping_minor
    assert [entry.key for entry in entries if not entry.is_applied and entry.total_minor] == []
    assert all(entry.total_minor > 0 for entry in evaluation.trace.applied)
    assert all(entry.causes for entry in entries if not entry.is_applied)
    assert sorted(entry.promotion_id for entry in entries) == [rule.id for rule in found]
    assert Trace.from_json(json.loads(json.dumps(evaluation.trace.to_json()))) == evaluation.trace


def check_order(cart: CartFacts, found: list[Rule], seed: int) -> None:
    shuffled = list(found)
    Random(seed).shuffle(shuffled)
    assert evaluate(cart, found, now=NOW) == evaluate(cart, shuffled, now=NOW)


def check_stacking(cart: CartFacts, found: list[Rule]) -> None:
    by_id = {rule.id: rule for rule in found}
    applied = evaluate(cart, found, now=NOW).trace.applied
    for one in applied:
        for other in applied:
            are_products = one.promotion_class is other.promotion_class is PromotionClass.PRODUCT
            if one is other or (are_products and not set(one.lines) & set(other.lines)):
                continue
            assert can_combine(by_id[one.promotion_id], by_id[other.promotion_id])


def check_caps(cart: CartFacts, found: list[Rule]) -> None:
    by_id = {rule.id: rule for rule in found}
    for entry in evaluate(cart, found, now=NOW).trace.applied:
        rule = by_id[entry.promotion_id]
        assert rule.budget_minor is None or entry.total_minor <= rule.budget_minor
        if rule.unit_limits is not None and rule.promotion_class is PromotionClass.PRODUCT:
            assert all(1 <= entry.units[key] <= rule.unit_limits[key] for key in entry.lines)


def check_all(cart: CartFacts, found: list[Rule], floor: Decimal, seed: int) -> None:
    check_bounds(cart, found, floor)
    check_trace(cart, found)
    check_order(cart, found, seed)
    check_stacking(cart, found)
    check_caps(cart, found)


anything = given(carts(), rules(), floors, st.integers(0, 1000))


@settings(max_examples=60, deadline=None)
@anything
def test_totals_splits_order_stacking_and_trace_hold_for_any_cart(
    cart: CartFacts, found: list[Rule], floor: Decimal, seed: int
) -> None:
    check_all(cart, found, floor, seed)


@pytest.mark.fault
@pytest.mark.timeout(900)
@settings(max_examples=5000, deadline=None)
@anything
def test_the_same_over_thousands_of_carts(
    cart: CartFacts, found: list[Rule], floor: Decimal, seed: int
) -> None:
    check_all(cart, found, floor, seed)


@settings(max_examples=40, deadline=None)
@given(rules())
def test_terms_are_stored_and_read_unchanged(found: list[Rule]) -> None:
    for rule in found:
        assert read_action(json.loads(json.dumps(dump_term(rule.action)))) == rule.action
        stored = json.loads(json.dumps(dump_conditions(rule.conditions)))
        assert read_conditions(stored) == rule.conditions


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 100_000), st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_a_split_adds_up_to_the_minor_unit(units: int, weights: list[int]) -> None:
    parts = split_units(units, weights)
    assert sum(parts) == units
    if units <= sum(weights):
        assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


def test_minor_units_of_other_currencies() -> None:
    assert Money(Decimal(500), "JPY").to_minor() == 500
