"""Buying in the back office: the morning page, purchase orders, suppliers, forecasts, reports."""

from inventory.admin.buying.forecasts import ItemForecastAdmin
from inventory.admin.buying.orders import PurchaseOrderAdmin
from inventory.admin.buying.policy import BuyingPolicyAdmin, ItemPlanAdmin
from inventory.admin.buying.suggestions import PurchaseSuggestionAdmin
from inventory.admin.buying.suppliers import SupplierAdmin, SupplierItemAdmin

__all__ = [
    "BuyingPolicyAdmin",
    "ItemForecastAdmin",
    "ItemPlanAdmin",
    "PurchaseOrderAdmin",
    "PurchaseSuggestionAdmin",
    "SupplierAdmin",
    "SupplierItemAdmin",
]
