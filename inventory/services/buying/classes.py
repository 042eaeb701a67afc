"""ABC and XYZ classes of every shelf, written nightly."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from inventory.domain.buying.classes import AbcRule, ArticleFigures, classify_abc, classify_xyz
from inventory.models import BuyingPolicy, ItemPlan
from inventory.queries.buying.demand import Shelf, find_day
from inventory.queries.buying.forecasts import find_newest_run
from inventory.queries.buying.positions import get_policy
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

YEAR_DAYS = 365
BATCH = 1000

# Sales at today's price, cost at today's average: what matters is which articles weigh more, not to the cent.
_FIGURES = """
SELECT l.variant_id, l.warehouse_id, (l.on_hand * l.average_cost)::float8,
       coalesce(d.sold * p.amount, 0)::float8, coalesce(d.sold * (p.amount - l.average_cost), 0)::float8,
       coalesce(d.sold * l.average_cost, 0)::float8
FROM inventory_stocklevel l
LEFT JOIN catalog_price p ON p.variant_id = l.variant_id AND p.currency = %(currency)s
LEFT JOIN (
    SELECT variant_id, warehouse_id, sum(shipped_quantity) AS sold FROM inventory_demandrecord
    WHERE day > %(since)s GROUP BY 1, 2
) d ON d.variant_id = l.variant_id AND d.warehouse_id = l.warehouse_id
ORDER BY 1, 2
"""
_VARIATION = """
SELECT variant_id, warehouse_id, weekly_variation::float8 FROM inventory_itemforecast WHERE run_id = %s
"""


def list_figures(policy: BuyingPolicy) -> list[ArticleFigures]:
    """What each shelf brought in the last year, in the policy's currency."""
    parameters: dict[str, Any] = {
        "currency": policy.currency,
        "since": find_day(now()) - timedelta(days=YEAR_DAYS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, parameters)
        rows = cursor.fetchall()
    return [
        ArticleFigures(
            key=(variant_id, warehouse_id),
            stock_value=stock,
            sales_value=sales,
            profit_value=profit,
            cost_of_goods=cost,
        )
        for variant_id, warehouse_id, stock, sales, profit, cost in rows
    ]


@transactional
def classify_items() -> int:
    """Gives every shelf its classes by the operator's rule, each warehouse by itself; the number of shelves.

    What the buyer set by hand stays. May be repeated.
    """
    policy = get_policy()
    by_warehouse: dict[int, list[ArticleFigures]] = defaultdict(list)
    for row in list_figures(policy):
        by_warehouse[row.key[1]].append(row)
    abc: dict[Shelf, str] = {}
    for rows in by_warehouse.values():
        abc |= _classify(rows, policy=policy)
    variations = _list_variations()
    ItemPlan.objects.bulk_create(
        [
            ItemPlan(
                variant_id=shelf[0],
                warehouse_id=shelf[1],
                abc_class=abc_class,
                xyz_class=classify_xyz(variations.get(shelf)),
            )
            for shelf, abc_class in sorted(abc.items())
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["variant", "warehouse"],
        update_fields=["abc_class", "xyz_class"],
    )
    return len(abc)


def _classify(rows: Sequence[ArticleFigures], *, policy: BuyingPolicy) -> dict[Shelf, str]:
    return classify_abc(
        rows,
        rule=AbcRule(policy.abc_rule),
        a_share=float(policy.a_share),
        b_share=float(policy.b_share),
    )


def _list_variations() -> dict[Shelf, float | None]:
    run = find_newest_run()
    if run is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_VARIATION, [run.pk])
        return {(variant_id, warehouse_id): variation for variant_id, warehouse_id, variation in cursor}
