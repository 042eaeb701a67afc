"""What payments states to the apps above."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from shop.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class _OrderMoneyEvent(Event):
    order_id: int
    order_number: str
    amount: Decimal
    currency: str

    @property
    def key(self) -> str:
        """In order per order."""
        return f"order:{self.order_id}"


@dataclass(frozen=True, kw_only=True)
class PaymentSucceeded(_OrderMoneyEvent):
    """The provider holds the money of this payment."""

    topic: ClassVar[str] = "payment.succeeded"
    payment_id: int
    gateway: str


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(_OrderMoneyEvent):
    """The provider will not take this payment."""

    topic: ClassVar[str] = "payment.failed"
    payment_id: int
    gateway: str
    decline_code: str


@dataclass(frozen=True, kw_only=True)
class RefundQueued(_OrderMoneyEvent):
    """Money will go back; the provider has not been asked yet."""

    topic: ClassVar[str] = "refund.queued"
    refund_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class RefundSucceeded(_OrderMoneyEvent):
    """The provider has given the money back."""

    topic: ClassVar[str] = "refund.succeeded"
    refund_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReconciliationCaseOpened(Event):
    """Money and books disagree; a person of `owner_group` must look."""

    topic: ClassVar[str] = "reconciliation_case.opened"
    case_id: int
    kind: str
    owner_group: str
    dedupe_key: str
    order_id: int | None = None
    order_number: str = ""
    day: str = ""
    """The settlement's day, for a difference that was found in one."""

    @property
    def key(self) -> str:
        """In order per case."""
        return f"reconciliation_case:{self.case_id}"


@dataclass(frozen=True, kw_only=True)
class SettlementDiffered(Event):
    """A provider's settlement of a day was matched, and something in it does not fit our books."""

    topic: ClassVar[str] = "settlement.differed"
    gateway: str
    day: str
    case_quantity: int

    @property
    def key(self) -> str:
        """In order per provider."""
        return f"settlement:{self.gateway}"
