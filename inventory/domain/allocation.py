"""Which warehouse serves which line: pure arithmetic on a snapshot of the levels."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inventory.domain.errors import InvalidQuantity
from inventory.domain.requests import Shortage, StockLine, StockRequest


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One variant in one active warehouse as it was read."""

    variant_id: int
    warehouse_id: int
    available_quantity: int
    country: str
    priority: int


def sum_requests(requests: Iterable[StockRequest]) -> dict[int, int]:
    """Quantities by variant in the global lock order; raises InvalidQuantity for anything below one."""
    wanted: dict[int, int] = defaultdict(int)
    for request in requests:
        if request.quantity < 1:
            raise InvalidQuantity(request.quantity)
        wanted[request.variant_id] += request.quantity
    return dict(sorted(wanted.items()))


def list_shortages(wanted: Mapping[int, int], *, shelves: Sequence[Shelf]) -> list[Shortage]:
    """What cannot be served even from all shelves together."""
    available: dict[int, int] = defaultdict(int)
    for shelf in shelves:
        available[shelf.variant_id] += max(shelf.available_quantity, 0)
    return [
        Shortage(
            variant_id=variant_id,
            requested_quantity=quantity,
            available_quantity=available[variant_id],
        )
        for variant_id, quantity in wanted.items()
        if available[variant_id] < quantity
    ]


def plan_allocation(wanted: Mapping[int, int], *, shelves: Sequence[Shelf], country: str) -> list[StockLine]:
    """Takes each line from one warehouse where one can serve it, else from several.

    Order of preference: a warehouse that serves the whole order (one parcel), then the buyer's country, then priority.
    The caller has seen to it that there are no shortages.
    """
    whole = _find_whole_warehouses(wanted, shelves=shelves)
    ranked = sorted(
        shelves,
        key=lambda s: (
            s.warehouse_id not in whole,
            s.country != country,
            s.priority,
            s.warehouse_id,
        ),
    )
    by_variant: dict[int, list[Shelf]] = defaultdict(list)
    for shelf in ranked:
        by_variant[shelf.variant_id].append(shelf)
    plan = [
        line
        for variant_id, quantity in wanted.items()
        for line in _take(by_variant[variant_id], quantity=quantity)
    ]
    return sorted(plan, key=lambda line: (line.variant_id, line.warehouse_id))


def _find_whole_warehouses(wanted: Mapping[int, int], *, shelves: Sequence[Shelf]) -> set[int]:
    served: dict[int, int] = defaultdict(int)
    for shelf in shelves:
        served[shelf.warehouse_id] += shelf.available_quantity >= wanted[shelf.variant_id]
    return {warehouse_id for warehouse_id, count in served.items() if count == len(wanted)}


def _take(shelves: Sequence[Shelf], *, quantity: int) -> list[StockLine]:
    sufficient = [shelf for shelf in shelves if shelf.available_quantity >= quantity]
    lines: list[StockLine] = []
    for shelf in sufficient[:1] or shelves:
        taken = min(max(shelf.available_quantity, 0), quantity)
        if taken:
            lines.append(
                StockLine(
                    variant_id=shelf.variant_id,
                    warehouse_id=shelf.warehouse_id,
                    quantity=taken,
                )
            )
            quantity -= taken
    return lines
