"""How the lists of the back office write amounts."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language

from shop.kernel.money import Money, format_money


def write_amount(amount: Decimal, currency: str) -> str:
    """Return an amount in the reader's words, with its currency's own decimals."""
    return format_money(Money(amount, currency).quantized(), get_language() or "en")
