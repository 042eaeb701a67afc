"""Do levels, bins and costs say what the ledger says? Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from django.db import connection

from inventory.domain.costing import CostState, CostStep, fold_costs
from inventory.models import INTERNAL_KINDS, CostLayer, StockLevel, StockMovement

_DIFFERENCES = """
SELECT s.variant_id, s.warehouse_id, coalesce(l.on_hand, 0), coalesce(l.reserved, 0), coalesce(l.blocked, 0),
       s.on_hand, s.reserved, s.blocked, s.held, s.items
FROM (
    SELECT variant_id, warehouse_id, sum(on_hand)::int AS on_hand, sum(reserved)::int AS reserved,
           sum(blocked)::int AS blocked, sum(held)::int AS held, sum(items)::int AS items
    FROM (
        SELECT variant_id, warehouse_id, delta AS on_hand, reserved_delta AS held, 0 AS reserved,
               CASE WHEN delta <> 0 AND inventory_is_blocked(bin_id, lot_id) THEN delta ELSE 0 END AS blocked,
               0 AS items
        FROM inventory_stockmovement
        UNION ALL
        SELECT variant_id, warehouse_id, 0, 0, open_quantity, 0, 0 FROM inventory_reservation
        WHERE state IN ('held', 'confirmed')
        UNION ALL
        SELECT variant_id, warehouse_id, 0, 0, 0, 0, quantity FROM inventory_stockitem
        UNION ALL
        SELECT variant_id, warehouse_id, 0, 0, 0, 0, 0 FROM inventory_stocklevel
    ) facts GROUP BY 1, 2
) s LEFT JOIN inventory_stocklevel l ON l.variant_id = s.variant_id AND l.warehouse_id = s.warehouse_id
WHERE coalesce(l.on_hand, 0) <> s.on_hand OR coalesce(l.reserved, 0) <> s.reserved
   OR coalesce(l.blocked, 0) <> s.blocked OR s.items <> s.on_hand OR s.held <> s.reserved
ORDER BY s.variant_id, s.warehouse_id
"""


@dataclass(frozen=True, kw_only=True)
class LevelDifference:
    """A level that does not say what the ledger, the bins and the reservations say."""

    variant_id: int
    warehouse_id: int
    on_hand: int
    reserved: int
    blocked: int
    true_on_hand: int
    true_reserved: int
    true_blocked: int
    ledger_reserved: int
    in_bins: int


@dataclass(frozen=True, kw_only=True)
class CostDifference:
    """A shelf whose average or layers are not the fold of its ledger rows."""

    variant_id: int
    warehouse_id: int
    average_cost: Decimal
    true_average_cost: Decimal
    fifo_value: Decimal
    true_fifo_value: Decimal


def list_level_differences() -> list[LevelDifference]:
    """Levels that are wrong. One query, one snapshot: no lock is needed."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES)
        rows = cursor.fetchall()
    return [
        LevelDifference(
            variant_id=row[0],
            warehouse_id=row[1],
            on_hand=row[2],
            reserved=row[3],
            blocked=row[4],
            true_on_hand=row[5],
            true_reserved=row[6],
            true_blocked=row[7],
            ledger_reserved=row[8],
            in_bins=row[9],
        )
        for row in rows
    ]


def fold_ledger(shelf: tuple[int, int] | None = None) -> Iterator[tuple[tuple[int, int], CostState]]:
    """Each shelf's cost as its ledger rows make it, shelf by shelf (or one's); streams, so any ledger fits."""
    rows = (
        StockMovement.objects.filter(**_name_shelf(shelf))
        .exclude(kind__in=INTERNAL_KINDS)
        .exclude(delta=0)
        .order_by("variant_id", "warehouse_id", "id")
        .values_list("variant_id", "warehouse_id", "id", "delta", "unit_cost")
    )
    for key, group in groupby(rows.iterator(chunk_size=5000), key=itemgetter(0, 1)):
        yield key, fold_costs(_build_steps(group))


def _name_shelf(shelf: tuple[int, int] | None) -> dict[str, int]:
    return {"variant_id": shelf[0], "warehouse_id": shelf[1]} if shelf else {}


def _build_steps(rows: Iterable[tuple[int, int, int, int, Decimal | None]]) -> Iterator[CostStep]:
    for _variant, _warehouse, movement_id, delta, cost in rows:
        yield CostStep(movement_id=movement_id, delta=delta, unit_cost=cost or Decimal(0))


def list_cost_differences(shelf: tuple[int, int] | None = None) -> list[CostDifference]:
    """Shelves (or one) whose cost is wrong; exact where nothing moves meanwhile, so check again under the lock."""
    levels = {
        (variant_id, warehouse_id): average
        for variant_id, warehouse_id, average in StockLevel.objects.filter(**_name_shelf(shelf)).values_list(
            "variant_id", "warehouse_id", "average_cost"
        )
    }
    values = _sum_layers(shelf)
    return [
        CostDifference(
            variant_id=key[0],
            warehouse_id=key[1],
            average_cost=levels.get(key, Decimal(0)),
            true_average_cost=state.average_cost,
            fifo_value=values.get(key, Decimal(0)),
            true_fifo_value=state.fifo_value,
        )
        for key, state in fold_ledger(shelf)
        if levels.get(key, Decimal(0)) != state.average_cost
        or values.get(key, Decimal(0)) != state.fifo_value
    ]


def _sum_layers(shelf: tuple[int, int] | None) -> dict[tuple[int, int], Decimal]:
    sums: dict[tuple[int, int], Decimal] = {}
    layers = CostLayer.objects.filter(open_quantity__gt=0, **_name_shelf(shelf)).values_list(
        "variant_id", "warehouse_id", "open_quantity", "unit_cost"
    )
    for variant_id, warehouse_id, quantity, cost in layers:
        sums[variant_id, warehouse_id] = sums.get((variant_id, warehouse_id), Decimal(0)) + quantity * cost
    return sums
