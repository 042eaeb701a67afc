"""What rules on prices ask about stock: its age, its last sale, how long it lasts, what expires first, what it has cost."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils.timezone import get_default_timezone_name

from catalog.queries.pricing.stock_facts import StockFacts
from shop.kernel.money import Money, quantize_amount
from shop.kernel.postgres.statements import Statement

NEVER_USED_UP: Final = 9_999
"""Days of cover of stock that nobody asks for."""

_FACTS = Statement("""
SELECT v.id,
    (SELECT %(today)s::date - (min(layer.created_at) AT TIME ZONE %(zone)s::text)::date FROM inventory_costlayer layer
     WHERE layer.variant_id = v.id AND layer.open_quantity > 0),
    (SELECT %(today)s::date - (max(moved.created_at) AT TIME ZONE %(zone)s::text)::date FROM inventory_stockmovement moved
     WHERE moved.variant_id = v.id AND moved.kind = 'shipped'),
    coalesce(stock.available, 0), plan.demand,
    (SELECT min(lot.expires_on) - %(today)s::date FROM inventory_lot lot
     JOIN inventory_stockitem item ON item.lot_id = lot.id AND item.quantity > 0
     WHERE lot.variant_id = v.id AND lot.status = 'active'),
    stock.cost
FROM unnest(%(variants)s::bigint[]) AS v (id)
LEFT JOIN LATERAL (
    SELECT sum(level.available) AS available,
        sum(level.average_cost * level.on_hand) FILTER (WHERE level.average_cost > 0 AND level.on_hand > 0)
            / nullif(sum(level.on_hand) FILTER (WHERE level.average_cost > 0 AND level.on_hand > 0), 0) AS cost
    FROM inventory_stocklevel level WHERE level.variant_id = v.id
) AS stock ON true
LEFT JOIN LATERAL (
    SELECT sum(plan.daily_demand) AS demand FROM inventory_itemplan plan
    WHERE plan.variant_id = v.id AND plan.planned_at IS NOT NULL
) AS plan ON true
""")


def list_stock_facts(variant_ids: Collection[int], today: date) -> Mapping[int, StockFacts]:
    """Return the facts by variant; one query. What was never sold is idle since the oldest of it came."""
    rows = _FACTS.run(variants=list(variant_ids), today=today, zone=get_default_timezone_name())
    return {
        variant_id: StockFacts(
            age_days=age,
            idle_days=idle if idle is not None else age,
            cover_days=_count_cover(available, demand),
            expiry_days=expiry,
            unit_cost=_build_cost(cost),
        )
        for variant_id, age, idle, available, demand, expiry, cost in rows
    }


def _count_cover(available: int, demand: Decimal | None) -> int | None:
    if demand is None or available <= 0:
        return None
    return min(NEVER_USED_UP, int(available / demand)) if demand > 0 else NEVER_USED_UP


def _build_cost(cost: Decimal | None) -> Money | None:
    """Stock is valued in the shop's own currency."""
    if cost is None:
        return None
    currency = settings.DEFAULT_CURRENCY
    return Money(quantize_amount(cost, currency), currency)
