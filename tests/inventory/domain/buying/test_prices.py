"""Prices of purchases as they are written."""

from decimal import Decimal

import pytest

from inventory.domain.buying.prices import describe_price


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("4", "EUR", "4.00"),
        ("4.0000", "EUR", "4.00"),
        ("0.1250", "EUR", "0.125"),
        ("100.0000", "JPY", "100"),
        ("0.50", "JPY", "0.5"),
    ],
)
def test_a_price_has_the_decimals_of_its_currency_or_more(amount: str, currency: str, text: str) -> None:
    assert describe_price(Decimal(amount), currency) == text
