"""Levels follow from ledger and reservations: comparing them, and writing them anew."""

from dataclasses import dataclass

from django.db import connection

from inventory.services.changes import publish_stock_changes
from shop.kernel.transactions import transactional

_DIFFERENCES = """
SELECT s.variant_id, s.warehouse_id, coalesce(l.on_hand, 0), coalesce(l.reserved, 0), s.on_hand, s.reserved
FROM (
    SELECT variant_id, warehouse_id, sum(on_hand)::int AS on_hand, sum(reserved)::int AS reserved FROM (
        SELECT variant_id, warehouse_id, delta AS on_hand, 0 AS reserved FROM inventory_stockmovement
        UNION ALL
        SELECT variant_id, warehouse_id, 0, open_quantity FROM inventory_reservation
        WHERE state IN ('held', 'confirmed')
        UNION ALL
        SELECT variant_id, warehouse_id, 0, 0 FROM inventory_stocklevel
    ) facts GROUP BY 1, 2
) s LEFT JOIN inventory_stocklevel l ON l.variant_id = s.variant_id AND l.warehouse_id = s.warehouse_id
WHERE coalesce(l.on_hand, 0) <> s.on_hand OR coalesce(l.reserved, 0) <> s.reserved
ORDER BY s.variant_id, s.warehouse_id
"""

_WRITE = """
INSERT INTO inventory_stocklevel (variant_id, warehouse_id, on_hand, reserved, reorder_point, reorder_quantity)
VALUES (%s, %s, %s, %s, 0, 0)
ON CONFLICT (variant_id, warehouse_id) DO UPDATE SET on_hand = EXCLUDED.on_hand, reserved = EXCLUDED.reserved
"""


@dataclass(frozen=True, kw_only=True)
class LevelDifference:
    """A level that does not say what the ledger and the reservations say."""

    variant_id: int
    warehouse_id: int
    on_hand: int
    reserved: int
    true_on_hand: int
    true_reserved: int


def list_level_differences() -> list[LevelDifference]:
    """Levels that are wrong; reads only."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES)
        rows = cursor.fetchall()
    return [
        LevelDifference(
            variant_id=row[0],
            warehouse_id=row[1],
            on_hand=row[2],
            reserved=row[3],
            true_on_hand=row[4],
            true_reserved=row[5],
        )
        for row in rows
    ]


@transactional
def rebuild_levels() -> list[LevelDifference]:
    """Sets every level to what ledger and reservations say; the levels that were wrong.

    Locks the three tables against writers for as long as it runs. Publishes StockChanged. May be repeated.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "LOCK TABLE inventory_stocklevel, inventory_reservation, inventory_stockmovement IN EXCLUSIVE MODE"
        )
        differences = list_level_differences()
        # The guard trigger lets levels be set directly only while this flag is up, until the end of the transaction.
        cursor.execute("SELECT set_config('inventory.rebuilding', 'on', true)")
        for found in differences:
            cursor.execute(
                _WRITE,
                [
                    found.variant_id,
                    found.warehouse_id,
                    found.true_on_hand,
                    found.true_reserved,
                ],
            )
        cursor.execute("SELECT set_config('inventory.rebuilding', '', true)")
    publish_stock_changes({found.variant_id for found in differences})
    return differences
