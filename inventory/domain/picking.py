"""What to take from which bin for whom, and in which order: pure planning."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inventory.domain.places import Place, sort_by_expiry, take_parts
from inventory.domain.walking import Spot, order_spots

PlaceKey = tuple[int, int | None, int | None]


@dataclass(frozen=True, kw_only=True)
class PickNeed:
    """So many of a variant that a reference still waits for."""

    reference: str
    variant_id: int
    warehouse_id: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class PlannedPick:
    """One step: take so many from this bin and lot."""

    reference: str
    variant_id: int
    bin_id: int | None
    lot_id: int | None
    quantity: int


def plan_picks(
    needs: Sequence[PickNeed],
    *,
    places: Mapping[tuple[int, int], Sequence[Place]],
    taken: Mapping[PlaceKey, int],
    today: date,
) -> list[PlannedPick]:
    """First expired first out for each need in turn; `taken` is what other walks have planned of a place.

    What lies nowhere is left out: the order waits for goods.
    """
    left = {
        shelf: [
            _take_off(place, taken.get((place.variant_id, place.bin_id, place.lot_id), 0))
            for place in sort_by_expiry(known, today=today)
            if not place.is_packing
        ]
        for shelf, known in places.items()
    }
    planned: list[PlannedPick] = []
    for need in needs:
        shelf = (need.variant_id, need.warehouse_id)
        parts, _missing = take_parts(left.get(shelf, []), quantity=need.quantity)
        used = Counter({part.place.key: part.quantity for part in parts})
        left[shelf] = [_take_off(place, used[place.key]) for place in left.get(shelf, [])]
        planned += [
            PlannedPick(
                reference=need.reference,
                variant_id=need.variant_id,
                bin_id=part.place.bin_id,
                lot_id=part.place.lot_id,
                quantity=part.quantity,
            )
            for part in parts
        ]
    return planned


def _take_off(place: Place, quantity: int) -> Place:
    return replace(place, quantity=max(place.quantity - quantity, 0))


def sort_walk(picks: Sequence[PlannedPick], *, spots: Mapping[int, Spot]) -> list[PlannedPick]:
    """The steps in walking order; what was not put away comes first, beside the packing table."""
    turns = {spot.key: turn for turn, spot in enumerate(order_spots(spots.values()), 1)}
    return sorted(
        picks, key=lambda p: (turns.get(p.bin_id or 0, 0), p.variant_id, p.lot_id or 0, p.reference)
    )
