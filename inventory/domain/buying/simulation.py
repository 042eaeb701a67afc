"""A shelf lived through day by day: what a rule of ordering would have sold, missed and kept."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inventory.domain.buying.suggestions import StockPosition

Rule = Callable[[int, StockPosition], int]
"""(day of the simulation, position) to the quantity that is ordered in the evening."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Units over the whole time; `mean_stock` is the mean of the evenings."""

    wanted: float
    sold: float
    mean_stock: float
    orders_quantity: int


def simulate_shelf(demand: Sequence[float], *, opening_quantity: int, lead_days: int, order: Rule) -> Outcome:
    """Goods ordered in the evening of day t are on the shelf in the morning of day t + lead_days; what is missing is lost."""
    on_hand, on_order = opening_quantity, 0
    arrivals: Counter[int] = Counter()
    sold, stocks, orders_quantity = 0.0, 0.0, 0
    for day, wanted in enumerate(demand):
        on_hand += arrivals[day]
        on_order -= arrivals[day]
        served = min(int(wanted), on_hand)
        on_hand -= served
        sold += served
        stocks += on_hand
        quantity = order(day, StockPosition(on_hand=on_hand, incoming=on_order))
        if quantity:
            arrivals[day + lead_days] += quantity
            on_order += quantity
            orders_quantity += 1
    return Outcome(
        wanted=float(sum(int(wanted) for wanted in demand)),
        sold=sold,
        mean_stock=stocks / len(demand) if demand else 0.0,
        orders_quantity=orders_quantity,
    )
