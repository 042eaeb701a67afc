"""What must agree between us and a provider: one payment's snapshot, and one line of a settlement."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shop.kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who a payment is, as one side tells it."""

    reference: str | None
    amount: Money
    order_number: str
    payment_id: int | None


def find_claim_mismatch(ours: Claim, *, theirs: Claim) -> str:
    """The first thing that does not fit (`currency`, `amount`, `order`, `payment`, `reference`), or an empty text."""
    if theirs.amount.currency != ours.amount.currency:
        return "currency"
    if theirs.amount.amount != ours.amount.amount:
        return "amount"
    if theirs.order_number != ours.order_number:
        return "order"
    if theirs.payment_id != ours.payment_id:
        return "payment"
    if ours.reference is not None and theirs.reference != ours.reference:
        return "reference"
    return ""


@dataclass(frozen=True, kw_only=True)
class FeeRule:
    """What a provider takes of a payment: a rate and a fixed part, never more than the payment itself."""

    rate: Decimal
    fixed: Decimal

    def expect(self, gross: Money) -> Money:
        """The fee of one payment, rounded half up."""
        fee = Money(gross.amount * self.rate + self.fixed, gross.currency).quantized()
        return min(fee, gross, key=lambda money: money.amount)


@dataclass(frozen=True, kw_only=True)
class SettledAmounts:
    """One settlement line's figures; a refund's gross and net are below zero."""

    gross: Money
    fee: Money
    net: Money


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that does not fit in a settlement line; `kind` is a kind of case."""

    kind: str
    expected: Money | None
    actual: Money | None


def compare_amounts(
    settled: SettledAmounts, *, expected_gross: Money, fee_rule: FeeRule | None
) -> Sequence[Difference]:
    """Currency first (nothing else can be compared without it), then the gross, then the fee."""
    if settled.gross.currency != expected_gross.currency:
        return [Difference(kind="currency_mismatch", expected=expected_gross, actual=settled.gross)]
    differences = []
    if settled.gross.amount != expected_gross.amount:
        differences.append(Difference(kind="amount_mismatch", expected=expected_gross, actual=settled.gross))
    if settled.net != settled.gross - settled.fee:
        differences.append(
            Difference(kind="fee_mismatch", expected=settled.gross - settled.fee, actual=settled.net)
        )
    elif fee_rule is not None and settled.gross.amount > 0 and settled.fee != fee_rule.expect(settled.gross):
        differences.append(
            Difference(kind="fee_mismatch", expected=fee_rule.expect(settled.gross), actual=settled.fee)
        )
    return differences
