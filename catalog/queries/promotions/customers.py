"""What prices and promotions know about who buys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.domain.promotions.facts import Rule
from catalog.domain.promotions.terms import FirstOrder
from catalog.models import CustomerStanding


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A customer's tier and segments; a stranger has none."""

    tier: str = ""
    segments: frozenset[str] = frozenset()


NO_STANDING = Standing()


def get_standing(user_id: int | None) -> Standing:
    """Return a customer's standing; no query for a guest."""
    if user_id is None:
        return NO_STANDING
    row = CustomerStanding.objects.filter(pk=user_id).first()
    return Standing(tier=row.tier, segments=frozenset(row.segments)) if row else NO_STANDING


def asks_first_order(rules: Iterable[Rule]) -> bool:
    """Whether any rule is for first orders."""
    return any(isinstance(condition, FirstOrder) for rule in rules for condition in rule.conditions)
