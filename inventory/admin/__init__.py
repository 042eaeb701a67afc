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
from inventory.admin.lots import LotAdmin
from inventory.admin.movements import ReservationAdmin, StockMovementAdmin
from inventory.admin.places import (
    BarcodeAdmin,
    BinAdmin,
    ChannelStockAdmin,
    PackUnitAdmin,
    StockCaseAdmin,
    StockItemAdmin,
    TransferAdmin,
    ZoneAdmin,
)
from inventory.admin.warehouses import WarehouseAdmin

__all__ = [
    "BarcodeAdmin",
    "BinAdmin",
    "BuyingPolicyAdmin",
    "ChannelStockAdmin",
    "ItemForecastAdmin",
    "ItemPlanAdmin",
    "LotAdmin",
    "PackUnitAdmin",
    "PurchaseOrderAdmin",
    "PurchaseSuggestionAdmin",
    "ReorderAlertAdmin",
    "ReservationAdmin",
    "StockCaseAdmin",
    "StockItemAdmin",
    "StockLevelAdmin",
    "StockMovementAdmin",
    "SupplierAdmin",
    "SupplierItemAdmin",
    "TransferAdmin",
    "WarehouseAdmin",
    "ZoneAdmin",
]
