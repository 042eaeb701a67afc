"""Tables of the inventory."""

from inventory.models.alerts import ReorderAlert
from inventory.models.buying import (
    BuyingPolicy,
    DemandRecord,
    ForecastRun,
    ItemForecast,
    ItemPlan,
    PurchaseOrder,
    PurchaseOrderEvent,
    PurchaseOrderLine,
    PurchaseReceipt,
    PurchaseReceiptLine,
    PurchaseSuggestion,
    Supplier,
    SupplierItem,
    SupplierPrice,
)
from inventory.models.cases import StockCase
from inventory.models.channels import ChannelPolicy, ChannelStock
from inventory.models.counts import CountKind, CountLine, StockCount
from inventory.models.items import CostLayer, StockItem, StockValueDay
from inventory.models.levels import StockLevel
from inventory.models.lots import Lot, LotStatus
from inventory.models.movements import INTERNAL_KINDS, MovementKind, StockMovement
from inventory.models.picking import PickList, PickListKind, PickTask
from inventory.models.places import UNSELLABLE_ZONES, Bin, Zone, ZoneKind
from inventory.models.reservations import ACTIVE_STATES, Reservation, ReservationState
from inventory.models.transfers import Transfer, TransferLine
from inventory.models.units import Barcode, BarcodeKind, PackUnit, UnitKind
from inventory.models.warehouses import Warehouse

__all__ = [
    "ACTIVE_STATES",
    "INTERNAL_KINDS",
    "UNSELLABLE_ZONES",
    "Barcode",
    "BarcodeKind",
    "Bin",
    "BuyingPolicy",
    "ChannelPolicy",
    "ChannelStock",
    "CostLayer",
    "CountKind",
    "CountLine",
    "DemandRecord",
    "ForecastRun",
    "ItemForecast",
    "ItemPlan",
    "Lot",
    "LotStatus",
    "MovementKind",
    "PackUnit",
    "PickList",
    "PickListKind",
    "PickTask",
    "PurchaseOrder",
    "PurchaseOrderEvent",
    "PurchaseOrderLine",
    "PurchaseReceipt",
    "PurchaseReceiptLine",
    "PurchaseSuggestion",
    "ReorderAlert",
    "Reservation",
    "ReservationState",
    "StockCase",
    "StockCount",
    "StockItem",
    "StockLevel",
    "StockMovement",
    "StockValueDay",
    "Supplier",
    "SupplierItem",
    "SupplierPrice",
    "Transfer",
    "TransferLine",
    "UnitKind",
    "Warehouse",
    "Zone",
    "ZoneKind",
]
