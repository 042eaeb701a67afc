"""Money: a decimal amount with its currency, rounded to the currency's own minor unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision

LOCALES = {"en": "en", "zh-hans": "zh_Hans"}


@dataclass(frozen=True, slots=True)
class CurrencyMismatch(Exception):
    """Two amounts in different currencies were put together."""

    left: str
    right: str

    def __str__(self) -> str:
        return f"cannot combine {self.left} with {self.right}"


@lru_cache(maxsize=256)
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for EUR, 1 for JPY (ISO 4217, as Babel's CLDR has it)."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def quantize_amount(amount: Decimal, currency: str) -> Decimal:
    """Round half up to the currency's minor unit."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount in one currency. Arithmetic keeps the currency and refuses to mix two."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        return Money(self.amount * factor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.quantized().amount} {self.currency}"

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.amount

    def quantized(self) -> Money:
        """The amount rounded half up to the minor unit."""
        return Money(quantize_amount(self.amount, self.currency), self.currency)

    def to_minor(self) -> int:
        """Integer minor units, as payment providers count: 19.90 EUR is 1990, 500 JPY is 500."""
        return int(self.quantized().amount / minor_unit(self.currency))

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """The inverse of ``to_minor``; the code may be lower case, as providers write it."""
        code = currency.upper()
        return cls(minor * minor_unit(code), code)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in a currency."""
        return cls(Decimal(0), currency).quantized()


def sum_money(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts that all are in ``currency``; zero for none."""
    total = Money.zero(currency)
    for money in amounts:
        total += money
    return total


def split_amount(total: Money, weights: Sequence[Decimal | int]) -> list[Money]:
    """Split by weight so that the parts add up to the total to the minor unit (largest remainder method).

    Ties go to the earlier part. All weights zero: everything goes to the first part.
    """
    unit = minor_unit(total.currency)
    units = int(total.quantized().amount / unit)
    return [Money(part * unit, total.currency) for part in split_units(units, weights)]


def split_units(units: int, weights: Sequence[Decimal | int]) -> list[int]:
    """Split whole units as ``split_amount`` does; with whole weights no part exceeds its weight unless the sum does."""
    if not weights:
        raise ValueError("weights must not be empty")
    whole = sum(Decimal(weight) for weight in weights)
    shares = (
        [Decimal(abs(units)) * Decimal(weight) / whole for weight in weights]
        if whole
        else [Decimal(abs(units)), *[Decimal(0)] * (len(weights) - 1)]
    )
    floors = [int(share.to_integral_value(rounding=ROUND_DOWN)) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda index: (floors[index] - shares[index], index))
    for index in by_remainder[: abs(units) - sum(floors)]:
        floors[index] += 1
    return [-part if units < 0 else part for part in floors]


@lru_cache(maxsize=8192)
def format_money(money: Money, language: str) -> str:
    """The amount as a shopper reads it in a language: ``€19.90``; unambiguous where symbols are shared."""
    return str(format_currency(money.amount, money.currency, locale=LOCALES.get(language, "en")))
