"""Prices of purchases, which may be finer than a cent."""

from decimal import Decimal

from shop.kernel.money import minor_unit


def describe_price(amount: Decimal, currency: str) -> str:
    """The amount with the currency's own decimals, and more where it has them: 4.00, 0.125."""
    shortest = amount.normalize()
    unit = minor_unit(currency)
    return f"{shortest if shortest != shortest.quantize(unit) else shortest.quantize(unit):f}"
