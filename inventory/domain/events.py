"""What inventory tells the apps above it."""

from dataclasses import dataclass
from typing import ClassVar

from shop.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class StockChanged(Event):
    """`available_quantity` is the sum over active warehouses right after the change."""

    topic: ClassVar[str] = "inventory.stock_changed"

    variant_id: int
    sku: str
    available_quantity: int

    @property
    def key(self) -> str:
        """In order per variant."""
        return f"variant:{self.variant_id}"


@dataclass(frozen=True, kw_only=True)
class ReservationExpired(Event):
    """The hold lapsed unpaid; its stock is free again."""

    topic: ClassVar[str] = "inventory.reservation_expired"

    reference: str

    @property
    def key(self) -> str:
        """In order per reference."""
        return self.reference


@dataclass(frozen=True, kw_only=True)
class ReorderAlertOpened(Event):
    """A shelf ran below its reorder point."""

    topic: ClassVar[str] = "inventory.reorder_alert_opened"

    alert_id: int

    @property
    def key(self) -> str:
        """In order per alert."""
        return f"reorder_alert:{self.alert_id}"
