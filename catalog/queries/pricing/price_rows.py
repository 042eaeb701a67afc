"""What the shop has where a file of prices writes: articles, lists and their prices, costs and how far prices may move."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models.functions import Upper

from catalog.models import Price, PriceList, PriceListItem, PricingRule, UnitCost, Variant
from catalog.queries.pricing.scopes import list_rule_variants
from catalog.queries.pricing.stock_facts import list_stock_facts

# By variant and currency.
BaseKey = tuple[int, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceState:
    """What is known of the articles of a batch."""

    base: Mapping[BaseKey, tuple[Decimal, Decimal | None]] = field(default_factory=dict)
    # By (list, variant, from how many on).
    items: Mapping[tuple[int, int, int], Decimal] = field(default_factory=dict)
    costs: Mapping[BaseKey, Decimal] = field(default_factory=dict)
    # Per cent that a price may move before somebody should look at it.
    limits: Mapping[BaseKey, Decimal] = field(default_factory=dict)


def find_variants(skus: Collection[str]) -> dict[str, Variant]:
    """Return the articles by case-folded SKU; one query."""
    rows = Variant.objects.annotate(upper_sku=Upper("sku")).filter(
        upper_sku__in=[sku.upper() for sku in skus]
    )
    return {variant.sku.casefold(): variant for variant in rows} if skus else {}


def list_price_lists(keys: Collection[str]) -> dict[str, PriceList]:
    """Return price lists by key; one query."""
    return {found.key: found for found in PriceList.objects.filter(key__in=keys)} if keys else {}


def load_price_state(
    variant_ids: Collection[int], *, list_ids: Collection[int], currencies: Collection[str], today: date
) -> PriceState:
    """Return what is known; four queries, stock's, and one for each rule that runs."""
    items = PriceListItem.objects.filter(price_list__in=list_ids, variant__in=variant_ids)
    base = Price.objects.filter(variant__in=variant_ids, currency__in=currencies)
    return PriceState(
        base={
            (variant_id, currency): (amount, before)
            for variant_id, currency, amount, before in base.values_list(
                "variant_id", "currency", "amount", "compare_at_amount"
            )
        },
        items={
            (list_id, variant_id, quantity): amount
            for list_id, variant_id, quantity, amount in items.values_list(
                "price_list_id", "variant_id", "min_quantity", "amount"
            )
        },
        costs=_list_costs(variant_ids, today),
        limits=_list_limits(variant_ids, currencies),
    )


def _list_costs(variant_ids: Collection[int], today: date) -> dict[BaseKey, Decimal]:
    """What somebody has said articles cost, else what stock says."""
    known = {
        (variant_id, facts.unit_cost.currency): facts.unit_cost.amount
        for variant_id, facts in list_stock_facts(variant_ids, today=today).items()
        if facts.unit_cost is not None
    }
    rows = UnitCost.objects.filter(variant__in=variant_ids)
    for variant_id, currency, amount in rows.values_list("variant_id", "currency", "amount"):
        known[variant_id, currency] = amount
    return known


def _list_limits(variant_ids: Collection[int], currencies: Collection[str]) -> dict[BaseKey, Decimal]:
    """The narrowest guard of the rules that look after an article, else the shop's own measure."""
    usual = Decimal(settings.PRICE_MOVE_LIMIT_PERCENT)
    limits = {(variant_id, currency): usual for variant_id in variant_ids for currency in currencies}
    for rule in PricingRule.objects.running().filter(currency__in=currencies):
        meant = list_rule_variants(rule).filter(pk__in=variant_ids)
        for variant_id in meant.values_list("pk", flat=True):
            key = (variant_id, rule.currency)
            limits[key] = min(limits[key], rule.daily_percent)
    return limits
