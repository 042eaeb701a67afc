"""Ways through a warehouse: the order of bins and how far one walks. Pure geometry, centimetres."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a bin stands; the packing table is at (0, 0), aisles run along y from the cross aisle at y = 0."""

    key: int
    aisle: int
    x_cm: int
    y_cm: int
    shelf_level: int = 0


def order_spots(spots: Iterable[Spot]) -> list[Spot]:
    """A serpentine: up the first aisle, down the next (the S-shape heuristic of Hall, 1993)."""
    ordered: list[Spot] = []
    by_aisle = groupby(sorted(spots, key=lambda s: (s.aisle, s.x_cm)), key=lambda s: s.aisle)
    for number, (_aisle, group) in enumerate(by_aisle):
        is_up = number % 2 == 0
        ordered += sorted(group, key=lambda s: (s.y_cm if is_up else -s.y_cm, s.shelf_level, s.key))
    return ordered


def measure_walk(spots: Sequence[Spot]) -> int:
    """From the packing table past the spots in order and back; between aisles by the cross aisle at y = 0 or the far end."""
    if not spots:
        return 0
    far_end = max(spot.y_cm for spot in spots)
    total = spots[0].x_cm + spots[0].y_cm
    for here, there in pairwise(spots):
        total += _measure_step(here, there, far_end=far_end)
    return total + spots[-1].x_cm + spots[-1].y_cm


def _measure_step(here: Spot, there: Spot, *, far_end: int) -> int:
    if here.aisle == there.aisle:
        return abs(here.y_cm - there.y_cm) + abs(here.x_cm - there.x_cm)
    by_front = here.y_cm + there.y_cm
    by_back = (far_end - here.y_cm) + (far_end - there.y_cm)
    return abs(here.x_cm - there.x_cm) + min(by_front, by_back)
