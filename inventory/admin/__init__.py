"""Stock in the back office."""

from inventory.admin.alerts import ReorderAlertAdmin
from inventory.admin.buying import (
    BuyingPolicyAdmin,
    ItemForecastAdmin,
    ItemPlanAdmin,
    PurchaseOrderAdmin,
    PurchaseSuggestionAdmin,
    SupplierAdmin,
    SupplierItemAdmin,
)
from inventory.admin.levels import StockLevelAdmin
from inventory.admin.movements import ReservationAdmin, StockMovementAdmin
from inventory.admin.warehouses import WarehouseAdmin

__all__ = [
    "SupplierItemAdmin",
    "SupplierAdmin",
    "PurchaseSuggestionAdmin",
    "PurchaseOrderAdmin",
    "ItemPlanAdmin",
    "ItemForecastAdmin",
    "BuyingPolicyAdmin",
    "ReorderAlertAdmin",
    "ReservationAdmin",
    "StockLevelAdmin",
    "StockMovementAdmin",
    "WarehouseAdmin",
]
