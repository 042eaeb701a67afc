"""From which bin and lot goods are taken: first expired first out, in walking order. Pure arithmetic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from inventory.domain.requests import LedgerEntry, StockLine

_NEVER: Final = date.max


@dataclass(frozen=True, kw_only=True)
class Place:
    """So many of a variant in one bin and lot, as it was read under the lock of its level."""

    variant_id: int
    warehouse_id: int
    quantity: int
    bin_id: int | None = None
    lot_id: int | None = None
    bin_code: str = ""
    lot_code: str = ""
    expires_on: date | None = None
    walk_order: int = 0
    is_sellable: bool = True
    is_packing: bool = False

    @property
    def shelf(self) -> tuple[int, int]:
        """The key of its level."""
        return self.variant_id, self.warehouse_id

    @property
    def key(self) -> tuple[int, int, int | None, int | None]:
        """What identifies it."""
        return self.variant_id, self.warehouse_id, self.bin_id, self.lot_id


@dataclass(frozen=True, kw_only=True)
class Part:
    """So many out of one place."""

    place: Place
    quantity: int


def sort_by_expiry(places: Iterable[Place], *, today: date) -> list[Place]:
    """What may be sold, the lot that expires first in front, then by walking order; what is packed already last.

    What was not put away comes behind the bins: it stands on the dock, where a walk does not find it by its place.
    """
    sellable = (p for p in places if p.is_sellable and (p.expires_on is None or p.expires_on > today))
    return sorted(sellable, key=_rank_for_sale)


def _rank_for_sale(place: Place) -> tuple[bool, date, bool, int, int, int]:
    is_loose = place.bin_id is None
    expiry = place.expires_on or _NEVER
    return place.is_packing, expiry, is_loose, place.walk_order, place.bin_id or 0, place.lot_id or 0


def sort_for_correction(places: Iterable[Place]) -> list[Place]:
    """Where missing goods are written off first: what was never put away, then what is not traced, packing last."""
    return sorted(
        (p for p in places if p.is_sellable),
        key=lambda p: (p.is_packing, p.bin_id is not None, p.lot_id is not None, p.walk_order, p.lot_id or 0),
    )


def take_parts(places: Sequence[Place], *, quantity: int) -> tuple[list[Part], int]:
    """Takes from the places in the order given; the parts, and how much was missing."""
    parts: list[Part] = []
    for place in places:
        taken = min(place.quantity, quantity)
        if taken > 0:
            parts.append(Part(place=place, quantity=taken))
            quantity -= taken
    return parts, quantity


def number_parts(lines: Sequence[StockLine], *, source_id: str, reason: str) -> list[LedgerEntry]:
    """Ledger rows of goods that come in: lines of one place and price together, numbered per shelf."""
    grouped: dict[StockLine, int] = {}
    for line in lines:
        key = StockLine(
            variant_id=line.variant_id,
            warehouse_id=line.warehouse_id,
            quantity=0,
            bin_id=line.bin_id,
            lot_id=line.lot_id,
            unit_cost=line.unit_cost,
        )
        grouped[key] = grouped.get(key, 0) + line.quantity
    counts: dict[tuple[int, int], int] = {}
    entries = []
    for key, quantity in grouped.items():
        part = counts.get(key.shelf, 0)
        counts[key.shelf] = part + 1
        entries.append(
            LedgerEntry(
                variant_id=key.variant_id,
                warehouse_id=key.warehouse_id,
                delta=quantity,
                source_id=source_id,
                reason=reason,
                bin_id=key.bin_id,
                lot_id=key.lot_id,
                unit_cost=key.unit_cost,
                part=part,
            )
        )
    return entries
