"""How well recommendations would have done on histories that are over: recall among the first ten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.domain.recommendations import (
    Basket,
    count_baskets,
    count_customers,
    rank_candidates,
    score_neighbours,
    tell_weight,
)

FIRST = 10
NEIGHBOURS = 50
Recommend = Callable[[Mapping[int, float], frozenset[int]], Sequence[int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recall:
    """Of what was bought next, the share that was among the first ten."""

    task: str
    cases: int
    ours: float
    popular: float


def split_baskets(
    baskets: Iterable[Basket], *, share: float = 0.8
) -> tuple[list[Basket], list[Basket], datetime]:
    """Return the earlier and the later baskets, and the instant between them: nothing is learned from the future."""
    ordered = sorted(baskets, key=lambda basket: basket.bought_at)
    cut = int(len(ordered) * share)
    return ordered[:cut], ordered[cut:], ordered[cut].bought_at


def evaluate(baskets: Iterable[Basket]) -> list[Recall]:
    """Return the recall of three tasks: complete a basket, find something new for a customer, foresee the next basket."""
    past, future, now = split_baskets(baskets)
    popular = _rank_popular(past, now)
    together = score_neighbours(count_baskets(past, now=now), most=NEIGHBOURS)
    alike = score_neighbours(count_customers(past, now=now), most=NEIGHBOURS)

    def complete(seeds: Mapping[int, float], known: frozenset[int]) -> Sequence[int]:
        return _fill(rank_candidates(seeds, together, most=FIRST, known=known), popular, known)

    def find(seeds: Mapping[int, float], known: frozenset[int]) -> Sequence[int]:
        return _fill(rank_candidates(seeds, alike, most=FIRST, known=known), popular, known)

    def fall_back(_seeds: Mapping[int, float], known: frozenset[int]) -> Sequence[int]:
        return _fill([], popular, known)

    halves = list(_list_halves(future))
    nexts = list(_list_next(past, future, now))
    return [
        Recall(
            task="rest of a basket",
            cases=len(halves),
            ours=_recall(halves, complete),
            popular=_recall(halves, fall_back),
        ),
        Recall(
            task="new to a customer",
            cases=len(nexts),
            ours=_recall(nexts, find),
            popular=_recall(nexts, fall_back),
        ),
    ]


Case = tuple[dict[int, float], frozenset[int], frozenset[int]]


def _list_halves(future: Iterable[Basket]) -> Iterable[Case]:
    """Every other article of a basket is shown, the rest is asked for."""
    for basket in future:
        items = sorted(basket.items)
        shown, hidden = frozenset(items[::2]), frozenset(items[1::2])
        if hidden:
            yield dict.fromkeys(shown, 1.0), shown, hidden


def _list_next(past: Iterable[Basket], future: Iterable[Basket], now: datetime) -> Iterable[Case]:
    """For each known customer the first later basket, as far as it is new to them."""
    seeds: dict[str, dict[int, float]] = defaultdict(dict)
    for basket in past:
        for item in basket.items:
            seeds[basket.customer][item] = tell_weight(basket.bought_at, now=now, half_life_days=30.0)
    done: set[str] = set()
    for basket in future:
        known = frozenset(seeds.get(basket.customer, ()))
        hidden = basket.items - known
        if known and hidden and basket.customer not in done:
            done.add(basket.customer)
            yield seeds[basket.customer], known, hidden


def _rank_popular(past: Iterable[Basket], now: datetime) -> list[int]:
    weights: dict[int, float] = defaultdict(float)
    for basket in past:
        for item in basket.items:
            weights[item] += tell_weight(basket.bought_at, now=now)
    return sorted(weights, key=lambda item: (-weights[item], item))


def _fill(found: Sequence[int], popular: Sequence[int], known: frozenset[int]) -> list[int]:
    """Return ten: what is best sold fills the places that nothing is known for."""
    chosen = list(dict.fromkeys(found))[:FIRST]
    for item in popular:
        if len(chosen) >= FIRST:
            break
        if item not in known and item not in chosen:
            chosen.append(item)
    return chosen


def _recall(cases: Sequence[Case], recommend: Recommend) -> float:
    if not cases:
        return 0.0
    shares = [
        len(hidden.intersection(recommend(seeds, known))) / min(len(hidden), FIRST)
        for seeds, known, hidden in cases
    ]
    return sum(shares) / len(shares)
