"""The sandbox's settlement of a day: what it captured and gave back, less its fee."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from payments.gateways.base import SettlementEntry
from payments.models import SandboxIntent, SandboxRefund
from shop.kernel.money import Money

FEE_RATE: Final = Decimal("0.014")
FEE_FIXED: Final = Decimal("0.25")


def compute_fee(gross: Money) -> Money:
    """1.4 % and 0.25 of the currency's unit, never more than the payment itself."""
    fee = Money(gross.amount * FEE_RATE + FEE_FIXED, gross.currency).quantized()
    return min(fee, gross, key=lambda money: money.amount)


def list_entries(day: date) -> Iterator[SettlementEntry]:
    """Payments first, then refunds, each in the order of their time."""
    start = datetime.combine(day, time.min, tzinfo=UTC)
    span = (start, start + timedelta(days=1) - timedelta(microseconds=1))
    for intent in (
        SandboxIntent.objects.filter(captured_at__range=span).order_by("captured_at", "pk").iterator()
    ):
        yield _payment_entry(intent)
    refunds = SandboxRefund.objects.filter(created_at__range=span).select_related("intent")
    for refund in refunds.order_by("created_at", "pk").iterator():
        yield _refund_entry(refund)


def _payment_entry(intent: SandboxIntent) -> SettlementEntry:
    fee = compute_fee(intent.money)
    return SettlementEntry(
        line_id=f"txn_{intent.reference}",
        kind="payment",
        reference=intent.reference,
        gross=intent.money,
        fee=fee,
        net=intent.money - fee,
        occurred_at=intent.captured_at or intent.created_at,
    )


def _refund_entry(refund: SandboxRefund) -> SettlementEntry:
    back = -Money(refund.amount, refund.intent.currency)
    return SettlementEntry(
        line_id=f"txn_{refund.reference}",
        kind="refund",
        reference=refund.reference,
        gross=back,
        fee=Money.zero(back.currency),
        net=back,
        occurred_at=refund.created_at,
    )
