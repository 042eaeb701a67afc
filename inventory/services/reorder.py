"""When to buy more: one open alert per shelf that ran low."""

from django.db import connection

from inventory.domain.events import ReorderAlertOpened
from shop.kernel.clock import now
from shop.kernel.events import publish_many
from shop.kernel.transactions import transactional

_CLOSE = """
UPDATE inventory_reorderalert a SET closed_at = %(now)s
FROM inventory_stocklevel l
WHERE a.closed_at IS NULL AND l.variant_id = a.variant_id AND l.warehouse_id = a.warehouse_id
  AND l.on_hand - l.reserved >= l.reorder_point
"""

_OPEN = """
INSERT INTO inventory_reorderalert
    (variant_id, warehouse_id, available_quantity, reorder_point, reorder_quantity, opened_at)
SELECT l.variant_id, l.warehouse_id, l.on_hand - l.reserved, l.reorder_point, l.reorder_quantity, %(now)s
FROM inventory_stocklevel l JOIN inventory_warehouse h ON h.id = l.warehouse_id AND h.is_active
WHERE l.reorder_point > 0 AND l.on_hand - l.reserved < l.reorder_point
ORDER BY l.variant_id, l.warehouse_id
ON CONFLICT (variant_id, warehouse_id) WHERE closed_at IS NULL DO NOTHING
RETURNING id
"""


@transactional
def check_reorder_points() -> int:
    """Closes the alerts of refilled shelves, opens one for each shelf below its reorder point; the number opened.

    Publishes ReorderAlertOpened. May be repeated: an open alert is not opened again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"now": now()})
        cursor.execute(_OPEN, {"now": now()})
        alert_ids = [alert_id for (alert_id,) in cursor.fetchall()]
    publish_many([ReorderAlertOpened(alert_id=alert_id) for alert_id in alert_ids])
    return len(alert_ids)
