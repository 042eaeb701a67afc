"""Tables of buying: demand, forecasts, policy, suppliers, purchase orders, suggestions."""

from inventory.models.buying.demand import DemandRecord
from inventory.models.buying.forecasts import ForecastRun, ItemForecast
from inventory.models.buying.plans import BuyingPolicy, ItemPlan
from inventory.models.buying.purchase_orders import (
    PurchaseOrder,
    PurchaseOrderEvent,
    PurchaseOrderLine,
    PurchaseReceipt,
    PurchaseReceiptLine,
)
from inventory.models.buying.suggestions import PurchaseSuggestion
from inventory.models.buying.suppliers import Supplier, SupplierItem, SupplierPrice

__all__ = [
    "BuyingPolicy",
    "DemandRecord",
    "ForecastRun",
    "ItemForecast",
    "ItemPlan",
    "PurchaseOrder",
    "PurchaseOrderEvent",
    "PurchaseOrderLine",
    "PurchaseReceipt",
    "PurchaseReceiptLine",
    "PurchaseSuggestion",
    "Supplier",
    "SupplierItem",
    "SupplierPrice",
]
