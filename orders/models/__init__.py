"""Tables of orders, one file per aggregate."""

from orders.models.carts import Cart, CartLine
from orders.models.groups import BuyingGroup, GroupKey, GroupPlace
from orders.models.orders import Order, OrderEvent, OrderLine
from orders.models.pricing import ShippingMethod, ShippingRate, ShippingZone, TaxRate
from orders.models.sandbox_carrier import SandboxParcel, SandboxPush
from orders.models.shipments import (
    CarrierCallback,
    Shipment,
    ShipmentLine,
    TrackingNode,
)

__all__ = [
    "BuyingGroup",
    "CarrierCallback",
    "Cart",
    "CartLine",
    "GroupKey",
    "GroupPlace",
    "Order",
    "OrderEvent",
    "OrderLine",
    "SandboxParcel",
    "SandboxPush",
    "Shipment",
    "ShipmentLine",
    "ShippingMethod",
    "ShippingRate",
    "ShippingZone",
    "TaxRate",
    "TrackingNode",
]
