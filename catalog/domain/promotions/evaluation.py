"""The evaluation: product, then order, then shipping promotions; within a class by priority, then by number.

Pure and total: the same cart, rules and instant give the same answer in whatever order the rules are handed in. No line
falls below its floor or rises above its list price, and the trace adds up to the whole difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from catalog.domain.promotions import bundles
from catalog.domain.promotions.actions import Basket, Gain, work_out
from catalog.domain.promotions.conditions import list_causes
from catalog.domain.promotions.facts import CartFacts, LineFacts, Rule, can_combine
from catalog.domain.promotions.terms import CLASS_ORDER, HUNDRED, Gift, PromotionClass
from catalog.domain.promotions.traces import Cause, Outcome, Reason, Trace, TraceEntry

__all__ = ["Evaluation", "bundles", "evaluate"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """What comes off: by line, off delivery, and why."""

    lines: Mapping[int, int]
    shipping_minor: int
    trace: Trace


@dataclass(kw_only=True, slots=True)
class _State:
    """What is still there while rules take their parts."""

    cart: CartFacts
    left: dict[int, int]
    shipping_left: int | None
    floor_percent: Decimal
    worth: Mapping[int, int] = field(default_factory=dict)
    applied: list[tuple[Rule, TraceEntry]] = field(default_factory=list)


def evaluate(
    cart: CartFacts, rules: Iterable[Rule], *, now: datetime, floor_percent: Decimal = Decimal(0)
) -> Evaluation:
    """Work out a cart; ``now`` is in the shop's zone, ``floor_percent`` of its list price stays on every line but a gift."""
    state = _State(
        cart=cart,
        left={line.key: line.list_minor for line in cart.lines},
        shipping_left=cart.shipping_minor,
        floor_percent=floor_percent,
    )
    ordered = sorted(
        rules, key=lambda rule: (CLASS_ORDER.index(rule.promotion_class), rule.priority, rule.id)
    )
    entries: list[TraceEntry] = []
    for promotion_class in CLASS_ORDER:
        # A minimum is measured on what the classes before have left, not on what rules of the same class took.
        state.worth = dict(state.left)
        entries += [_apply(rule, state, now) for rule in ordered if rule.promotion_class is promotion_class]
    return Evaluation(
        lines={line.key: line.list_minor - state.left[line.key] for line in cart.lines},
        shipping_minor=(cart.shipping_minor or 0) - (state.shipping_left or 0),
        trace=Trace(currency=cart.currency, entries=tuple(entries)),
    )


def _apply(rule: Rule, state: _State, now: datetime) -> TraceEntry:
    entry = TraceEntry(
        promotion_id=rule.id,
        key=rule.key,
        promotion_class=rule.promotion_class,
        outcome=Outcome.MISSED,
        title_en=rule.title_en,
        title_zh_hans=rule.title_zh_hans,
        coupon_code=rule.coupon_code,
    )
    causes = list_causes(rule, state.cart, worth=state.worth, now=now)
    if causes:
        return replace(entry, causes=causes)
    rival = _find_rival(rule, state)
    if rival is not None:
        return replace(entry, outcome=Outcome.BLOCKED, causes=(_blame(rival),))
    lines, rivals = _list_free_lines(rule, state)
    gain = _clip(rule, work_out(rule.action, _build_basket(rule, state, lines)), state)
    gain = _explain_units(rule, gain, state)
    if not gain.total_minor:
        return _explain_nothing(rule, gain, state, rivals, entry)
    if rule.budget_minor is not None and gain.total_minor > rule.budget_minor:
        return replace(entry, causes=(Cause(reason=Reason.USED_UP),))
    return _take(rule, gain, entry, state)


def _find_rival(rule: Rule, state: _State) -> Rule | None:
    """Order and shipping promotions touch the whole cart; two product promotions meet on a line only."""
    return next(
        (
            other
            for other, _entry in state.applied
            if not (rule.promotion_class is other.promotion_class is PromotionClass.PRODUCT)
            and not can_combine(rule, other)
        ),
        None,
    )


