"""Every lock of the inventory, in one global order: reference first, then levels by (variant, warehouse)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.domain.requests import StockLine
from inventory.models import Reservation, StockLevel

# A different seed than the kernel's leases, so that the two never meet.
_REFERENCE_SEED = 20

# One statement: locks all shelves of the wanted variants in order, and takes all of the plan or nothing. `locked` reads
# the newest row versions because FOR UPDATE waits for a rival; `served` is the condition over the whole plan, and the
# condition in `taken` guards each row by itself.
_TAKE_PLAN = """
WITH wanted AS (
    SELECT * FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[], %(quantities)s::int[])
        AS w (variant_id, warehouse_id, quantity)
), locked AS (
    SELECT l.id, l.variant_id, l.warehouse_id, l.on_hand - l.reserved AS available
    FROM inventory_stocklevel l JOIN inventory_warehouse h ON h.id = l.warehouse_id AND h.is_active
    WHERE l.variant_id = ANY (%(variants)s::bigint[])
    ORDER BY l.variant_id, l.warehouse_id
    FOR UPDATE OF l
), served AS (
    SELECT count(*) = %(count)s AS is_whole
    FROM wanted w JOIN locked k USING (variant_id, warehouse_id) WHERE k.available >= w.quantity
), taken AS (
    UPDATE inventory_stocklevel l SET reserved = l.reserved + w.quantity
    FROM wanted w JOIN locked k USING (variant_id, warehouse_id)
    WHERE l.id = k.id AND l.on_hand - l.reserved >= w.quantity AND (SELECT is_whole FROM served)
    RETURNING l.variant_id, l.warehouse_id, w.quantity
), noted AS (
    INSERT INTO inventory_reservation
        (reference, variant_id, warehouse_id, quantity, open_quantity, state, reason, expires_at, created_at)
    SELECT %(reference)s, variant_id, warehouse_id, quantity, quantity, 'held', '', %(expires_at)s, %(now)s
    FROM taken ORDER BY variant_id, warehouse_id
    RETURNING id, variant_id, warehouse_id, quantity
)
SELECT k.variant_id, k.warehouse_id, k.available, n.id, n.quantity
FROM locked k LEFT JOIN noted n USING (variant_id, warehouse_id)
ORDER BY k.variant_id, k.warehouse_id
"""

_SHIFT_RESERVED = """
WITH wanted AS (
    SELECT * FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[], %(deltas)s::int[])
        AS w (variant_id, warehouse_id, delta)
), locked AS (
    SELECT l.id, w.delta FROM inventory_stocklevel l JOIN wanted w USING (variant_id, warehouse_id)
    ORDER BY l.variant_id, l.warehouse_id
    FOR UPDATE OF l
)
UPDATE inventory_stocklevel l SET reserved = l.reserved + k.delta FROM locked k WHERE l.id = k.id
"""


@dataclass(frozen=True, kw_only=True)
class TakenPlan:
    """The reservations that hold the plan (none when a rival was faster), and what is available after them."""

    reservations: Sequence[Reservation]
    available_quantities: Mapping[int, int]


def lock_reference(reference: str) -> None:
    """Everything that touches a reference's reservations waits here; released with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))",
            [reference, _REFERENCE_SEED],
        )


def take_plan(
    reference: str,
    *,
    plan: Sequence[StockLine],
    expires_at: datetime,
    created_at: datetime,
) -> TakenPlan:
    """Holds the whole plan by one conditional update and writes its reservations, or changes nothing.

    Locks every active shelf of the plan's variants in order, so that a second plan needs no further lock.
    """
    parameters: dict[str, Any] = {
        "reference": reference,
        "variants": [line.variant_id for line in plan],
        "warehouses": [line.warehouse_id for line in plan],
        "quantities": [line.quantity for line in plan],
        "count": len(plan),
        "expires_at": expires_at,
        "now": created_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_PLAN, parameters)
        rows = cursor.fetchall()
    available: Counter[int] = Counter()
    reservations: list[Reservation] = []
    for variant_id, warehouse_id, free, pk, quantity in rows:
        available[variant_id] += free - (quantity or 0)
        if pk:
            reservations.append(
                Reservation(
                    pk=pk,
                    reference=reference,
                    variant_id=variant_id,
                    warehouse_id=warehouse_id,
                    quantity=quantity,
                    open_quantity=quantity,
                    expires_at=expires_at,
                    created_at=created_at,
                )
            )
    return TakenPlan(reservations=reservations, available_quantities=available)


def shift_reserved(deltas: Mapping[tuple[int, int], int]) -> None:
    """Adds to `reserved` by (variant, warehouse); the CHECK on the level is the last word."""
    keys = sorted(key for key, delta in deltas.items() if delta)
    if not keys:
        return
    parameters = {
        "variants": [variant_id for variant_id, _ in keys],
        "warehouses": [warehouse_id for _, warehouse_id in keys],
        "deltas": [deltas[key] for key in keys],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SHIFT_RESERVED, parameters)


def lock_levels(
    shelves: Iterable[tuple[int, int]],
) -> dict[tuple[int, int], StockLevel]:
    """Locks the levels of these (variant, warehouse) pairs in order; a pair without a level is left out."""
    wanted = set(shelves)
    levels = (
        StockLevel.objects.filter(
            variant_id__in={v for v, _ in wanted},
            warehouse_id__in={w for _, w in wanted},
        )
        .order_by("variant_id", "warehouse_id")
        .select_for_update()
    )
    return {(level.variant_id, level.warehouse_id): level for level in levels}
