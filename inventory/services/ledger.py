"""Writing the ledger: the only way `on_hand` changes (a trigger applies each row to its level)."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from inventory.domain.requests import LedgerEntry
from inventory.models import MovementKind
from shop.kernel.clock import now

# Inserted in the global lock order: the trigger locks the level of each row in turn.
_INSERT = """
INSERT INTO inventory_stockmovement
    (variant_id, warehouse_id, delta, source_id, reason, kind, source_type, actor, created_at)
SELECT e.variant_id, e.warehouse_id, e.delta, e.source_id, e.reason, %(kind)s, %(source_type)s, %(actor)s, %(now)s
FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[], %(deltas)s::int[], %(sources)s::text[],
            %(reasons)s::text[]) AS e (variant_id, warehouse_id, delta, source_id, reason)
ORDER BY e.variant_id, e.warehouse_id
ON CONFLICT (source_type, source_id, kind, variant_id, warehouse_id) DO NOTHING
RETURNING variant_id, warehouse_id, source_id
"""


def write_movements(
    entries: Sequence[LedgerEntry], *, kind: MovementKind, source_type: str, actor: str
) -> set[tuple[int, int, str]]:
    """Appends what is not there yet and returns it as (variant, warehouse, source id).

    Locks the levels in the global order. Needs the caller's transaction. May be repeated.
    """
    parameters: dict[str, Any] = {
        "kind": kind.value,
        "source_type": source_type,
        "actor": actor,
        "now": now(),
        "variants": [entry.variant_id for entry in entries],
        "warehouses": [entry.warehouse_id for entry in entries],
        "deltas": [entry.delta for entry in entries],
        "sources": [entry.source_id for entry in entries],
        "reasons": [entry.reason for entry in entries],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, parameters)
        return set(cursor.fetchall())
