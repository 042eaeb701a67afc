"""Reads of what the stock is worth."""

from dataclasses import dataclass
from datetime import date

from inventory.models import StockValueDay
from shop.kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class StockValue:
    """A warehouse's newest value by both rules of cost."""

    warehouse: str
    day: date
    on_hand_quantity: int
    average: Money
    fifo: Money


def list_stock_values(*, day: date) -> list[StockValue]:
    """The newest value up to a day, by warehouse. One query."""
    rows = (
        StockValueDay.objects.filter(day__lte=day)
        .select_related("warehouse")
        .order_by("warehouse_id", "-day")
        .distinct("warehouse_id")
    )
    return [
        StockValue(
            warehouse=str(row.warehouse),
            day=row.day,
            on_hand_quantity=row.on_hand_quantity,
            average=Money(row.average_amount, row.currency).quantized(),
            fifo=Money(row.fifo_amount, row.currency).quantized(),
        )
        for row in rows
    ]
