from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from catalog.domain.recommendation_trials import evaluate, split_baskets
from catalog.domain.recommendations import (
    LARGEST_BASKET,
    Basket,
    PairCounts,
    count_baskets,
    count_customers,
    rank_candidates,
    score_neighbours,
    score_sales,
    tell_weight,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _basket(customer: str, *items: int, days: int = 0) -> Basket:
    return Basket(customer=customer, bought_at=NOW - timedelta(days=days), items=frozenset(items))


def test_a_basket_counts_half_after_its_half_life() -> None:
    assert tell_weight(NOW - timedelta(days=180), now=NOW) == pytest.approx(0.5)
    assert tell_weight(NOW + timedelta(days=1), now=NOW) == 1.0


def test_the_score_is_a_shrunk_cosine() -> None:
    counts = count_baskets(
        [_basket("a", 1, 2), _basket("b", 1, 2), _basket("c", 1, 3), _basket("d", 2)], now=NOW
    )
    share = 1 / math.log2(3)
    scores = dict(score_neighbours(counts, most=5)[1])
    pair = 2 * share
    assert scores[2] == pytest.approx(pair / math.sqrt(3 * 3) * pair / (pair + 2))
    assert 3 not in scores, "one basket is chance"


def test_more_is_not_kept_than_asked_for() -> None:
    counts = count_baskets([_basket("a", *range(10))] * 3, now=NOW)
    assert {len(pairs) for pairs in score_neighbours(counts, most=3).values()} == {3}


def test_a_bulk_buyer_tells_nothing() -> None:
    counts = PairCounts()
    counts.add(range(LARGEST_BASKET + 1), 1.0)
    assert not counts.pairs


def test_customers_bring_together_what_they_bought_apart() -> None:
    baskets = [_basket("a", 1, days=30), _basket("a", 2), _basket("b", 3)]
    assert not count_baskets(baskets, now=NOW).pairs
    assert set(count_customers(baskets, now=NOW).pairs[1]) == {2}


def test_several_seeds_add_up_and_the_known_is_left_out() -> None:
    neighbours = {1: [(3, 0.5), (4, 0.4)], 2: [(4, 0.4), (1, 0.9)]}
    assert rank_candidates({1: 1.0, 2: 1.0}, neighbours, most=5, known=frozenset({1, 2})) == [4, 3]


def test_sales_are_logarithmic_between_nought_and_one() -> None:
    scores = score_sales({1: 100.0, 2: 10.0, 3: 0.0})
    assert scores == {1: 1.0, 2: pytest.approx(math.log(11) / math.log(101))}
    assert score_sales({}) == {}


def test_nothing_is_learned_from_the_future() -> None:
    past, future, cut = split_baskets([_basket(str(day), day, days=day) for day in range(10)])
    assert max(basket.bought_at for basket in past) < cut == min(basket.bought_at for basket in future)


def test_what_is_always_bought_together_is_foreseen() -> None:
    """Twenty pairs of articles, each bought whole by many: who has one half gets the other, best sellers cannot know."""
    baskets = [
        _basket(f"c{number}", number % 20 * 2, number % 20 * 2 + 1, days=400 - number)
        for number in range(400)
    ]
    rest, _ = evaluate(baskets)
    assert (rest.task, rest.cases, rest.ours) == ("rest of a basket", 80, 1.0)
    assert rest.popular == 0.25
