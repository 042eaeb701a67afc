"""Levels, bins and costs follow from ledger and reservations: writing them anew when a person says so."""

from django.db import connection

from inventory.models import CostLayer, StockLevel
from inventory.queries.proof import (
    LevelDifference,
    fold_ledger,
    list_cost_differences,
    list_level_differences,
)
from inventory.services.changes import publish_stock_changes
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

_LOCK = """
LOCK TABLE inventory_stocklevel, inventory_reservation, inventory_stockmovement, inventory_stockitem,
           inventory_costlayer IN EXCLUSIVE MODE
"""

_WRITE_ITEMS = """
DELETE FROM inventory_stockitem;
INSERT INTO inventory_stockitem (variant_id, warehouse_id, bin_id, lot_id, quantity)
    SELECT variant_id, warehouse_id, bin_id, lot_id, sum(delta) FROM inventory_stockmovement
    GROUP BY 1, 2, 3, 4 HAVING sum(delta) <> 0;
"""

_WRITE_LEVEL = """
INSERT INTO inventory_stocklevel
    (variant_id, warehouse_id, on_hand, reserved, blocked, reorder_point, reorder_quantity)
VALUES (%s, %s, %s, %s, %s, 0, 0)
ON CONFLICT (variant_id, warehouse_id) DO UPDATE
SET on_hand = EXCLUDED.on_hand, reserved = EXCLUDED.reserved, blocked = EXCLUDED.blocked
"""


@transactional
def rebuild_levels() -> list[LevelDifference]:
    """Sets levels, bins and costs to what ledger and reservations say; the levels that were wrong.

    Locks the tables against writers for as long as it runs. Publishes StockChanged. May be repeated.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        differences = list_level_differences()
        # The guard triggers let rows be set directly only while this flag is up, until the end of the transaction.
        cursor.execute("SELECT set_config('inventory.rebuilding', 'on', true)")
        cursor.execute(_WRITE_ITEMS)
        for found in differences:
            cursor.execute(
                _WRITE_LEVEL,
                [
                    found.variant_id,
                    found.warehouse_id,
                    found.true_on_hand,
                    found.true_reserved,
                    found.true_blocked,
                ],
            )
        if list_cost_differences():
            _write_costs()
        cursor.execute("SELECT set_config('inventory.rebuilding', '', true)")
    publish_stock_changes({found.variant_id for found in differences})
    return differences


def _write_costs() -> None:
    CostLayer.objects.all().delete()
    moment = now()
    for (variant_id, warehouse_id), state in fold_ledger():
        StockLevel.objects.filter(variant_id=variant_id, warehouse_id=warehouse_id).update(
            average_cost=state.average_cost
        )
        CostLayer.objects.bulk_create(
            CostLayer(
                variant_id=variant_id,
                warehouse_id=warehouse_id,
                movement_id=layer.movement_id,
                quantity=layer.quantity,
                open_quantity=layer.open_quantity,
                unit_cost=layer.unit_cost,
                created_at=moment,
            )
            for layer in state.layers
        )
