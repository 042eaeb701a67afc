"""When a place is counted, and what becomes of a count: pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Final

from inventory.domain.states import CountLineStatus

# How often each class is counted: the few that carry the value once a month, the many that do not twice a year.
CYCLE_DAYS: Final[Mapping[str, int]] = {"A": 30, "B": 90, "C": 180}
RAREST_CLASS: Final = "C"


@dataclass(frozen=True, kw_only=True)
class CountLimits:
    """Differences above either limit need another person's approval."""

    approve_above_quantity: int = 10
    approve_above_amount: Decimal = Decimal(200)


@dataclass(frozen=True, kw_only=True)
class CountedLine:
    """A settled line of a count, for the report."""

    expected_quantity: int
    counted_quantity: int
    unit_cost: Decimal


@dataclass(frozen=True, kw_only=True)
class CountAccuracy:
    """How right the system was. `unit_accuracy` weighs by pieces: 1 − Σ|difference| / Σ expected."""

    lines: int
    exact_lines: int
    missing_quantity: int
    found_quantity: int
    net_amount: Decimal
    unit_accuracy: Decimal

    @property
    def line_accuracy(self) -> Decimal:
        """The share of places that held exactly what the system said."""
        return Decimal(self.exact_lines) / self.lines if self.lines else Decimal(1)

    @property
    def line_percent(self) -> Decimal:
        """The same as people say it; 100 only when every place was right."""
        return _floor_percent(self.line_accuracy)

    @property
    def unit_percent(self) -> Decimal:
        """Of the pieces."""
        return _floor_percent(self.unit_accuracy)


def _floor_percent(share: Decimal) -> Decimal:
    return (share * 100).quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def is_count_due(abc_class: str, *, last_counted_at: datetime | None, now: datetime) -> bool:
    """Whether a place of this class is to be counted again; what was never counted always is."""
    days = CYCLE_DAYS.get(abc_class, CYCLE_DAYS[RAREST_CLASS])
    return last_counted_at is None or last_counted_at <= now - timedelta(days=days)


def judge_count(
    *,
    expected_quantity: int,
    counted_quantity: int,
    first_quantity: int | None,
    unit_cost: Decimal,
    limits: CountLimits,
) -> CountLineStatus:
    """What happens next with a line that was just counted.

    Right at once: settled. A first difference is counted again. A second count that finds the same difference settles it,
    unless it is large; two counts that contradict each other, and large differences, go to approval.
    """
    difference = counted_quantity - expected_quantity
    if difference == 0:
        return CountLineStatus.SETTLED
    if first_quantity is None:
        return CountLineStatus.RECOUNT
    is_large = (
        abs(difference) > limits.approve_above_quantity
        or abs(difference) * unit_cost > limits.approve_above_amount
    )
    if is_large or counted_quantity != first_quantity:
        return CountLineStatus.APPROVAL
    return CountLineStatus.SETTLED


def measure_accuracy(lines: Sequence[CountedLine]) -> CountAccuracy:
    """The accuracy over settled lines."""
    differences = [line.counted_quantity - line.expected_quantity for line in lines]
    expected = sum(line.expected_quantity for line in lines)
    wrong = sum(abs(difference) for difference in differences)
    accuracy = max(1 - Decimal(wrong) / expected, Decimal(0)) if expected else Decimal(not wrong)
    return CountAccuracy(
        lines=len(lines),
        exact_lines=sum(difference == 0 for difference in differences),
        missing_quantity=-sum(difference for difference in differences if difference < 0),
        found_quantity=sum(difference for difference in differences if difference > 0),
        net_amount=sum(
            (difference * line.unit_cost for difference, line in zip(differences, lines, strict=True)),
            Decimal(0),
        ),
        unit_accuracy=accuracy,
    )
