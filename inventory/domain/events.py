"""What inventory tells the apps above it."""

from dataclasses import dataclass
from typing import ClassVar

from shop.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class StockChanged(Event):
    """Something about what can be sold of it; whoever wants to know how many asks, and so hears the truth of then."""

    topic: ClassVar[str] = "inventory.stock_changed"

    variant_id: int

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


@dataclass(frozen=True, kw_only=True)
class LotRecalled(Event):
    """A lot must not be sold any more; `references` are those that it was shipped to."""

    topic: ClassVar[str] = "inventory.lot_recalled"

    lot_id: int
    lot_code: str
    sku: str
    reason: str
    references: tuple[str, ...]
    # Which recall of the lot: one that was freed may be recalled again.
    turn: str = ""

    @property
    def key(self) -> str:
        """In order per lot."""
        return f"lot:{self.lot_id}"


@dataclass(frozen=True, kw_only=True)
class StockCaseOpened(Event):
    """The nightly proof found a level that does not say what its ledger says."""

    topic: ClassVar[str] = "inventory.stock_case_opened"

    case_id: int
    sku: str
    warehouse_code: str
    summary: str

    @property
    def key(self) -> str:
        """In order per case."""
        return f"stock_case:{self.case_id}"


@dataclass(frozen=True, kw_only=True)
class TransferArrivedShort(Event):
    """Less arrived, or arrived whole, than had left."""

    topic: ClassVar[str] = "inventory.transfer_arrived_short"

    transfer_id: int
    number: str
    lost_quantity: int
    damaged_quantity: int
    source_code: str = ""
    destination_code: str = ""
    skus: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """In order per transfer."""
        return f"transfer:{self.transfer_id}"
