"""What callers ask of the stock, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class StockRequest:
    """So many of one variant, wherever they lie."""

    variant_id: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class StockLine:
    """So many of one variant in one warehouse; signed where the service says so."""

    variant_id: int
    warehouse_id: int
    quantity: int


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
    """One ledger row to be: `delta` is signed; the source makes it one."""

    variant_id: int
    warehouse_id: int
    delta: int
    source_id: str
    reason: str = ""

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
