"""What may leave a level, and where it is taken from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from inventory.domain.errors import StockTooLow
from inventory.domain.places import Part, Place, sort_by_expiry, sort_for_correction, take_parts
from inventory.domain.requests import LedgerEntry, Shortage


def count_shippable(*, on_hand: int, blocked: int, free: int, held_here: int) -> int:
    """What a reference may take from a level: what it holds there and what is free, but never what is not for sale."""
    return min(on_hand - blocked, held_here + max(free, 0))


def split_outflow(
    wanted: Mapping[tuple[int, int], int],
    *,
    places: Mapping[tuple[int, int], Sequence[Place]],
    staged: Mapping[tuple[int, int], Sequence[Part]],
    today: date,
) -> dict[tuple[int, int], list[Part]]:
    """The bins and lots that a shipment leaves from: what was picked for it first, then first expired first out.

    Raises StockTooLow when the places hold less for sale than is wanted.
    """
    return {
        shelf: _split_shelf(
            quantity, shelf=shelf, places=places.get(shelf, ()), staged=staged.get(shelf, ()), today=today
        )
        for shelf, quantity in wanted.items()
    }


def _split_shelf(
    quantity: int, *, shelf: tuple[int, int], places: Sequence[Place], staged: Sequence[Part], today: date
) -> list[Part]:
    picked, missing = take_parts([_limit(part, places=places) for part in staged], quantity=quantity)
    used = {part.place.key: part.quantity for part in picked}
    rest = [_reduce(place, by=used.get(place.key, 0)) for place in sort_by_expiry(places, today=today)]
    parts, missing = take_parts(rest, quantity=missing)
    if missing:
        shortage = Shortage(
            variant_id=shelf[0], requested_quantity=quantity, available_quantity=quantity - missing
        )
        raise StockTooLow(shortage, warehouse_id=shelf[1])
    return merge_parts([*picked, *parts])


def _limit(part: Part, *, places: Sequence[Place]) -> Place:
    """What was picked, as far as it still lies there and may be sold."""
    there = next((place for place in places if place.key == part.place.key and place.is_sellable), None)
    return _resize(part.place, min(part.quantity, there.quantity if there else 0))


def _reduce(place: Place, *, by: int) -> Place:
    return _resize(place, place.quantity - by)


def _resize(place: Place, quantity: int) -> Place:
    return replace(place, quantity=quantity)


def merge_parts(parts: Sequence[Part]) -> list[Part]:
    """Parts of the same place as one."""
    merged: dict[tuple[int, int, int | None, int | None], Part] = {}
    for part in parts:
        known = merged.get(part.place.key)
        merged[part.place.key] = Part(
            place=part.place, quantity=part.quantity + (known.quantity if known else 0)
        )
    return list(merged.values())


def build_out_entries(
    parts: Sequence[Part], *, source_id: str, reason: str, reference: str = ""
) -> list[LedgerEntry]:
    """Ledger rows that take the parts away, numbered on their shelf."""
    return [
        LedgerEntry(
            variant_id=part.place.variant_id,
            warehouse_id=part.place.warehouse_id,
            delta=-part.quantity,
            source_id=source_id,
            reason=reason,
            reference=reference,
            bin_id=part.place.bin_id,
            lot_id=part.place.lot_id,
            part=number,
        )
        for number, part in enumerate(parts)
    ]


def split_corrections(
    entries: Sequence[LedgerEntry], *, places: Mapping[tuple[int, int], Sequence[Place]]
) -> list[LedgerEntry]:
    """What is added goes to the entry's own place; what is missing is written off where it is trusted least.

    Entries of the same shelf are split one after the other, so that no place gives twice.
    """
    left = {shelf: sort_for_correction(known) for shelf, known in places.items()}
    split: list[LedgerEntry] = []
    for entry in entries:
        if entry.delta > 0:
            split.append(entry)
            left[entry.shelf] = [_build_added(entry), *left.get(entry.shelf, [])]
            continue
        parts, _ = take_parts(left.get(entry.shelf, []), quantity=-entry.delta)
        left[entry.shelf] = _take_away(left.get(entry.shelf, []), parts=parts)
        split += build_out_entries(
            merge_parts(parts), source_id=entry.source_id, reason=entry.reason, reference=entry.reference
        )
    return split


def _build_added(entry: LedgerEntry) -> Place:
    return Place(
        variant_id=entry.variant_id,
        warehouse_id=entry.warehouse_id,
        quantity=entry.delta,
        bin_id=entry.bin_id,
        lot_id=entry.lot_id,
    )


def _take_away(places: Sequence[Place], *, parts: Sequence[Part]) -> list[Place]:
    """The places after the parts were taken from them, first come first."""
    taken = Counter({part.place.key: part.quantity for part in merge_parts(parts)})
    left = []
    for place in places:
        share = min(place.quantity, taken[place.key])
        taken[place.key] -= share
        left.append(_resize(place, place.quantity - share))
    return left
