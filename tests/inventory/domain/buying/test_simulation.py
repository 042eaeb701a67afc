"""A shelf lived through by hand."""

from inventory.domain.buying.simulation import simulate_shelf
from inventory.domain.buying.suggestions import StockPosition


def test_goods_come_in_the_morning_after_the_lead_time_and_what_is_missing_is_lost() -> None:
    """5 lie there, 3 wanted a day; 6 ordered in the evening of day 1 come in the morning of day 3."""

    def order(day: int, position: StockPosition) -> int:
        return 6 if position.total < 2 else 0

    outcome = simulate_shelf([3.0] * 5, opening_quantity=5, lead_days=2, order=order)
    # evenings: 2, 0 (order 6), 0, 3, 0 (order 6); served 3, 2, 0, 3, 3
    assert (outcome.wanted, outcome.sold, outcome.mean_stock, outcome.orders_quantity) == (15.0, 11.0, 1.0, 2)


def test_what_is_on_order_is_not_ordered_again() -> None:
    positions = []

    def order(day: int, position: StockPosition) -> int:
        positions.append(position.total)
        return 10 if position.total < 5 else 0

    simulate_shelf([0.0] * 4, opening_quantity=0, lead_days=3, order=order)
    assert positions == [0, 10, 10, 10]
