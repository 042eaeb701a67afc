"""What an action takes off a cart, line by line, in whole minor units; never more than a line is still worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import singledispatch

from catalog.domain.promotions.conditions import to_minor
from catalog.domain.promotions.facts import CartFacts, LineFacts
from catalog.domain.promotions.groups import find_percent, get_minimum
from catalog.domain.promotions.terms import (
    HUNDRED,
    AmountOff,
    Amounts,
    BuyGet,
    CheapestFree,
    FixedPrice,
    FreeShipping,
    Gift,
    GroupPrice,
    PercentOff,
    PromotionClass,
    SpendSteps,
    Step,
    Target,
)
from catalog.domain.promotions.traces import Cause, Reason
from shop.kernel.money import split_units


@dataclass(frozen=True, kw_only=True, slots=True)
class Basket:
    """What an action may touch: ``lines`` it may reduce, what each is still worth, and how many units it may reduce."""

    cart: CartFacts
    lines: tuple[LineFacts, ...]
    left: Mapping[int, int]
    promotion_class: PromotionClass
    shipping_left: int | None = None
    unit_limits: Mapping[int, int] | None = None

    def pick(self, target: Target) -> list[LineFacts]:
        """Return the lines of a target that are worth something and may still be reduced."""
        return [
            line
            for line in self.lines
            if target.has(line.keys) and self.left[line.key] > 0 and self.count(line) > 0
        ]

    def count(self, line: LineFacts) -> int:
        """Return how many units of a line may be reduced."""
        if self.unit_limits is None:
            return line.quantity
        return min(line.quantity, self.unit_limits.get(line.key, 0))

    def value(self, line: LineFacts, units: int) -> int:
        """Return what some units of a line are still worth, rounded down."""
        return self.left[line.key] * units // line.quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class Gain:
    """What an action would take off; ``cause`` says why there is nothing, or what is missing for more."""

    lines: Mapping[int, int] = field(default_factory=dict)
    units: Mapping[int, int] = field(default_factory=dict)
    shipping_minor: int = 0
    cause: Cause | None = None

    @property
    def total_minor(self) -> int:
        """All of it."""
        return sum(self.lines.values()) + self.shipping_minor


def miss(reason: Reason, **facts: object) -> Gain:
    """Return nothing, with the reason."""
    return Gain(cause=Cause(reason=reason, facts=facts))


def take_percent(minor: int, percent: Decimal) -> int:
    """Return a percentage of an amount, rounded half up, never more than the amount."""
    part = (Decimal(minor) * percent / HUNDRED).to_integral_value(rounding=ROUND_HALF_UP)
    return min(minor, int(part))


@singledispatch
def work_out(action: object, basket: Basket) -> Gain:
    """Return what an action takes off the lines that it may touch."""
    raise TypeError(action)


@work_out.register
def _(action: PercentOff, basket: Basket) -> Gain:
    lines = basket.pick(action.target)
    if not lines:
        return miss(Reason.NO_ARTICLES)
    most = _find_most(action.most, basket)
    if action.most is not None and most is None:
        return miss(Reason.OTHER_CURRENCY)
    values = [basket.value(line, basket.count(line)) for line in lines]
    if basket.promotion_class is PromotionClass.ORDER:
        total = take_percent(sum(values), action.percent)
        parts = split_units(total, values)
    else:
        parts = [take_percent(value, action.percent) for value in values]
    if most is not None and sum(parts) > most:
        parts = split_units(most, parts)
    return _build_gain(lines, parts, basket)


@work_out.register
def _(action: AmountOff, basket: Basket) -> Gain:
    lines = basket.pick(action.target)
    amount = to_minor(action.amounts, basket.cart.currency)
    if amount is None:
        return miss(Reason.OTHER_CURRENCY)
    if not lines:
        return miss(Reason.NO_ARTICLES)
    values = [basket.value(line, basket.count(line)) for line in lines]
    if basket.promotion_class is PromotionClass.ORDER:
        parts = split_units(min(amount, sum(values)), values)
    else:
        parts = [min(value, amount * basket.count(line)) for line, value in zip(lines, values, strict=True)]
    return _build_gain(lines, parts, basket)


@work_out.register
def _(action: FixedPrice, basket: Basket) -> Gain:
    lines = basket.pick(action.target)
    price = to_minor(action.amounts, basket.cart.currency)
    if price is None:
        return miss(Reason.OTHER_CURRENCY)
    if not lines:
        return miss(Reason.NO_ARTICLES)
    parts = [max(0, basket.value(line, basket.count(line)) - price * basket.count(line)) for line in lines]
    return _build_gain(lines, parts, basket)


@work_out.register
def _(action: SpendSteps, basket: Basket) -> Gain:
    lines = basket.pick(action.target)
    if not lines:
        return miss(Reason.NO_ARTICLES)
    worth = sum(basket.left[line.key] for line in lines)
    ladder = [(to_minor(step.reached, basket.cart.currency), step) for step in action.steps]
    known = sorted(
        ((reached, step) for reached, step in ladder if reached is not None), key=lambda one: one[0]
    )
    if not known:
        return miss(Reason.OTHER_CURRENCY)
    reached_steps = [step for reached, step in known if worth >= reached]
    ahead = next((reached for reached, _step in known if worth < reached), None)
    cause = _tell_missing(ahead, worth)
    if not reached_steps:
        return Gain(cause=cause)
    off = _read_step(reached_steps[-1], worth, basket.cart.currency)
    gain = _build_gain(lines, split_units(min(off, worth), [basket.left[line.key] for line in lines]), basket)
    return Gain(lines=gain.lines, units=gain.units, cause=gain.cause or cause)


def _tell_missing(ahead: int | None, worth: int) -> Cause | None:
    if ahead is None:
        return None
    return Cause(reason=Reason.MINIMUM, facts={"wanted_minor": ahead, "missing_minor": ahead - worth})


def _read_step(step: Step, worth: int, currency: str) -> int:
    if step.percent is not None:
        return take_percent(worth, step.percent)
    return (to_minor(step.amounts, currency) if step.amounts else None) or 0


@work_out.register
def _(action: CheapestFree, basket: Basket) -> Gain:
    return _free_in_groups(
        basket,
        basket.pick(action.target),
        of_quantity=action.of_quantity,
        free_quantity=action.free_quantity,
        percent=action.percent,
    )


@work_out.register
def _(action: BuyGet, basket: Basket) -> Gain:
    if action.get is None:
        return _free_in_groups(
            basket,
            basket.pick(action.buy),
            of_quantity=action.buy_quantity + action.get_quantity,
            free_quantity=action.get_quantity,
            percent=action.percent,
            most_times=action.most_times,
        )
    # What counts as bought is not got: an article of both kinds is bought.
    bought = sum(line.quantity for line in basket.cart.lines if action.buy.has(line.keys))
    if not bought:
        return miss(Reason.NO_ARTICLES)
    times = min(bought // action.buy_quantity, action.most_times or bought)
    if not times:
        missing = action.buy_quantity - bought
        return miss(Reason.MORE_ARTICLES, missing=missing)
    got = [line for line in basket.pick(action.get) if not action.buy.has(line.keys)]
    if not got:
        return miss(Reason.GIFT_MISSING, keys=sorted(action.get.include))
    return _reduce_cheapest(basket, got, units=times * action.get_quantity, percent=action.percent)


@work_out.register
def _(action: Gift, basket: Basket) -> Gain:
    lines = basket.pick(action.target)
    if not lines:
        return miss(Reason.GIFT_MISSING, keys=sorted(action.target.include))
    return _reduce_cheapest(basket, lines, units=action.quantity, percent=HUNDRED)


@work_out.register
def _(action: GroupPrice, basket: Basket) -> Gain:
    """What is paid at once: the step of the smallest group that succeeds. All of a line or nothing of it."""
    lines = [line for line in basket.pick(action.target) if basket.count(line) == line.quantity]
    if not lines:
        return miss(Reason.NO_ARTICLES)
    people = get_minimum(action)
    percent = find_percent(action.steps, people)
    parts = [take_percent(basket.value(line, line.quantity), percent) for line in lines]
    cause = Cause(reason=Reason.GROUP_PRICE, facts={"people": people, "percent": f"{percent.normalize():f}"})
    gain = _build_gain(lines, parts, basket)
    return replace(gain, cause=gain.cause or cause)


@work_out.register
def _(action: FreeShipping, basket: Basket) -> Gain:
    if basket.shipping_left is None:
        return miss(Reason.DELIVERY_NOT_CHOSEN)
    if action.methods and basket.cart.shipping_method not in action.methods:
        return miss(Reason.DELIVERY_METHOD, methods=sorted(action.methods))
    off = take_percent(basket.shipping_left, action.percent)
    most = _find_most(action.most, basket)
    if action.most is not None and most is None:
        return miss(Reason.OTHER_CURRENCY)
    off = off if most is None else min(off, most)
    return Gain(shipping_minor=off) if off else miss(Reason.NOTHING_LEFT)


def _reduce_cheapest(basket: Basket, lines: Sequence[LineFacts], *, units: int, percent: Decimal) -> Gain:
    """The cheapest first; of equally cheap ones the earlier line."""
    taken: list[tuple[LineFacts, int]] = []
    for line in sorted(lines, key=lambda one: (one.unit_minor, one.key)):
        count = min(basket.count(line), units)
        if count > 0:
            taken.append((line, count))
            units -= count
    return _reduce_units(basket, taken, percent=percent)


def _free_in_groups(
    basket: Basket,
    lines: Sequence[LineFacts],
    *,
    of_quantity: int,
    free_quantity: int,
    percent: Decimal,
    most_times: int | None = None,
) -> Gain:
    """Lay the articles out from dear to cheap and cut them into groups: the last of each group are reduced."""
    whole = sum(basket.count(line) for line in lines)
    if not whole:
        return miss(Reason.NO_ARTICLES)
    groups = min(whole // of_quantity, most_times or whole)
    if not groups:
        return miss(Reason.MORE_ARTICLES, missing=of_quantity - whole)
    taken: list[tuple[LineFacts, int]] = []
    place = 0
    for line in sorted(lines, key=lambda one: (-one.unit_minor, one.key)):
        end = min(place + basket.count(line), groups * of_quantity)
        free = _count_free(end, of_quantity, free_quantity) - _count_free(place, of_quantity, free_quantity)
        if free > 0:
            taken.append((line, free))
        place = end
    return _reduce_units(basket, taken, percent=percent)


def _count_free(end: int, of_quantity: int, free_quantity: int) -> int:
    """How many of the places before ``end`` are free ones."""
    groups, rest = divmod(end, of_quantity)
    return groups * free_quantity + max(0, rest - (of_quantity - free_quantity))


def _reduce_units(basket: Basket, taken: Iterable[tuple[LineFacts, int]], *, percent: Decimal) -> Gain:
    lines, units = {}, {}
    for line, count in taken:
        off = take_percent(basket.value(line, count), percent)
        if off:
            lines[line.key], units[line.key] = off, count
    return Gain(lines=lines, units=units) if lines else miss(Reason.NOTHING_LEFT)


def _find_most(most: Amounts | None, basket: Basket) -> int | None:
    return None if most is None else to_minor(most, basket.cart.currency)


def _build_gain(lines: Sequence[LineFacts], parts: Sequence[int], basket: Basket) -> Gain:
    found = {line.key: part for line, part in zip(lines, parts, strict=True) if part > 0}
    if not found:
        return miss(Reason.NOTHING_LEFT)
    units = {line.key: basket.count(line) for line in lines if line.key in found}
    return Gain(lines=found, units=units if basket.unit_limits is not None else {})
