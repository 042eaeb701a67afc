"""Which price step counts."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils.translation import override

from orders.domain.shipping import GoodsValue, RateStep, describe_promise, find_shipping_price
from shop.kernel.money import Money


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def _worth(listed: str, paid: str = "") -> GoodsValue:
    return GoodsValue(listed=eur(listed), paid=eur(paid or listed))


STEPS = [
    RateStep(max_weight_grams=None, price=eur("19.00")),
    RateStep(max_weight_grams=2000, price=eur("4.95"), free_from=eur("50.00")),
    RateStep(max_weight_grams=10_000, price=eur("9.95")),
]


@pytest.mark.parametrize(
    ("weight", "subtotal", "price"),
    [
        (0, "1.00", "4.95"),
        (2000, "49.99", "4.95"),
        (2000, "50.00", "0.00"),
        (2001, "50.00", "9.95"),
        (10_000, "1.00", "9.95"),
        (10_001, "1.00", "19.00"),
    ],
)
def test_lowest_step_that_carries_the_weight(weight: int, subtotal: str, price: str) -> None:
    assert find_shipping_price(STEPS, weight_grams=weight, goods=_worth(subtotal)) == eur(price)


@pytest.mark.parametrize(
    ("is_by_list", "paid", "price"),
    [(False, "49.99", "4.95"), (False, "50.00", "0.00"), (True, "49.99", "0.00")],
)
def test_operator_chooses_whether_discounts_count_for_free_delivery(
    is_by_list: bool, paid: str, price: str
) -> None:
    step = replace(STEPS[1], is_free_by_list=is_by_list)
    assert find_shipping_price([step], weight_grams=1, goods=_worth("60.00", paid)) == eur(price)


def test_too_heavy_for_all_steps() -> None:
    assert find_shipping_price(STEPS[1:], weight_grams=10_001, goods=_worth("1.00")) is None


def test_promise_in_plain_words() -> None:
    with override("en"):
        assert [describe_promise(1, 1), describe_promise(3, 3), describe_promise(2, 4)] == [
            "1 working day",
            "3 working days",
            "2 to 4 working days",
        ]
