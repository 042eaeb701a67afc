"""What a cart costs: pure arithmetic, rounded per line to the currency's minor unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shop.kernel.money import Money, sum_money

HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class TaxRule:
    """A destination's tax; `percent` is of the net amount."""

    percent: Decimal
    name: str = ""
    applies_to_shipping: bool = True


NO_TAX = TaxRule(percent=Decimal(0))


@dataclass(frozen=True, kw_only=True)
class LineInput:
    """An article's price, how many of it, and what promotions take off all of them."""

    unit_price: Money
    quantity: int
    discount: Money | None = None


@dataclass(frozen=True, kw_only=True)
class LineTotals:
    """A line's amounts; `tax` is inside or on top of `subtotal - discount`, as the totals say."""

    subtotal: Money
    discount: Money
    tax: Money


@dataclass(frozen=True, kw_only=True)
class Totals:
    """`subtotal - discount + shipping` is the total; tax is added to it unless the prices include it.

    `shipping` is what is paid for delivery, `shipping_discount` what was taken off it before.
    """

    lines: tuple[LineTotals, ...]
    subtotal: Money
    discount: Money
    shipping: Money
    shipping_discount: Money
    shipping_tax: Money
    tax: Money
    total: Money
    tax_rule: TaxRule
    prices_include_tax: bool


def compute_tax(amount: Money, *, percent: Decimal, is_included: bool) -> Money:
    """The tax in (`amount * p / (100 + p)`) or on (`amount * p / 100`) an amount, rounded half up."""
    share = percent / (HUNDRED + percent) if is_included else percent / HUNDRED
    return (amount * share).quantized()


def compute_totals(
    lines: Sequence[LineInput],
    *,
    currency: str,
    shipping: Money | None = None,
    tax_rule: TaxRule = NO_TAX,
    prices_include_tax: bool,
    shipping_discount: Money | None = None,
) -> Totals:
    """Sum up; each line's tax is of what is left after its own part of the discounts."""
    zero = Money.zero(currency)
    subtotals = [(line.unit_price * line.quantity).quantized() for line in lines]
    discounts = [line.discount.quantized() if line.discount else zero for line in lines]
    taxes = [
        compute_tax(subtotal - part, percent=tax_rule.percent, is_included=prices_include_tax)
        for subtotal, part in zip(subtotals, discounts, strict=True)
    ]
    spared = (shipping_discount or zero).quantized()
    freight = (shipping or zero).quantized() - spared
    percent = tax_rule.percent if tax_rule.applies_to_shipping else Decimal(0)
    freight_tax = compute_tax(freight, percent=percent, is_included=prices_include_tax)
    subtotal, taken = sum_money(subtotals, currency), sum_money(discounts, currency)
    tax = sum_money(taxes, currency) + freight_tax
    total = subtotal - taken + freight + (zero if prices_include_tax else tax)
    return Totals(
        lines=tuple(
            LineTotals(subtotal=line, discount=part, tax=line_tax)
            for line, part, line_tax in zip(subtotals, discounts, taxes, strict=True)
        ),
        subtotal=subtotal,
        discount=taken,
        shipping=freight,
        shipping_discount=spared,
        shipping_tax=freight_tax,
        tax=tax,
        total=total,
        tax_rule=tax_rule,
        prices_include_tax=prices_include_tax,
    )
