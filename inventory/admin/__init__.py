"""Stock in the back office."""

from inventory.admin.alerts import ReorderAlertAdmin
from inventory.admin.levels import StockLevelAdmin
from inventory.admin.movements import ReservationAdmin, StockMovementAdmin
from inventory.admin.warehouses import WarehouseAdmin

__all__ = [
    "ReorderAlertAdmin",
    "ReservationAdmin",
    "StockLevelAdmin",
    "StockMovementAdmin",
    "WarehouseAdmin",
]
