"""What the engine is told: a cart, its shopper, and the promotions that may apply. Amounts are whole minor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from catalog.domain.promotions.terms import Action, Condition, PromotionClass


@dataclass(frozen=True, kw_only=True, slots=True)
class LineFacts:
    """One article of the cart; ``key`` is its variant, of which a cart has one line."""

    key: int
    unit_minor: int
    quantity: int
    keys: frozenset[str] = frozenset()

    @property
    def list_minor(self) -> int:
        """What the line costs before any promotion."""
        return self.unit_minor * self.quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopperFacts:
    """Who buys, as far as promotions ask; ``is_first_order`` is None while nobody knows."""

    tier: str = ""
    segments: frozenset[str] = frozenset()
    is_first_order: bool | None = None
    channel: str = "web"
    payment_method: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CartFacts:
    """A cart; ``shipping_minor`` is None while no delivery is chosen."""

    currency: str
    lines: tuple[LineFacts, ...]
    shopper: ShopperFacts = field(default_factory=ShopperFacts)
    shipping_minor: int | None = None
    shipping_method: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A promotion as the engine sees it.

    Two rules combine when each names the other's class, and each one's ``accepts_tags`` (if there are any) meet the
    other's ``tags``: both must agree. ``unit_limits`` is what a flash sale has left by variant, for this shopper.
    ``budget_minor`` is what the campaign may still give away; None means without end.
    """

    id: int
    key: str
    promotion_class: PromotionClass
    action: Action
    conditions: tuple[Condition, ...] = ()
    priority: int = 100
    combines_with: frozenset[PromotionClass] = frozenset()
    tags: frozenset[str] = frozenset()
    accepts_tags: frozenset[str] = frozenset()
    title_en: str = ""
    title_zh_hans: str = ""
    coupon_code: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    unit_limits: Mapping[int, int] | None = None
    budget_minor: int | None = None
    is_used_up: bool = False


def can_combine(one: Rule, other: Rule) -> bool:
    """Whether both rules accept each other: by class and by tags."""
    return _accepts(one, other) and _accepts(other, one)


def _accepts(rule: Rule, other: Rule) -> bool:
    is_class_named = other.promotion_class in rule.combines_with
    return is_class_named and (not rule.accepts_tags or bool(rule.accepts_tags & other.tags))
