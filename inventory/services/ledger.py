"""Writing the ledger: the only way `on_hand` changes (a trigger applies each row to level, item and cost)."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from inventory import locks
from inventory.domain.requests import LedgerEntry
from inventory.models import MovementKind
from shop.kernel.clock import now

# Inserted in the global lock order: the trigger locks the level of each row in turn. A source that is on the shelf
# already is left out as a whole, however it was split; `part` decides between two that come at once.
_INSERT = """
INSERT INTO inventory_stockmovement
    (variant_id, warehouse_id, bin_id, lot_id, part, delta, unit_cost, source_id, reason, reference,
     kind, source_type, actor, created_at)
SELECT e.variant_id, e.warehouse_id, e.bin_id, e.lot_id, e.part, e.delta, e.unit_cost, e.source_id, e.reason,
       e.reference, %(kind)s, %(source_type)s, %(actor)s, %(now)s
FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[], %(bins)s::bigint[], %(lots)s::bigint[],
            %(parts)s::int[], %(deltas)s::int[], %(costs)s::numeric[], %(sources)s::text[], %(reasons)s::text[],
            %(references)s::text[]) WITH ORDINALITY
    AS e (variant_id, warehouse_id, bin_id, lot_id, part, delta, unit_cost, source_id, reason, reference, turn)
WHERE NOT EXISTS (
    SELECT 1 FROM inventory_stockmovement m
    WHERE m.source_type = %(source_type)s AND m.source_id = e.source_id AND m.kind = %(kind)s
      AND m.variant_id = e.variant_id AND m.warehouse_id = e.warehouse_id)
ORDER BY e.variant_id, e.warehouse_id, e.turn
ON CONFLICT (source_type, source_id, kind, variant_id, warehouse_id, part) DO NOTHING
RETURNING variant_id, warehouse_id, source_id
"""


def write_movements(
    entries: Sequence[LedgerEntry], *, kind: MovementKind, source_type: str, actor: str
) -> set[tuple[int, int, str]]:
    """Appends what is not there yet and returns it as (variant, warehouse, source id).

    Shares the lots, then locks the levels in the global order. Needs the caller's transaction. May be repeated.
    """
    locks.share_lots({entry.lot_id for entry in entries if entry.lot_id and entry.delta > 0})
    parameters: dict[str, Any] = {
        "kind": kind.value,
        "source_type": source_type,
        "actor": actor,
        "now": now(),
        "variants": [entry.variant_id for entry in entries],
        "warehouses": [entry.warehouse_id for entry in entries],
        "bins": [entry.bin_id for entry in entries],
        "lots": [entry.lot_id for entry in entries],
        "parts": [entry.part for entry in entries],
        "deltas": [entry.delta for entry in entries],
        "costs": [entry.unit_cost for entry in entries],
        "sources": [entry.source_id for entry in entries],
        "reasons": [entry.reason for entry in entries],
        "references": [entry.reference for entry in entries],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, parameters)
        return set(cursor.fetchall())
