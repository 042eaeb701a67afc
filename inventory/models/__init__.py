"""Tables of the inventory."""

from inventory.models.alerts import ReorderAlert
from inventory.models.levels import StockLevel
from inventory.models.movements import MovementKind, StockMovement
from inventory.models.reservations import ACTIVE_STATES, Reservation, ReservationState
from inventory.models.warehouses import Warehouse

__all__ = [
    "ACTIVE_STATES",
    "MovementKind",
    "ReorderAlert",
    "Reservation",
    "ReservationState",
    "StockLevel",
    "StockMovement",
    "Warehouse",
]
