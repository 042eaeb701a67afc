"""What stock cost: moving average and first in first out, as folds over the ledger. Pure arithmetic.

The ledger's trigger does the same sums beside each row; the nightly proof compares the two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

PRECISION: Final = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True)
class CostStep:
    """One ledger row that changes what a warehouse owns: its key, signed quantity and unit cost."""

    movement_id: int
    delta: int
    unit_cost: Decimal


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What came in by one row, what of it is left, and its unit cost."""

    movement_id: int
    quantity: int
    open_quantity: int
    unit_cost: Decimal


@dataclass(frozen=True, kw_only=True)
class CostState:
    """A shelf's cost after any number of steps."""

    on_hand: int
    average_cost: Decimal
    layers: tuple[Layer, ...]

    @property
    def fifo_value(self) -> Decimal:
        """What is left in the layers."""
        return sum((layer.open_quantity * layer.unit_cost for layer in self.layers), Decimal(0))


def fold_costs(steps: Iterable[CostStep]) -> CostState:
    """The cost of a shelf from its ledger rows in order.

    Moving average: `(on_hand * average + quantity * cost) / (on_hand + quantity)` on what comes in, unchanged by what
    goes out (Horngren, Cost Accounting, perpetual inventory). First in first out: what goes out empties the oldest
    layer first. Costs are per piece, rounded half up to six decimals as PostgreSQL's `round` does.
    """
    on_hand, average = 0, Decimal(0)
    layers: list[Layer] = []
    for step in steps:
        if step.delta > 0:
            average = _average_in(step, on_hand=on_hand, average=average)
            layers.append(
                Layer(
                    movement_id=step.movement_id,
                    quantity=step.delta,
                    open_quantity=step.delta,
                    unit_cost=step.unit_cost,
                )
            )
        else:
            layers = _take_out(layers, quantity=-step.delta)
        on_hand += step.delta
    return CostState(on_hand=on_hand, average_cost=average, layers=tuple(layers))


def _average_in(step: CostStep, *, on_hand: int, average: Decimal) -> Decimal:
    if on_hand <= 0:
        return step.unit_cost
    total = on_hand * average + step.delta * step.unit_cost
    return (total / (on_hand + step.delta)).quantize(PRECISION, rounding=ROUND_HALF_UP)


def _take_out(layers: list[Layer], *, quantity: int) -> list[Layer]:
    left: list[Layer] = []
    for layer in layers:
        taken = min(layer.open_quantity, quantity)
        quantity -= taken
        left.append(
            Layer(
                movement_id=layer.movement_id,
                quantity=layer.quantity,
                open_quantity=layer.open_quantity - taken,
                unit_cost=layer.unit_cost,
            )
        )
    return left
