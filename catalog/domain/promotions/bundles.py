"""Bundles: several articles together at one price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from catalog.domain.promotions.actions import Basket, Gain, miss, work_out
from catalog.domain.promotions.conditions import to_minor
from catalog.domain.promotions.facts import LineFacts
from catalog.domain.promotions.terms import Bundle, Part
from catalog.domain.promotions.traces import Reason
from shop.kernel.money import split_units


@work_out.register
def _(action: Bundle, basket: Basket) -> Gain:
    price = to_minor(action.amounts, basket.cart.currency)
    if price is None:
        return miss(Reason.OTHER_CURRENCY)
    free = {line.key: basket.count(line) for part in action.parts for line in basket.pick(part.target)}
    if not free:
        return miss(Reason.NO_ARTICLES)
    used, off = _fill_bundles(action, basket, free, price=price)
    if not used:
        missing = _count_missing(action, basket, free)
        return miss(Reason.MORE_ARTICLES, missing=missing) if missing else miss(Reason.NOTHING_LEFT)
    lines = [line for line in basket.lines if used[line.key]]
    values = [basket.value(line, used[line.key]) for line in lines]
    parts = split_units(min(off, sum(values)), values)
    found = {line.key: part for line, part in zip(lines, parts, strict=True) if part}
    return Gain(lines=found, units=dict(used)) if found else miss(Reason.NOTHING_LEFT)


def _fill_bundles(
    action: Bundle, basket: Basket, free: Mapping[int, int], *, price: int
) -> tuple[Counter[int], int]:
    """Take one bundle after the other, the dearest articles first, while it saves anything."""
    left, used, off, times = Counter(free), Counter[int](), 0, 0
    while action.most_times is None or times < action.most_times:
        taken = _take_one(action, basket, left)
        saved = _value(basket, taken) - price if taken else 0
        if saved <= 0:
            break
        left.subtract(taken)
        used.update(taken)
        off, times = off + saved, times + 1
    return used, off


def _take_one(action: Bundle, basket: Basket, left: Counter[int]) -> Counter[int]:
    taken: Counter[int] = Counter()
    for part in action.parts:
        wanted = part.quantity
        for line in _sort_by_price(basket, part):
            count = min(wanted, left[line.key] - taken[line.key])
            if count > 0:
                taken[line.key] += count
                wanted -= count
        if wanted:
            return Counter()
    return taken


def _sort_by_price(basket: Basket, part: Part) -> list[LineFacts]:
    return sorted(basket.pick(part.target), key=lambda line: (-line.unit_minor, line.key))


def _value(basket: Basket, taken: Counter[int]) -> int:
    return sum(basket.value(line, taken[line.key]) for line in basket.lines if taken[line.key])


def _count_missing(action: Bundle, basket: Basket, free: Mapping[int, int]) -> int:
    """How many articles are missing, counting each part by itself."""
    return sum(
        max(0, part.quantity - sum(free[line.key] for line in basket.pick(part.target)))
        for part in action.parts
    )
