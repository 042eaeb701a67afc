"""The arithmetic of buying together: which step a group has reached, whether it succeeds, what goes back to a member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum

from catalog.domain.promotions.terms import HUNDRED, GroupPrice, GroupStep

NOTHING = Decimal(0)


class Verdict(StrEnum):
    """What becomes of a group now."""

    WAIT = "wait"
    COMPLETE = "complete"
    RELEASE = "release"


@dataclass(frozen=True, kw_only=True, slots=True)
class LinePart:
    """A member's line in whole minor units: its list price, what the group took off at once, and all discounts."""

    list_minor: int
    taken_minor: int
    discount_minor: int
    tax_minor: int = 0
    has_tax_inside: bool = True


def get_minimum(terms: GroupPrice) -> int:
    """Return with how many people a group succeeds."""
    return terms.minimum_people or terms.steps[0].people


def get_largest(terms: GroupPrice) -> int:
    """Return the places that a group has."""
    return terms.steps[-1].people


def find_percent(steps: Sequence[GroupStep], people: int) -> Decimal:
    """Return what so many people take off, in per cent; nothing below the first step."""
    return max((step.percent for step in steps if step.people <= people), default=NOTHING)


def find_final_percent(terms: GroupPrice, people: int) -> Decimal:
    """Return the percentage that all members get in the end; never less than they were promised when they paid."""
    return find_percent(terms.steps, max(people, get_minimum(terms)))


def find_next_step(terms: GroupPrice, people: int) -> GroupStep | None:
    """Return the next step that more people would reach."""
    return next((step for step in terms.steps if step.people > people), None)


def judge_group(*, paid: int, minimum: int, largest: int, is_over: bool) -> Verdict:
    """Decide: complete when every place is paid for, or in the end with enough people; released with fewer."""
    if paid >= largest:
        return Verdict.COMPLETE
    if not is_over:
        return Verdict.WAIT
    return Verdict.COMPLETE if paid >= minimum else Verdict.RELEASE


def work_out_return(part: LinePart, *, percent: Decimal, floor_percent: Decimal = NOTHING) -> int:
    """Return what goes back for one line when the group ends at a percentage, in minor units.

    Never below nothing, never more than what is left of the line above its floor; with tax on top of prices, the tax on
    the difference goes back too, in proportion, rounded half up.
    """
    wanted = _take(part.list_minor, percent) - part.taken_minor
    floor = int((part.list_minor * floor_percent / HUNDRED).to_integral_value(rounding=ROUND_CEILING))
    net = part.list_minor - part.discount_minor
    more = max(0, min(wanted, net - floor))
    if part.has_tax_inside or not net:
        return more
    tax = Decimal(part.tax_minor) * more / net
    return more + int(tax.to_integral_value(rounding=ROUND_HALF_UP))


def _take(minor: int, percent: Decimal) -> int:
    """As the engine rounds a percentage: half up, never more than the amount."""
    return min(minor, int((Decimal(minor) * percent / HUNDRED).to_integral_value(rounding=ROUND_HALF_UP)))


def mask_name(name: str) -> str:
    """Return a first name as strangers may see it: its first letter."""
    return f"{name.strip()[:1] or '*'}**"
