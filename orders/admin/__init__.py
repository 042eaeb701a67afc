"""Orders in the back office, organised by the day's work."""

from orders.admin.groups import BuyingGroupAdmin
from orders.admin.orders import OrderAdmin
from orders.admin.rates import ShippingMethodAdmin, ShippingZoneAdmin, TaxRateAdmin
from orders.admin.shipments import CarrierCallbackAdmin, ShipmentAdmin

__all__ = [
    "BuyingGroupAdmin",
    "CarrierCallbackAdmin",
    "OrderAdmin",
    "ShipmentAdmin",
    "ShippingMethodAdmin",
    "ShippingZoneAdmin",
    "TaxRateAdmin",
]
