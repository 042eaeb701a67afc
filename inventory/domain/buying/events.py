"""What buying tells the apps above it and the partners."""

from dataclasses import dataclass
from typing import ClassVar

from shop.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderMoved(Event):
    """A purchase order came into a state (its first one too)."""

    topic: ClassVar[str] = "inventory.purchase_order_moved"

    purchase_order_id: int
    number: str
    status: str

    @property
    def key(self) -> str:
        """In order per purchase order."""
        return f"purchase_order:{self.purchase_order_id}"


@dataclass(frozen=True, kw_only=True)
class SupplierRiskRaised(Event):
    """A supplier's deliveries got worse than before."""

    topic: ClassVar[str] = "inventory.supplier_risk_raised"

    supplier_id: int
    risk: str

    @property
    def key(self) -> str:
        """In order per supplier."""
        return f"supplier:{self.supplier_id}"
