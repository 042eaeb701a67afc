"""From which holds a shipment is taken: pure arithmetic."""

from collections import Counter
from collections.abc import Mapping, Sequence

from inventory.domain.errors import InvalidQuantity, NotReserved
from inventory.domain.requests import Shortage, StockLine


def sum_lines(lines: Sequence[StockLine]) -> Counter[tuple[int, int]]:
    """Quantities by (variant, warehouse); raises InvalidQuantity for anything below one."""
    wanted: Counter[tuple[int, int]] = Counter()
    for line in lines:
        if line.quantity < 1:
            raise InvalidQuantity(line.quantity)
        wanted[line.variant_id, line.warehouse_id] += line.quantity
    if not wanted:
        raise InvalidQuantity(0)
    return wanted


def plan_consumption(
    reference: str,
    *,
    wanted: Mapping[tuple[int, int], int],
    held: Mapping[tuple[int, int], int],
) -> Counter[tuple[int, int]]:
    """Units to take out of each hold: first the hold where the parcel leaves, then the variant's other holds.

    Raises NotReserved when the reference holds less of a variant than is to be shipped.
    """
    left = Counter(held)
    taken: Counter[tuple[int, int]] = Counter()
    for (variant_id, warehouse_id), quantity in sorted(wanted.items()):
        shelves = sorted(
            (shelf for shelf in held if shelf[0] == variant_id),
            key=lambda s: (s[1] != warehouse_id, s),
        )
        missing = quantity
        for shelf in shelves:
            share = min(left[shelf], missing)
            left[shelf] -= share
            taken[shelf] += share
            missing -= share
        if missing:
            raise NotReserved(
                reference,
                shortage=Shortage(
                    variant_id=variant_id,
                    requested_quantity=quantity,
                    available_quantity=quantity - missing,
                ),
            )
    return +taken
