"""Whether a rule's conditions hold for a cart, and if not, which ones and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import singledispatch

from catalog.domain.promotions.facts import CartFacts, LineFacts, Rule
from catalog.domain.promotions.terms import (
    Amounts,
    Channels,
    FirstOrder,
    Gift,
    Hours,
    Minimum,
    MinimumQuantity,
    PaymentMethods,
    Segments,
    Target,
    Tiers,
)
from catalog.domain.promotions.traces import Cause, Reason
from shop.kernel.money import Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A cart as a stage of the evaluation finds it: ``worth`` is each line's value when the stage began."""

    cart: CartFacts
    worth: Mapping[int, int]
    now: datetime
    ignored: Target | None = None

    def list_lines(self, target: Target) -> list[LineFacts]:
        """Return the lines that count: a promotion's own gift does not."""
        return [
            line
            for line in self.cart.lines
            if target.has(line.keys) and not (self.ignored is not None and self.ignored.has(line.keys))
        ]


def to_minor(amounts: Amounts, currency: str) -> int | None:
    """Return an amount in minor units of a currency; None when the promotion says nothing in it."""
    amount = amounts.by_currency.get(currency)
    return None if amount is None else Money(amount, currency).to_minor()


def list_causes(rule: Rule, cart: CartFacts, *, worth: Mapping[int, int], now: datetime) -> tuple[Cause, ...]:
    """Return why the rule does not apply; empty when every condition holds. ``now`` is in the shop's zone."""
    ignored = rule.action.target if isinstance(rule.action, Gift) else None
    scene = Scene(cart=cart, worth=worth, now=now, ignored=ignored)
    found: Iterable[Cause | None] = (
        _check_window(rule, now),
        Cause(reason=Reason.USED_UP) if rule.is_used_up else None,
        *(check_condition(condition, scene) for condition in rule.conditions),
    )
    return tuple(cause for cause in found if cause is not None)


def _check_window(rule: Rule, now: datetime) -> Cause | None:
    if rule.starts_at is not None and now < rule.starts_at:
        return Cause(reason=Reason.NOT_YET, facts={"at": rule.starts_at.isoformat()})
    if rule.ends_at is not None and now >= rule.ends_at:
        return Cause(reason=Reason.OVER, facts={"at": rule.ends_at.isoformat()})
    return None


@singledispatch
def check_condition(condition: object, scene: Scene) -> Cause | None:
    """Return why a condition does not hold, None when it does."""
    raise TypeError(condition)


@check_condition.register
def _(condition: Minimum, scene: Scene) -> Cause | None:
    wanted = to_minor(condition.amounts, scene.cart.currency)
    if wanted is None:
        return Cause(reason=Reason.OTHER_CURRENCY)
    worth = sum(scene.worth[line.key] for line in scene.list_lines(condition.target))
    if worth >= wanted:
        return None
    return Cause(reason=Reason.MINIMUM, facts={"wanted_minor": wanted, "missing_minor": wanted - worth})


@check_condition.register
def _(condition: MinimumQuantity, scene: Scene) -> Cause | None:
    found = sum(line.quantity for line in scene.list_lines(condition.target))
    if found >= condition.quantity:
        return None
    facts = {"wanted": condition.quantity, "missing": condition.quantity - found}
    return Cause(reason=Reason.MINIMUM_QUANTITY, facts=facts)


@check_condition.register
def _(condition: Tiers, scene: Scene) -> Cause | None:
    return None if scene.cart.shopper.tier in condition.names else Cause(reason=Reason.TIER)


@check_condition.register
def _(condition: Segments, scene: Scene) -> Cause | None:
    return None if scene.cart.shopper.segments & condition.names else Cause(reason=Reason.SEGMENT)


@check_condition.register
def _(condition: Channels, scene: Scene) -> Cause | None:
    return None if scene.cart.shopper.channel in condition.names else Cause(reason=Reason.CHANNEL)


@check_condition.register
def _(condition: FirstOrder, scene: Scene) -> Cause | None:
    # Unknown counts as first: it is checked again when the order is placed, and then it is known.
    return Cause(reason=Reason.FIRST_ORDER) if scene.cart.shopper.is_first_order is False else None


@check_condition.register
def _(condition: PaymentMethods, scene: Scene) -> Cause | None:
    if scene.cart.shopper.payment_method in condition.names:
        return None
    return Cause(reason=Reason.PAYMENT_METHOD, facts={"names": sorted(condition.names)})


@check_condition.register
def _(condition: Hours, scene: Scene) -> Cause | None:
    if is_within_hours(condition, scene.now):
        return None
    return Cause(
        reason=Reason.HOURS,
        facts={
            "weekdays": sorted(condition.weekdays),
            "begins": condition.begins.isoformat("minutes"),
            "ends": condition.ends.isoformat("minutes"),
        },
    )


def is_within_hours(hours: Hours, now: datetime) -> bool:
    """Whether an instant of the shop's zone lies in the hours; the day is the one on which they began."""
    clock = now.time()
    if hours.begins == hours.ends:
        return now.weekday() in hours.weekdays
    if hours.begins < hours.ends:
        return now.weekday() in hours.weekdays and hours.begins <= clock < hours.ends
    if clock >= hours.begins:
        return now.weekday() in hours.weekdays
    return clock < hours.ends and _is_day_before(now, hours)


def _is_day_before(now: datetime, hours: Hours) -> bool:
    midnight = datetime.combine(now.date(), time(0))
    return (midnight - timedelta(days=1)).weekday() in hours.weekdays
