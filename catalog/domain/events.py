"""Facts that the catalogue states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shop.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class StockDeclared(Event):
    """A file said how many lie where; `warehouse_code` is empty when the file knows no warehouse.

    `source_id` is the same for the same statement, so that it is booked once; `is_forced` says that
    the operator asked to overwrite stock that was counted since (`--stock`).
    """

    topic: ClassVar[str] = "catalog.stock_declared"

    variant_id: int
    warehouse_code: str
    quantity: int
    source_id: str
    is_forced: bool = False

    @property
    def key(self) -> str:
        """Return the variant: its statements stay in order."""
        return f"variant:{self.variant_id}"
