"""Shelves that run low: one alert per shelf and day."""

from django.db import connection

from inventory.domain.events import ReorderAlertOpened
from inventory.queries.buying.demand import find_day
from shop.kernel.clock import now
from shop.kernel.events import publish_many
from shop.kernel.transactions import transactional

# Low is: what is available and everything on its way is less than the reorder point, the fixed one or, where it is
# higher, the one that the last replenishment worked out.
_SHELVES = """
WITH incoming AS (
    SELECT variant_id, warehouse_id, sum(quantity)::int AS quantity FROM (
        SELECT n.variant_id, o.warehouse_id, greatest(n.quantity - n.received_quantity, 0) AS quantity
        FROM inventory_purchaseorderline n JOIN inventory_purchaseorder o ON o.id = n.order_id
        WHERE o.status IN ('draft', 'approved', 'sent', 'part_received')
        UNION ALL
        SELECT n.variant_id, t.destination_id, n.quantity - n.received_quantity - n.damaged_quantity - n.lost_quantity
        FROM inventory_transferline n JOIN inventory_transfer t ON t.id = n.transfer_id
        WHERE t.status IN ('sent', 'part_received')
    ) parts GROUP BY 1, 2
), shelves AS (
    SELECT l.variant_id, l.warehouse_id, l.available, h.is_active,
           greatest(l.reorder_point, CASE WHEN p.is_paused THEN 0 ELSE p.reorder_point END) AS reorder_point,
           greatest(l.reorder_quantity, p.order_up_to - p.reorder_point) AS reorder_quantity,
           l.available + coalesce(i.quantity, 0) AS position
    FROM inventory_stocklevel l
    JOIN inventory_warehouse h ON h.id = l.warehouse_id
    LEFT JOIN inventory_itemplan p ON p.variant_id = l.variant_id AND p.warehouse_id = l.warehouse_id
    LEFT JOIN incoming i ON i.variant_id = l.variant_id AND i.warehouse_id = l.warehouse_id
)
"""
_CLOSE = (
    _SHELVES
    + """
UPDATE inventory_reorderalert a SET closed_at = %(now)s
FROM shelves s
WHERE a.closed_at IS NULL AND s.variant_id = a.variant_id AND s.warehouse_id = a.warehouse_id
  AND s.position >= s.reorder_point
"""
)
# A shelf that was refilled and runs low again on the same day has its alert opened again: one a day, and told once.
_OPEN = (
    _SHELVES  # noqa: S608  our own text
    + """
INSERT INTO inventory_reorderalert
    (variant_id, warehouse_id, available_quantity, reorder_point, reorder_quantity, opened_at, opened_on)
SELECT s.variant_id, s.warehouse_id, s.available, s.reorder_point, s.reorder_quantity, %(now)s, %(today)s
FROM shelves s
WHERE s.is_active AND s.reorder_point > 0 AND s.position < s.reorder_point
  AND NOT EXISTS (
      SELECT 1 FROM inventory_reorderalert a
      WHERE a.variant_id = s.variant_id AND a.warehouse_id = s.warehouse_id AND a.closed_at IS NULL)
ORDER BY s.variant_id, s.warehouse_id
ON CONFLICT (variant_id, warehouse_id, opened_on) DO UPDATE SET closed_at = NULL
RETURNING id, xmax = 0
"""
)


@transactional
def check_reorder_points() -> int:
    """Closes the alerts of shelves that are refilled or ordered for, opens one for each that is low; the number of new ones.

    Publishes ReorderAlertOpened once per alert. May be repeated: a shelf has one alert a day.
    """
    instant = now()
    parameters = {"now": instant, "today": find_day(instant)}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, parameters)
        cursor.execute(_OPEN, parameters)
        alert_ids = [alert_id for alert_id, is_new in cursor.fetchall() if is_new]
    publish_many([ReorderAlertOpened(alert_id=alert_id) for alert_id in alert_ids])
    return len(alert_ids)
