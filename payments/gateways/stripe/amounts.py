"""Stripe's minor units, which are not ISO's for a handful of currencies."""

from decimal import Decimal
from typing import Final

from payments.gateways.base import GatewayRefused
from shop.kernel.money import Money

_NO_DECIMALS: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
# Charged in thousandths of which the last digit must be 0. ISK and UGX have no decimals but are sent with two.
_THREE_DECIMALS: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def to_provider(money: Money) -> int:
    """The integer that Stripe wants. Raises GatewayRefused for an amount that it cannot take."""
    exact = money.quantized().amount.scaleb(_exponent(money.currency))
    minor = int(exact)
    if minor != exact or (money.currency in _THREE_DECIMALS and minor % 10):
        raise GatewayRefused(f"{money} has more decimals than Stripe takes", code="invalid_amount")
    return minor


def from_provider(minor: int, currency: str) -> Money:
    """The inverse; currency codes come in lower case."""
    code = currency.upper()
    return Money(Decimal(minor).scaleb(-_exponent(code)), code).quantized()


def _exponent(currency: str) -> int:
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2
