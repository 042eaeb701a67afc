"""Who counts stock, so that exports can tell it: inventory registers itself, as it stands above the catalogue."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class StockSource(Protocol):
    """What files need to know of stock."""

    def list_levels(self, variant_ids: Collection[int]) -> dict[int, list[tuple[str, int]]]:
        """Return (warehouse code, on hand) by variant; variants that nobody counted are left out."""


_sources: list[StockSource] = []


def register_stock_source(source: StockSource) -> None:
    """Let files ask this source; the last one wins."""
    _sources[:] = [source]


def find_stock_source() -> StockSource | None:
    """Return who counts stock, None when nobody does."""
    return _sources[0] if _sources else None
