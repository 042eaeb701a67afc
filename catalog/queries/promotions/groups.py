"""What a group campaign's steps come to, article by article, for the back office."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Q

from catalog.domain.promotions.actions import take_percent
from catalog.domain.promotions.groups import get_minimum
from catalog.domain.promotions.reading import PromotionInvalid
from catalog.domain.promotions.terms import GroupPrice
from catalog.models import Price, Promotion
from catalog.queries.promotions.rules import read_terms
from shop.kernel.money import Money

MOST_ARTICLES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class StepPreview:
    """One step of a campaign; `is_paid_at_once` is the price that everybody pays first."""

    people: int
    percent: Decimal
    prices: tuple[Money, ...]
    is_paid_at_once: bool
    is_enough: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupPreview:
    """The first articles of a campaign, and what each step makes of their prices."""

    skus: tuple[str, ...]
    lists: tuple[Money, ...]
    steps: tuple[StepPreview, ...]


def preview_group_steps(promotion: Promotion) -> GroupPreview | None:
    """Return the steps of a group campaign with prices in the shop's currency; None for other promotions. One query."""
    try:
        action = read_terms(promotion)[0]
    except PromotionInvalid:
        return None
    if not isinstance(action, GroupPrice):
        return None
    rows = _list_prices(action)
    least = get_minimum(action)
    paid = max(step.people for step in action.steps if step.people <= least)
    return GroupPreview(
        skus=tuple(sku for sku, _price in rows),
        lists=tuple(price for _sku, price in rows),
        steps=tuple(
            StepPreview(
                people=step.people,
                percent=step.percent,
                prices=tuple(_reduce(price, step.percent) for _sku, price in rows),
                is_paid_at_once=step.people == paid,
                is_enough=step.people >= paid,
            )
            for step in action.steps
        ),
    )


def _list_prices(action: GroupPrice) -> list[tuple[str, Money]]:
    keys = [key.partition(":") for key in action.target.include]
    skus = [name for kind, _colon, name in keys if kind == "sku"]
    slugs = [name for kind, _colon, name in keys if kind == "product"]
    meant = Q(variant__sku__in=skus) | Q(variant__product__slug__in=slugs)
    prices = Price.objects.filter(meant, currency=settings.DEFAULT_CURRENCY, variant__is_active=True)
    rows = prices.order_by("variant__sku").values_list("variant__sku", "amount")[:MOST_ARTICLES]
    return [(sku, Money(amount, settings.DEFAULT_CURRENCY).quantized()) for sku, amount in rows]


def _reduce(price: Money, percent: Decimal) -> Money:
    minor = price.to_minor()
    return Money.from_minor(minor - take_percent(minor, percent), price.currency)
