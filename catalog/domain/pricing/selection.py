"""Which of a variant's prices counts for a shopper and a quantity, and what it may be compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceFacts:
    """Who asks, when, and for how many of each variant; without quantities one of each."""

    now: datetime
    tier: str = ""
    channel: str = ""
    quantities: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPrice:
    """A step of a price list."""

    list_key: str
    priority: int
    list_id: int
    min_quantity: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class BasePrice:
    """What everybody pays for one; `compare_at` is what we claim it was, `lowest_before` what it really was."""

    amount: Decimal
    compare_at: Decimal | None = None
    lowest_before: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenPrice:
    """The price that counts, the list it comes from (empty: the base price), and the next step for more of it.

    `lowest_before` is what must be said beside a reduction: it is there only with a `compare_at` of the base price.
    """

    amount: Decimal
    compare_at: Decimal | None
    list_key: str = ""
    next_quantity: int | None = None
    next_amount: Decimal | None = None
    lowest_before: Decimal | None = None


def choose_price(
    base: BasePrice | None, steps: Sequence[ListPrice], *, quantity: int = 1
) -> ChosenPrice | None:
    """Return the price: of the lists, by priority, the first that has a step for the quantity; else the base price."""
    ordered = sorted(steps, key=lambda step: (step.priority, step.list_id, -step.min_quantity))
    chosen = next((step for step in ordered if step.min_quantity <= quantity), None)
    if chosen is None and base is None:
        return None
    amount = chosen.amount if chosen else base.amount if base else Decimal(0)
    ahead = min(
        (step for step in steps if step.min_quantity > quantity and step.amount < amount),
        key=lambda step: (step.min_quantity, step.amount),
        default=None,
    )
    compare_at = _compare(base, amount)
    return ChosenPrice(
        amount=amount,
        compare_at=compare_at,
        list_key=chosen.list_key if chosen else "",
        next_quantity=ahead.min_quantity if ahead else None,
        next_amount=ahead.amount if ahead else None,
        lowest_before=base.lowest_before if base and compare_at is not None and chosen is None else None,
    )


def _compare(base: BasePrice | None, amount: Decimal) -> Decimal | None:
    honest = find_honest_compare_at(base) if base else None
    return honest if honest is not None and honest > amount else None


def find_honest_compare_at(price: BasePrice) -> Decimal | None:
    """Return what a reduced price may be compared with: no more than the lowest of the 30 days before it began.

    Directive 98/6/EC, article 6a. While no earlier price is known, what the shop declares stands.
    """
    if price.compare_at is None:
        return None
    known = price.compare_at if price.lowest_before is None else min(price.compare_at, price.lowest_before)
    return known if known > price.amount else None