def _list_free_lines(rule: Rule, state: _State) -> tuple[tuple[LineFacts, ...], list[Rule]]:
    """The lines that no product promotion holds which this one does not combine with; and those promotions."""
    if rule.promotion_class is not PromotionClass.PRODUCT:
        return state.cart.lines, []
    held: dict[int, Rule] = {
        key: other for other, entry in state.applied if not can_combine(rule, other) for key in entry.lines
    }
    free = tuple(line for line in state.cart.lines if line.key not in held)
    return free, list(held.values())


def _build_basket(rule: Rule, state: _State, lines: tuple[LineFacts, ...]) -> Basket:
    return Basket(
        cart=state.cart,
        lines=lines,
        left=state.left,
        promotion_class=rule.promotion_class,
        shipping_left=state.shipping_left,
        unit_limits=rule.unit_limits,
    )


def _clip(rule: Rule, gain: Gain, state: _State) -> Gain:
    """Keep every line above its floor; a gift may cost nothing."""
    percent = Decimal(0) if isinstance(rule.action, Gift) else state.floor_percent
    lists = {line.key: line.list_minor for line in state.cart.lines}
    lines = {}
    for key, off in gain.lines.items():
        floor = int((lists[key] * percent / HUNDRED).to_integral_value(rounding=ROUND_CEILING))
        kept = max(0, min(off, state.left[key] - floor))
        if kept:
            lines[key] = kept
    if lines == gain.lines:
        return gain
    units = {key: count for key, count in gain.units.items() if key in lines}
    return replace(gain, lines=lines, units=units, cause=Cause(reason=Reason.LIMITED))


def _explain_units(rule: Rule, gain: Gain, state: _State) -> Gain:
    """Say that a sale's own stock, or the shopper's share of it, is the reason for less than was wished."""
    limits = rule.unit_limits
    if limits is None:
        return gain
    if gain.lines and gain.cause is None:
        wished = sum(line.quantity for line in state.cart.lines if line.key in gain.lines)
        count = sum(gain.units.values())
        cause = Cause(reason=Reason.SALE_PART, facts={"count": count}) if count < wished else None
        return replace(gain, cause=cause)
    is_gone = gain.cause is not None and gain.cause.reason is Reason.NO_ARTICLES
    if is_gone and any(limits.get(line.key) == 0 for line in state.cart.lines):
        return replace(gain, cause=Cause(reason=Reason.SALE_SOLD_OUT))
    return gain


def _explain_nothing(
    rule: Rule, gain: Gain, state: _State, rivals: list[Rule], entry: TraceEntry
) -> TraceEntry:
    """With the lines that others hold it would have given something: then they are the reason."""
    if rivals and work_out(rule.action, _build_basket(rule, state, state.cart.lines)).total_minor:
        return replace(entry, outcome=Outcome.BLOCKED, causes=(_blame(rivals[0]),))
    return replace(entry, causes=(gain.cause or Cause(reason=Reason.NOTHING_LEFT),))


def _blame(rival: Rule) -> Cause:
    return Cause(
        reason=Reason.NOT_COMBINED,
        facts={"key": rival.key, "title_en": rival.title_en, "title_zh_hans": rival.title_zh_hans},
    )


def _take(rule: Rule, gain: Gain, entry: TraceEntry, state: _State) -> TraceEntry:
    for key, off in gain.lines.items():
        state.left[key] -= off
    if state.shipping_left is not None:
        state.shipping_left -= gain.shipping_minor
    taken = replace(
        entry,
        outcome=Outcome.APPLIED,
        causes=(gain.cause,) if gain.cause else (),
        lines=dict(gain.lines),
        units=dict(gain.units),
        shipping_minor=gain.shipping_minor,
    )
    state.applied.append((rule, taken))
    return taken
