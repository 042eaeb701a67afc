"""What the stock is worth, day by day."""

from datetime import date

from django.conf import settings
from django.db import connection

from shop.kernel.transactions import transactional

_WRITE = """
INSERT INTO inventory_stockvalueday (day, warehouse_id, currency, on_hand_quantity, average_amount, fifo_amount)
SELECT %(day)s, l.warehouse_id, %(currency)s, sum(l.on_hand), round(sum(l.on_hand * l.average_cost), 3),
       round(coalesce(sum(c.value), 0), 3)
FROM inventory_stocklevel l
LEFT JOIN (
    SELECT variant_id, warehouse_id, sum(open_quantity * unit_cost) AS value
    FROM inventory_costlayer WHERE open_quantity > 0 GROUP BY 1, 2
) c ON c.variant_id = l.variant_id AND c.warehouse_id = l.warehouse_id
GROUP BY l.warehouse_id
ON CONFLICT (day, warehouse_id) DO UPDATE
SET on_hand_quantity = EXCLUDED.on_hand_quantity, average_amount = EXCLUDED.average_amount,
    fifo_amount = EXCLUDED.fifo_amount, currency = EXCLUDED.currency
"""


@transactional
def note_stock_value(day: date) -> int:
    """Writes the day's value of each warehouse at both rules of cost, as it is now; the number of warehouses.

    May be repeated: the last one of a day stands.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {"day": day, "currency": settings.DEFAULT_CURRENCY})
        return int(cursor.rowcount)
