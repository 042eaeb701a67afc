"""What a promotion would have done to orders of the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from catalog.domain.promotions.evaluation import evaluate
from catalog.domain.promotions.facts import CartFacts, Rule
from shop.kernel.money import Money


@dataclass(frozen=True, kw_only=True, slots=True)
class PastCart:
    """An order as the cart that it was; `at` is in the shop's zone."""

    reference: str
    facts: CartFacts
    at: datetime


PastCartSource = Callable[[datetime], Iterable[PastCart]]
_sources: list[PastCartSource] = []


def register_past_carts(source: PastCartSource) -> None:
    """Offer the orders since an instant; the app that has orders registers once."""
    if source not in _sources:
        _sources.append(source)


def list_past_carts(since: datetime) -> list[PastCart]:
    """Return what the registered sources have."""
    return [cart for source in _sources for cart in source(since)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """How many orders there were, how many it would have touched, and what it would have cost, by currency."""

    cart_quantity: int
    touched_quantity: int
    given: tuple[Money, ...]
    goods: tuple[Money, ...]
    examples: tuple[tuple[str, Money], ...] = field(default=())

    @property
    def currencies(self) -> list[tuple[Money, Money, Decimal]]:
        """For each currency: the goods at list price, what would have been given away, and that as per cent of them."""
        given = {amount.currency: amount for amount in self.given}
        rows = []
        for goods in self.goods:
            away = given.get(goods.currency, Money.from_minor(0, goods.currency))
            rows.append((goods, away, away.amount / goods.amount * 100 if goods.amount else Decimal(0)))
        return rows


def replay_rules(
    rules: Iterable[Rule],
    carts: Iterable[PastCart],
    *,
    rule_id: int,
    floor_percent: Decimal,
    examples: int = 10,
) -> Replay:
    """Work out the past carts with these rules, and say what one of them did."""
    given: Counter[str] = Counter()
    goods: Counter[str] = Counter()
    found: list[tuple[str, Money]] = []
    count, known = 0, list(rules)
    for cart in carts:
        count += 1
        goods[cart.facts.currency] += sum(line.list_minor for line in cart.facts.lines)
        evaluation = evaluate(cart.facts, known, now=cart.at, floor_percent=floor_percent)
        minor = sum(entry.total_minor for entry in evaluation.trace.applied if entry.promotion_id == rule_id)
        if minor:
            given[cart.facts.currency] += minor
            found.append((cart.reference, Money.from_minor(minor, cart.facts.currency)))
    return Replay(
        cart_quantity=count,
        touched_quantity=len(found),
        given=tuple(Money.from_minor(minor, currency) for currency, minor in sorted(given.items())),
        goods=tuple(Money.from_minor(minor, currency) for currency, minor in sorted(goods.items())),
        examples=tuple(sorted(found, key=lambda pair: -pair[1].amount)[:examples]),
    )
