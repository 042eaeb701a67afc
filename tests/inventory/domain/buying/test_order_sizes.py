"""Worked numbers from the textbooks."""

import pytest

from inventory.domain.buying.order_sizes import (
    OrderCosts,
    PriceBreak,
    PricesMissing,
    find_best_size,
    find_economic_quantity,
    find_unit_price,
    find_yearly_cost,
    round_to_packs,
)


def test_heizer_and_render_sharp_needles() -> None:
    """Heizer, Render and Munson, ch. 12, example 3: D 1,000, S 10, H 0.50: Q* = 200."""
    assert find_economic_quantity(1000, order_cost=10, holding_cost=0.5) == 200.0


def test_nahmias_pencils() -> None:
    """Nahmias and Olsen, example 4.1: D 60 · 52 = 3,120, K 12, h 0.25 · 0.02 = 0.005: Q* = 3,870."""
    assert find_economic_quantity(3120, order_cost=12, holding_cost=0.005) == pytest.approx(3870, abs=0.5)


@pytest.mark.parametrize(("demand", "holding"), [(0, 1), (-1, 1), (10, 0)])
def test_nothing_sold_or_nothing_to_keep_has_no_economic_quantity(demand: float, holding: float) -> None:
    assert find_economic_quantity(demand, order_cost=10, holding_cost=holding) == 0.0


def test_nahmias_trash_bags() -> None:
    """Nahmias and Olsen, example 4.4 (all units): D 600, K 8, I 20 %; 0.30, from 500 0.29, from 1,000 0.28.

    EOQs 400, 406 and 414; costs 204.00, 198.10 and 200.80: the best size is 500.
    """
    costs = OrderCosts(order_cost=8, holding_rate=0.2)
    breaks = [
        PriceBreak(from_quantity=1, unit_price=0.30),
        PriceBreak(from_quantity=500, unit_price=0.29),
        PriceBreak(from_quantity=1000, unit_price=0.28),
    ]
    best = find_best_size(600, costs=costs, breaks=breaks)
    assert (best.quantity, best.unit_price) == (500.0, 0.29)
    assert best.yearly_cost == pytest.approx(198.10, abs=0.005)
    at_400 = find_yearly_cost(400, yearly_demand=600, costs=costs, unit_price=0.30)
    at_1000 = find_yearly_cost(1000, yearly_demand=600, costs=costs, unit_price=0.28)
    assert (at_400, at_1000) == (pytest.approx(204.00), pytest.approx(200.80))


def test_heizer_and_render_drones() -> None:
    """Heizer, Render and Munson, ch. 12, example 9: D 5,200, S 200, I 28 %; 100, from 120 98, from 1,500 96.

    EOQs 278 at 98 and 281 (raised to 1,500) at 96; costs 517,155 and 520,053: order 278 (rounded 275 to 279).
    """
    costs = OrderCosts(order_cost=200, holding_rate=0.28)
    breaks = [
        PriceBreak(from_quantity=1, unit_price=100),
        PriceBreak(from_quantity=120, unit_price=98),
        PriceBreak(from_quantity=1500, unit_price=96),
    ]
    best = find_best_size(5200, costs=costs, breaks=breaks)
    assert best.quantity == pytest.approx(275.3, abs=0.1)
    assert best.yearly_cost == pytest.approx(517_155, abs=5)


def test_what_does_not_sell_is_not_ordered() -> None:
    costs = OrderCosts(order_cost=8, holding_rate=0.2)
    assert find_best_size(0, costs=costs, breaks=[PriceBreak(from_quantity=1, unit_price=3)]).quantity == 0.0


def test_without_a_price_nothing_can_be_compared() -> None:
    with pytest.raises(PricesMissing):
        find_best_size(10, costs=OrderCosts(order_cost=8, holding_rate=0.2), breaks=[])
    with pytest.raises(PricesMissing):
        find_unit_price(1, breaks=[])


@pytest.mark.parametrize(
    ("quantity", "price"), [(1, 3.0), (9, 3.0), (10, 3.0), (49, 3.0), (50, 2.5), (500, 2.5)]
)
def test_the_price_is_that_of_the_whole_order(quantity: int, price: float) -> None:
    breaks = [PriceBreak(from_quantity=50, unit_price=2.5), PriceBreak(from_quantity=10, unit_price=3.0)]
    assert find_unit_price(quantity, breaks=breaks) == price


@pytest.mark.parametrize(
    ("wanted", "minimum", "multiple", "ordered"),
    [
        (0, 10, 6, 0),
        (-3, 10, 6, 0),
        (1, 1, 1, 1),
        (1.2, 1, 1, 2),
        (7, 1, 6, 12),
        (12.0000000001, 1, 6, 12),
        (5, 10, 6, 12),
        (5, 10, 1, 10),
        (13, 10, 6, 18),
    ],
)
def test_orders_come_in_packs_from_a_minimum(
    wanted: float, minimum: int, multiple: int, ordered: int
) -> None:
    assert round_to_packs(wanted, minimum_quantity=minimum, multiple_quantity=multiple) == ordered
