"""Money is exact."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.kernel.money import CurrencyMismatch, Money, format_money, split_amount


def test_minor_units_follow_the_currency() -> None:
    assert Money(Decimal("19.90"), "EUR").to_minor() == 1990
    assert Money(Decimal(500), "JPY").to_minor() == 500
    assert Money.from_minor(1990, "eur") == Money(Decimal("19.90"), "EUR")
    assert Money.from_minor(1234, "KWD") == Money(Decimal("1.234"), "KWD")


def test_rounds_half_up_to_the_minor_unit() -> None:
    assert Money(Decimal("0.005"), "EUR").quantized().amount == Decimal("0.01")
    assert Money(Decimal("0.5"), "JPY").quantized().amount == Decimal(1)
    assert str(Money(Decimal("3.1"), "EUR")) == "3.10 EUR"


def test_refuses_to_mix_currencies() -> None:
    with pytest.raises(CurrencyMismatch) as caught:
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")
    assert str(caught.value) == "cannot combine EUR with USD"


def test_splits_ten_cents_in_three_by_largest_remainder() -> None:
    parts = split_amount(Money(Decimal("0.10"), "EUR"), [1, 1, 1])
    assert [part.amount for part in parts] == [Decimal("0.04"), Decimal("0.03"), Decimal("0.03")]


def test_splits_by_zero_weights_to_the_first() -> None:
    parts = split_amount(Money(Decimal("1.00"), "EUR"), [0, 0])
    assert [part.amount for part in parts] == [Decimal("1.00"), Decimal("0.00")]


@given(
    minor=st.integers(min_value=-(10**9), max_value=10**9),
    weights=st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=12),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_parts_add_up_and_none_is_off_by_a_unit(minor: int, weights: list[int], currency: str) -> None:
    total = Money.from_minor(minor, currency)
    parts = split_amount(total, weights)
    assert sum(part.to_minor() for part in parts) == minor
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        if whole:
            assert abs(part.to_minor() - Decimal(minor) * weight / whole) < 1


def test_is_written_as_the_language_reads_it() -> None:
    assert format_money(Money(Decimal("1234.50"), "EUR"), "en") == "€1,234.50"
    assert format_money(Money(Decimal(189), "CNY"), "zh-hans") == "¥189.00"
    assert format_money(Money(Decimal(189), "CNY"), "en") == "CN¥189.00"
