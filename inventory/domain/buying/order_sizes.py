"""How many to order at once: cost of ordering against cost of keeping, price breaks, packs."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from django.utils.translation import gettext_lazy as _

from shop.kernel.errors import Invalid


class PricesMissing(Invalid):
    """There is no price to compare."""

    code = "prices_missing"

    def __init__(self) -> None:
        super().__init__(_("Give at least one price, from a quantity of 1."), field="prices")


@dataclass(frozen=True, kw_only=True)
class PriceBreak:
    """From so many units on, every unit of the order costs so much (an all-units discount)."""

    from_quantity: int
    unit_price: float


@dataclass(frozen=True, kw_only=True)
class OrderCosts:
    """What one order costs whatever its size, and the yearly cost of keeping one unit of money's worth (0.25 is 25 %)."""

    order_cost: float
    holding_rate: float


@dataclass(frozen=True, kw_only=True)
class OrderSize:
    """The cheapest size with its price and the yearly cost of goods, ordering and keeping."""

    quantity: float
    unit_price: float
    yearly_cost: float


def find_economic_quantity(yearly_demand: float, *, order_cost: float, holding_cost: float) -> float:
    """Units: EOQ = sqrt(2 · D · S / H); D units a year, S cost of an order, H cost of keeping one unit for a year.

    Source: Harris, "How many parts to make at once", Factory 10(2), 1913. Nothing is sold: 0.
    """
    if yearly_demand <= 0 or holding_cost <= 0:
        return 0.0
    return sqrt(2 * yearly_demand * order_cost / holding_cost)


def find_yearly_cost(quantity: float, *, yearly_demand: float, costs: OrderCosts, unit_price: float) -> float:
    """Money a year: D · c + S · D / Q + r · c · Q / 2.

    Source: Nahmias and Olsen, "Production and Operations Analysis", 7th ed., section 4.5.
    """
    return (
        yearly_demand * unit_price
        + costs.order_cost * yearly_demand / quantity
        + costs.holding_rate * unit_price * quantity / 2
    )


def find_best_size(yearly_demand: float, *, costs: OrderCosts, breaks: Sequence[PriceBreak]) -> OrderSize:
    """The order size of the least yearly cost when every unit gets the price of the whole order's size.

    Each price's EOQ, raised to the quantity from which that price holds, is compared by its yearly cost; an EOQ that
    lies beyond the next break belongs to that break's cheaper price. Source: Nahmias and Olsen, section 4.6 (all-units
    discounts). Raises PricesMissing without a price.
    """
    if not breaks:
        raise PricesMissing
    if yearly_demand <= 0:
        first = min(breaks, key=lambda step: step.from_quantity)
        return OrderSize(quantity=0.0, unit_price=first.unit_price, yearly_cost=0.0)
    sizes = [_find_size(step, yearly_demand=yearly_demand, costs=costs) for step in breaks]
    return min(sizes, key=lambda size: (size.yearly_cost, size.quantity))


def _find_size(step: PriceBreak, *, yearly_demand: float, costs: OrderCosts) -> OrderSize:
    holding_cost = costs.holding_rate * step.unit_price
    economic = find_economic_quantity(yearly_demand, order_cost=costs.order_cost, holding_cost=holding_cost)
    quantity = max(economic, float(step.from_quantity), 1.0)
    cost = find_yearly_cost(quantity, yearly_demand=yearly_demand, costs=costs, unit_price=step.unit_price)
    return OrderSize(quantity=quantity, unit_price=step.unit_price, yearly_cost=cost)


def find_unit_price(quantity: int, *, breaks: Sequence[PriceBreak]) -> float:
    """The price of every unit of an order of this size; below the first step, the first step's price."""
    if not breaks:
        raise PricesMissing
    steps = sorted(breaks, key=lambda step: step.from_quantity)
    reached = [step for step in steps if step.from_quantity <= quantity]
    return (reached or steps[:1])[-1].unit_price


def round_to_packs(quantity: float, *, minimum_quantity: int = 1, multiple_quantity: int = 1) -> int:
    """The smallest order that the supplier takes and that is not below `quantity`; 0 stays 0.

    A trace above a whole pack (floating point) does not buy another one.
    """
    if quantity <= 0:
        return 0
    wanted = max(ceil(quantity - 1e-9), minimum_quantity, 1)
    return ceil(wanted / multiple_quantity) * multiple_quantity
