"""Which warehouse serves which line."""

import pytest

from inventory.domain.allocation import (
    Shelf,
    list_shortages,
    plan_allocation,
    sum_requests,
)
from inventory.domain.errors import InvalidQuantity
from inventory.domain.requests import Shortage, StockRequest


def shelf(
    variant: int,
    warehouse: int,
    available: int,
    country: str = "NL",
    priority: int = 10,
) -> Shelf:
    return Shelf(
        variant_id=variant,
        warehouse_id=warehouse,
        available_quantity=available,
        country=country,
        priority=priority,
    )


def plan(wanted: dict[int, int], shelves: list[Shelf], country: str = "NL") -> list[tuple[int, int, int]]:
    lines = plan_allocation(wanted, shelves=shelves, country=country)
    return [(line.variant_id, line.warehouse_id, line.quantity) for line in lines]


def test_the_buyers_country_comes_before_priority() -> None:
    shelves = [shelf(1, 10, 5, "CN", 1), shelf(1, 20, 5, "NL", 9)]
    assert plan({1: 2}, shelves, "NL") == [(1, 20, 2)]
    assert plan({1: 2}, shelves, "DE") == [(1, 10, 2)]


def test_one_warehouse_for_the_line_comes_before_the_country() -> None:
    shelves = [shelf(1, 10, 1, "NL", 1), shelf(1, 20, 5, "CN", 9)]
    assert plan({1: 3}, shelves, "NL") == [(1, 20, 3)]


def test_one_warehouse_for_the_whole_order_comes_first() -> None:
    shelves = [shelf(1, 10, 5), shelf(1, 20, 5), shelf(2, 20, 5)]
    assert plan({1: 1, 2: 1}, shelves) == [(1, 20, 1), (2, 20, 1)]


def test_a_line_is_split_when_no_warehouse_can_serve_it() -> None:
    shelves = [
        shelf(1, 10, 2, "CN", 1),
        shelf(1, 20, 3, "NL", 9),
        shelf(1, 30, 0, "NL", 1),
    ]
    assert plan({1: 4}, shelves, "NL") == [(1, 10, 1), (1, 20, 3)]


def test_the_plan_is_in_the_global_lock_order() -> None:
    shelves = [
        shelf(2, 10, 9),
        shelf(1, 20, 1, priority=1),
        shelf(1, 10, 1, priority=2),
    ]
    assert plan({2: 1, 1: 2}, shelves) == [(1, 10, 1), (1, 20, 1), (2, 10, 1)]


def test_shortages_name_what_is_left() -> None:
    shelves = [shelf(1, 10, 2), shelf(1, 20, 1)]
    assert list_shortages({1: 4, 2: 1}, shelves=shelves) == [
        Shortage(variant_id=1, requested_quantity=4, available_quantity=3),
        Shortage(variant_id=2, requested_quantity=1, available_quantity=0),
    ]
    assert list_shortages({1: 3}, shelves=shelves) == []


def test_requests_of_one_variant_add_up() -> None:
    requests = [
        StockRequest(variant_id=2, quantity=1),
        StockRequest(variant_id=1, quantity=1),
    ]
    requests.append(StockRequest(variant_id=2, quantity=3))
    assert list(sum_requests(requests).items()) == [(1, 1), (2, 4)]


@pytest.mark.parametrize("quantity", [0, -1])
def test_nothing_and_less_are_refused(quantity: int) -> None:
    with pytest.raises(InvalidQuantity) as refused:
        sum_requests([StockRequest(variant_id=1, quantity=quantity)])
    assert refused.value.quantity == quantity
