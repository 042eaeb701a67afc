"""From a situation to a price: the strategy's target, bounded by floor, ceiling and the day's largest move, then rounded.

Pure: the same situation and rule give the same verdict. What is suggested lies within all bounds, or nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from catalog.domain.pricing.repricing import (
    HUNDRED,
    Guards,
    Held,
    Line,
    MarkdownStep,
    Rounding,
    Situation,
    Strategy,
    Terms,
    Trigger,
    Verdict,
)
from shop.kernel.money import minor_unit, quantize_amount

__all__ = ["compute_floor", "find_step", "judge_price"]


@dataclass(frozen=True, slots=True)
class _Stop(Exception):
    """Nothing is suggested, for this reason."""

    held: Held


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bounds:
    low: Decimal
    high: Decimal


def judge_price(situation: Situation, *, terms: Terms, guards: Guards) -> Verdict:
    """Return the price that a rule suggests, or why it suggests none; every step is in `lines`."""
    lines: list[Line] = []
    try:
        amount = _work_out(situation, terms=terms, guards=guards, lines=lines)
    except _Stop as stop:
        return Verdict(new_amount=None, lines=tuple(lines), held=stop.held)
    percent = abs(amount - situation.amount) * HUNDRED / situation.amount if situation.amount else HUNDRED
    return Verdict(new_amount=amount, lines=tuple(lines), needs_approval=percent > guards.approval_percent)


def _work_out(situation: Situation, *, terms: Terms, guards: Guards, lines: list[Line]) -> Decimal:
    target = _find_target(situation, terms, lines)
    bounds = _find_bounds(situation, guards, lines)
    if guards.hours_between and situation.hours_since_move is not None:
        lines.append(Line(code="moved", amount=None, facts={"hours": f"{situation.hours_since_move:.0f}"}))
        if situation.hours_since_move < guards.hours_between:
            raise _Stop(Held.TOO_SOON)
    bounded = min(max(target, bounds.low), bounds.high)
    if bounded != target:
        lines.append(Line(code="bounded", amount=bounded))
    fitting = _list_fitting(bounded, bounds, guards=guards, unit=minor_unit(situation.currency))
    if terms.strategy is not Strategy.COST_PLUS:
        may_rise = terms.strategy is Strategy.COMPETITOR and target < bounds.low
        fitting = _prefer_low(fitting, bounded, most=bounds.high if may_rise else situation.amount)
    if not fitting:
        raise _Stop(Held.NO_PRICE_FITS)
    nearest = min(fitting, key=lambda found: (abs(found - bounded), found))
    amount = quantize_amount(nearest, situation.currency)
    if amount != bounded:
        lines.append(Line(code="rounded", amount=amount, facts={"rounding": guards.rounding.value}))
    if amount == situation.amount:
        raise _Stop(Held.UNCHANGED)
    return amount


def _find_target(situation: Situation, terms: Terms, lines: list[Line]) -> Decimal:
    if terms.strategy is Strategy.COMPETITOR:
        return _follow(situation, terms, lines)
    if terms.strategy is Strategy.MARKDOWN:
        return _mark_down(situation, terms, lines)
    if situation.cost is None:
        raise _Stop(Held.NO_COST)
    target = situation.cost * HUNDRED / (HUNDRED - terms.margin_percent)
    facts = {"cost": str(situation.cost), "percent": str(terms.margin_percent)}
    lines.append(Line(code="cost_plus", amount=target, facts=facts))
    return target


def _follow(situation: Situation, terms: Terms, lines: list[Line]) -> Decimal:
    lowest = min(situation.rivals, key=lambda rival: (rival.amount, rival.competitor), default=None)
    if lowest is None:
        raise _Stop(Held.NO_COMPETITOR)
    facts = {"competitor": lowest.competitor, "seen_on": lowest.seen_on.isoformat()}
    lines.append(Line(code="competitor", amount=lowest.amount, facts=facts))
    target = lowest.amount - lowest.amount * terms.undercut_percent / HUNDRED - terms.undercut_amount
    if target != lowest.amount:
        figures = {"percent": str(terms.undercut_percent), "amount": str(terms.undercut_amount)}
        lines.append(Line(code="undercut", amount=target, facts=figures))
    return target


def _mark_down(situation: Situation, terms: Terms, lines: list[Line]) -> Decimal:
    days = situation.days.get(terms.trigger)
    if days is None:
        raise _Stop(Held.NO_FACTS)
    step = find_step(terms, days)
    if step is None:
        raise _Stop(Held.NOT_DUE)
    facts = {"trigger": terms.trigger.value, "days": str(days), "from": str(step.days)}
    lines.append(Line(code="step", amount=None, facts=facts))
    target = situation.list_amount * (HUNDRED - step.percent) / HUNDRED
    figures = {"list": str(situation.list_amount), "percent": str(step.percent)}
    lines.append(Line(code="markdown", amount=target, facts=figures))
    # A markdown leaves a price that something else has already lowered further.
    if situation.amount <= target:
        raise _Stop(Held.UNCHANGED)
    return target


def find_step(terms: Terms, days: int) -> MarkdownStep | None:
    """Return the furthest step that is reached: by more days, or by fewer for what expires."""
    if terms.trigger is Trigger.EXPIRY:
        reached = [step for step in terms.steps if days <= step.days]
    else:
        reached = [step for step in terms.steps if days >= step.days]
    return max(reached, key=lambda step: (step.percent, step.days), default=None)


def compute_floor(cost: Decimal, *, least_margin_percent: Decimal, currency: str) -> Decimal:
    """Return the lowest price that leaves the margin: cost / (1 - margin), rounded up to the minor unit."""
    unit = minor_unit(currency)
    raw = cost * HUNDRED / (HUNDRED - least_margin_percent)
    return max(unit, (raw / unit).to_integral_value(rounding=ROUND_CEILING) * unit)


def _find_bounds(situation: Situation, guards: Guards, lines: list[Line]) -> _Bounds:
    if situation.cost is None:
        raise _Stop(Held.NO_COST)
    unit = minor_unit(situation.currency)
    floor = compute_floor(
        situation.cost, least_margin_percent=guards.least_margin_percent, currency=situation.currency
    )
    figures = {"cost": str(situation.cost), "percent": str(guards.least_margin_percent)}
    lines.append(Line(code="floor", amount=floor, facts=figures))
    ceiling = _round_down(situation.list_amount * guards.ceiling_percent / HUNDRED, unit)
    lines.append(Line(code="ceiling", amount=ceiling, facts={"percent": str(guards.ceiling_percent)}))
    if floor > ceiling:
        raise _Stop(Held.GUARDS_CLASH)
    reach = situation.day_open * guards.daily_percent / HUNDRED
    low = ((situation.day_open - reach) / unit).to_integral_value(rounding=ROUND_CEILING) * unit
    high = _round_down(situation.day_open + reach, unit)
    lines.append(Line(code="daily", amount=None, facts={"low": str(low), "high": str(high)}))
    if max(floor, low) > min(ceiling, high):
        raise _Stop(Held.OUT_OF_REACH)
    return _Bounds(low=max(floor, low), high=min(ceiling, high))


def _round_down(amount: Decimal, unit: Decimal) -> Decimal:
    return (amount / unit).to_integral_value(rounding=ROUND_FLOOR) * unit


def _list_fitting(amount: Decimal, bounds: _Bounds, *, guards: Guards, unit: Decimal) -> list[Decimal]:
    """Prices near this one that end as asked and lie between the bounds."""
    candidates = _list_candidates(amount, bounds, guards=guards, unit=unit)
    return [found for found in candidates if bounds.low <= found <= bounds.high]


def _prefer_low(fitting: list[Decimal], amount: Decimal, *, most: Decimal) -> list[Decimal]:
    """Who follows or marks down rounds down: what lies above is for when nothing below fits, up to `most`."""
    return [found for found in fitting if found <= amount] or [found for found in fitting if found <= most]


def _list_candidates(amount: Decimal, bounds: _Bounds, *, guards: Guards, unit: Decimal) -> Iterator[Decimal]:
    step, offset = {
        Rounding.NONE: (unit, Decimal(0)),
        Rounding.NINETY_NINE: (Decimal(1), Decimal("0.99")),
        Rounding.WHOLE: (Decimal(1), Decimal(0)),
        Rounding.TICK: (guards.tick, Decimal(0)),
    }[guards.rounding]
    if offset % unit or step % unit:
        # A currency without such an ending, or a multiple finer than its smallest coin.
        step, offset = max(unit, _round_down(step, unit)), Decimal(0)
    for near in (amount, bounds.low, bounds.high):
        whole = ((near - offset) / step).to_integral_value(rounding=ROUND_FLOOR)
        for shift in (-1, 0, 1):
            yield (whole + shift) * step + offset
