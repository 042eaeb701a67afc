"""What callers ask of the stock, as values."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class StockRequest:
    """So many of one variant, wherever they lie."""

    variant_id: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class StockLine:
    """So many of one variant in one warehouse; signed where the service says so.

    Goods that come in may name their bin, their lot and their unit cost; what is not put away has no bin.
    """

    variant_id: int
    warehouse_id: int
    quantity: int
    bin_id: int | None = None
    lot_id: int | None = None
    unit_cost: Decimal | None = None

    @property
    def shelf(self) -> tuple[int, int]:
        """The key of its level."""
        return self.variant_id, self.warehouse_id


@dataclass(frozen=True, kw_only=True)
class ShipRequest(StockLine):
    """So many of one variant leaving one warehouse."""


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """Less is there than was asked for."""

    variant_id: int
    requested_quantity: int
    available_quantity: int


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """One ledger row to be: `delta` is signed; the source makes it one, `part` numbers its rows on one shelf."""

    variant_id: int
    warehouse_id: int
    delta: int
    source_id: str
    reason: str = ""
    reference: str = ""
    bin_id: int | None = None
    lot_id: int | None = None
    unit_cost: Decimal | None = None
    part: int = 0

    @property
    def shelf(self) -> tuple[int, int]:
        """The key of its level."""
        return self.variant_id, self.warehouse_id


@dataclass(frozen=True, kw_only=True)
class EntryOutcome:
    """What became of one entry: written now, there already, or refused because of a shortage."""

    entry: LedgerEntry
    is_written: bool
    shortage: Shortage | None = None
