"""Which products go together: item-to-item neighbours from who bought what with what."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nlargest

# Taste changes: a basket counts half after so many days.
HALF_LIFE_DAYS = 180.0
# Whoever buys a hundred articles at once tells little about any two of them, and costs their square.
LARGEST_BASKET = 60
# Two baskets may be chance; a pair is believed by w / (w + SHRINKAGE).
SHRINKAGE = 2.0
# One basket of two articles weighs 0.63: it takes two of late to be believed at all. Below, best sellers are the better guess.
LEAST_EVIDENCE = 0.8
_DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Basket:
    """What one customer bought at once."""

    customer: str
    bought_at: datetime
    items: frozenset[int]


@dataclass(slots=True)
class PairCounts:
    """Decayed counts of articles and of pairs."""

    items: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    pairs: dict[int, dict[int, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )

    def add(self, items: Iterable[int], weight: float) -> None:
        """Count articles that were bought together; a large basket says less about each pair of it."""
        chosen = sorted(set(items))
        if len(chosen) > LARGEST_BASKET:
            return
        for item in chosen:
            self.items[item] += weight
        share = weight / math.log2(len(chosen) + 1) if len(chosen) > 1 else 0.0
        for place, item in enumerate(chosen):
            for other in chosen[place + 1 :]:
                self.pairs[item][other] += share
                self.pairs[other][item] += share


def tell_weight(bought_at: datetime, *, now: datetime, half_life_days: float = HALF_LIFE_DAYS) -> float:
    """Return what a basket of then counts now: 1 for just bought, a half after the half-life."""
    age_days = max((now - bought_at).total_seconds(), 0.0) / _DAY_SECONDS
    return float(0.5 ** (age_days / half_life_days))


def count_baskets(baskets: Iterable[Basket], *, now: datetime) -> PairCounts:
    """Return the pairs of articles that lay in one basket."""
    counts = PairCounts()
    for basket in baskets:
        counts.add(basket.items, tell_weight(basket.bought_at, now=now))
    return counts


def count_customers(baskets: Iterable[Basket], *, now: datetime) -> PairCounts:
    """Return the pairs of articles that one customer bought, together or apart; the last ones of those who bought many."""
    latest: dict[str, dict[int, datetime]] = defaultdict(dict)
    for basket in sorted(baskets, key=lambda one: one.bought_at):
        for item in basket.items:
            latest[basket.customer].pop(item, None)
            latest[basket.customer][item] = basket.bought_at
    counts = PairCounts()
    for items in latest.values():
        kept = list(items.items())[-LARGEST_BASKET:]
        counts.add((item for item, _ in kept), tell_weight(kept[-1][1], now=now))
    return counts


def score_neighbours(counts: PairCounts, *, most: int) -> dict[int, list[tuple[int, float]]]:
    """Return each article's nearest ones: the cosine w_ij / sqrt(w_i w_j), shrunk towards 0 where little is known.

    Source: G. Linden, B. Smith, J. York, "Amazon.com recommendations", IEEE Internet Computing 7(1), 2003.
    """
    found: dict[int, list[tuple[int, float]]] = {}
    for item, others in counts.pairs.items():
        scored = [
            (
                other,
                weight / math.sqrt(counts.items[item] * counts.items[other]) * weight / (weight + SHRINKAGE),
            )
            for other, weight in others.items()
            if weight >= LEAST_EVIDENCE
        ]
        found[item] = nlargest(most, scored, key=lambda pair: (pair[1], -pair[0]))
    return found


def rank_candidates(
    seeds: Mapping[int, float],
    neighbours: Mapping[int, Sequence[tuple[int, float]]],
    *,
    most: int,
    known: frozenset[int],
) -> list[int]:
    """Return what goes best with several articles, each by its weight; what is known already is left out."""
    scores: dict[int, float] = defaultdict(float)
    for seed, weight in seeds.items():
        for other, score in neighbours.get(seed, ()):
            if other not in known:
                scores[other] += weight * score
    return nlargest(most, scores, key=lambda item: (scores[item], -item))


def score_sales(units: Mapping[int, float]) -> dict[int, float]:
    """Return sales between 0 and 1 by their logarithm: the hundredth sale says less than the tenth."""
    highest = max(units.values(), default=0.0)
    if highest <= 0:
        return {}
    return {item: math.log1p(sold) / math.log1p(highest) for item, sold in units.items() if sold > 0}
