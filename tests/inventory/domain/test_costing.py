"""Moving average and first in first out against worked numbers."""

from decimal import Decimal

from inventory.domain.costing import CostStep, fold_costs


def step(number: int, delta: int, cost: str = "0") -> CostStep:
    return CostStep(movement_id=number, delta=delta, unit_cost=Decimal(cost))


def test_the_textbook_purchases_give_the_textbook_values() -> None:
    # 100 at 10, 100 at 12, 150 sold, 50 at 14: average 11 then (50 x 11 + 50 x 14) / 100 = 12.5.
    state = fold_costs([step(1, 100, "10"), step(2, 100, "12"), step(3, -150), step(4, 50, "14")])
    assert (state.on_hand, state.average_cost) == (100, Decimal("12.5"))
    assert [(layer.movement_id, layer.open_quantity) for layer in state.layers] == [(1, 0), (2, 50), (4, 50)]
    assert state.fifo_value == 50 * 12 + 50 * 14


def test_the_average_starts_anew_on_an_empty_shelf_and_is_rounded_half_up() -> None:
    state = fold_costs([step(1, 1, "10"), step(2, -1), step(3, 1, "1"), step(4, 2, "2")])
    assert state.average_cost == Decimal("1.666667")
