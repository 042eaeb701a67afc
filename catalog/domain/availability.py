"""How availability is told: as much as a shopper needs, never the exact stock."""

from __future__ import annotations

from enum import StrEnum

LOW_QUANTITY = 5


class StockState(StrEnum):
    """What is told about an article."""

    IN_STOCK = "in_stock"
    LOW = "low_stock"
    SOLD_OUT = "out_of_stock"


def tell_stock(quantity: int) -> StockState:
    """Return the state that a quantity is told as."""
    if quantity <= 0:
        return StockState.SOLD_OUT
    return StockState.LOW if quantity <= LOW_QUANTITY else StockState.IN_STOCK
