"""Scorecards and landed cost by worked numbers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from inventory.domain.buying.landed import find_landed_share, split_landed_cost
from inventory.domain.buying.safety_stock import LeadTime
from inventory.domain.buying.scorecards import (
    DeliveredOrder,
    build_scorecard,
    find_price_score,
    measure_lead_time,
)
from shop.kernel.money import Money

DECLARED = LeadTime(days=14)


def make_delivery(
    days: int, *, promised: int = 7, ordered: int = 10, received: int = 10, damaged: int = 0
) -> DeliveredOrder:
    return DeliveredOrder(
        sent_on=date(2026, 1, 1),
        promised_on=date(2026, 1, 1 + promised),
        delivered_on=date(2026, 1, 1 + days),
        ordered_quantity=ordered,
        received_quantity=received,
        damaged_quantity=damaged,
    )


def test_the_lead_time_is_measured_from_three_deliveries_on() -> None:
    """5, 7 and 12 days: mean 8, sample deviation sqrt(13) = 3.606."""
    assert measure_lead_time([5, 7], declared=DECLARED) == DECLARED
    measured = measure_lead_time([5, 7, 12], declared=DECLARED)
    assert (measured.days, measured.deviation_days) == (8.0, pytest.approx(3.6056, abs=0.0001))


def test_a_scorecard_weighs_four_parts() -> None:
    card = build_scorecard(
        [make_delivery(7), make_delivery(9, received=5), make_delivery(6, damaged=10), make_delivery(5)],
        declared=DECLARED,
        price=0.7,
    )
    assert (card.on_time, card.in_full, card.quality) == (0.75, 0.875, pytest.approx(35 / 45))
    assert card.score == pytest.approx(0.4 * 0.75 + 0.3 * 0.875 + 0.2 * 35 / 45 + 0.1 * 0.7)
    assert card.risk == "watch"


def test_what_never_came_is_neither_on_time_nor_in_full() -> None:
    """On time 1 of 3, in full (1 + 0 + 0.4) / 3, quality 1: 0.4 / 3 + 0.3 * 1.4 / 3 + 0.2, of 0.9."""
    never = replace(make_delivery(7, received=0), delivered_on=None)
    half = replace(make_delivery(7, received=4), delivered_on=None)
    card = build_scorecard([make_delivery(7), never, half], declared=DECLARED)
    assert (card.on_time, card.in_full) == (pytest.approx(1 / 3), pytest.approx(1.4 / 3))
    assert (card.deliveries_quantity, card.lead_time) == (1, DECLARED)
    assert card.score == pytest.approx((0.4 / 3 + 0.3 * 1.4 / 3 + 0.2) / 0.9)
    assert card.risk == "high"


def test_more_than_ordered_is_not_fuller_than_full() -> None:
    assert build_scorecard([make_delivery(7, received=12)], declared=DECLARED).in_full == 1.0


def test_nothing_delivered_is_nothing_known() -> None:
    card = build_scorecard([], declared=DECLARED, price=0.5)
    assert (card.score, card.risk, card.lead_time) == (None, "none", DECLARED)


def test_prices_are_compared_with_the_cheapest() -> None:
    assert find_price_score(5.0, best_price=4.0) == 0.8
    assert find_price_score(4.0, best_price=4.0) == 1.0
    assert find_price_score(0.0, best_price=0.0) == 1.0


def test_costs_are_spread_by_value_to_the_cent() -> None:
    goods = [(Money(Decimal(10), "EUR"), 1), (Money(Decimal(10), "EUR"), 4), (Money(Decimal(10), "EUR"), 1)]
    lines = split_landed_cost(goods, extra=Money(Decimal("10.00"), "EUR"))
    assert [line.share.amount for line in lines] == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert lines[1].unit_cost == Decimal("3.3325")


def test_goods_without_value_share_by_quantity() -> None:
    goods = [(Money(Decimal(0), "EUR"), 1), (Money(Decimal(0), "EUR"), 3)]
    lines = split_landed_cost(goods, extra=Money(Decimal(8), "EUR"))
    assert [line.share.amount for line in lines] == [Decimal(2), Decimal(6)]
    assert split_landed_cost([], extra=Money(Decimal(8), "EUR")) == []


def test_parts_of_a_delivery_add_up_to_the_share() -> None:
    share = Money(Decimal("1.00"), "EUR")
    steps = [(0, 1), (1, 2), (2, 3), (3, 5)]
    parts = [
        find_landed_share(share, ordered_quantity=3, before=before, after=after).amount
        for before, after in steps
    ]
    assert parts == [Decimal("0.33"), Decimal("0.34"), Decimal("0.33"), Decimal("0.00")]
