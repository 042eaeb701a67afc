"""What would have been wanted, had the shelf not been empty."""

from datetime import date, timedelta

import pytest

from inventory.domain.buying.demand import (
    DemandDay,
    LedgerDay,
    correct_stock_outs,
    find_variation,
    list_baseline,
    list_days,
    list_weeks,
)

FIRST = date(2026, 3, 2)  # a Monday


def make_days(
    quantities: list[float], *, empty: tuple[int, ...] = (), promoted: tuple[int, ...] = ()
) -> list[DemandDay]:
    return [
        DemandDay(
            day=FIRST + timedelta(days=place),
            quantity=quantity,
            is_out_of_stock=place in empty,
            is_promoted=place in promoted,
        )
        for place, quantity in enumerate(quantities)
    ]


def correct(days: list[DemandDay]) -> list[float]:
    return [row.corrected_quantity for row in correct_stock_outs(days)]


def test_an_empty_day_gets_the_mean_of_its_weekday() -> None:
    """Five weeks of 1 a day and 5 on Saturdays; the third Saturday (day 19) and the Sunday after it were empty."""
    week = [1.0, 1, 1, 1, 1, 5, 1]
    quantities = week * 5
    quantities[19], quantities[20] = 0.0, 0.0
    assert correct(make_days(quantities, empty=(19, 20))) == week * 5


def test_a_day_that_sold_out_keeps_at_least_what_it_sold() -> None:
    quantities = [2.0] * 14
    quantities[5] = 9.0
    assert correct(make_days(quantities, empty=(5,)))[5] == 9.0


def test_with_too_few_like_days_all_days_in_stock_speak() -> None:
    assert correct(make_days([4.0, 2.0, 0.0], empty=(2,))) == [4.0, 2.0, 3.0]


def test_a_shelf_that_was_always_empty_says_nothing() -> None:
    assert correct(make_days([0.0, 0.0], empty=(0, 1))) == [0.0, 0.0]


def test_days_follow_from_what_moved() -> None:
    """Ten lie there; 4 leave on day 1, 6 on day 3 (empty), goods come on day 6."""
    moved = [
        LedgerDay(day=FIRST + timedelta(days=1), shipped_quantity=4, closing_quantity=6),
        LedgerDay(day=FIRST + timedelta(days=3), shipped_quantity=6, closing_quantity=0),
        LedgerDay(day=FIRST + timedelta(days=6), shipped_quantity=0, closing_quantity=20),
    ]
    days = list_days(
        moved, opening_quantity=10, is_known_before=True, since=FIRST, until=FIRST + timedelta(days=7)
    )
    assert [row.quantity for row in days] == [0, 4, 0, 6, 0, 0, 0, 0]
    assert [row.is_out_of_stock for row in days] == [False] * 3 + [True] * 3 + [False] * 2


@pytest.mark.parametrize(("is_known", "length"), [(False, 3), (True, 5)])
def test_a_new_shelf_begins_with_its_first_goods(is_known: bool, length: int) -> None:
    moved = [LedgerDay(day=FIRST + timedelta(days=2), shipped_quantity=0, closing_quantity=5)]
    days = list_days(
        moved, opening_quantity=0, is_known_before=is_known, since=FIRST, until=FIRST + timedelta(days=4)
    )
    assert len(days) == length


def test_a_promotion_is_not_what_people_want_on_other_days() -> None:
    days = correct_stock_outs(make_days([2.0] * 21 + [30.0, 2.0], promoted=(21,)))
    assert list_baseline(days) == [2.0] * 23


def test_empty_days_at_the_end_are_no_lack_of_demand() -> None:
    days = correct_stock_outs(make_days([2.0] * 14 + [0.0] * 60, empty=tuple(range(14, 74))))
    assert list_baseline(days) == [2.0] * 14


def test_weeks_are_counted_from_the_end() -> None:
    assert list_weeks([9.0, 9.0] + [1.0] * 14) == [7.0, 7.0]


def test_variation_is_deviation_by_mean() -> None:
    """Weeks of 7 and 21: mean 14, deviation 7."""
    assert find_variation([1.0] * 7 + [3.0] * 7) == 0.5
    assert find_variation([0.0] * 14) is None
