"""Rules on prices for tests."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils.timezone import localtime

from catalog.models import CompetitorPrice, PricingRule, UnitCost, Variant
from shop.kernel.clock import now

_numbers = count(1)


def make_rule(**fields: Any) -> PricingRule:
    """A running rule that follows the lowest competitor by any distance, and waits for a person."""
    number = next(_numbers)
    return PricingRule.objects.create(
        **{
            "key": f"rule-{number}",
            "name": f"Rule {number}",
            "currency": "EUR",
            "is_active": True,
            "strategy": "competitor",
            "least_margin_percent": Decimal(10),
            "daily_percent": Decimal(50),
            "hours_between": 0,
            "rounding": "none",
        }
        | fields
    )


def make_cost(variant: Variant, amount: str, *, currency: str = "EUR") -> UnitCost:
    """What the article costs us."""
    return UnitCost.objects.create(
        variant=variant, currency=currency, amount=Decimal(amount), updated_at=now()
    )


def make_rival(variant: Variant, amount: str, *, days_ago: int = 0, name: str = "Rival") -> CompetitorPrice:
    """What another shop asks."""
    return CompetitorPrice.objects.create(
        variant=variant,
        competitor=name,
        currency="EUR",
        amount=Decimal(amount),
        seen_on=localtime(now()).date() - timedelta(days=days_ago),
    )
