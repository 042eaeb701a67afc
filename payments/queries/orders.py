"""How an order stands with its payments: all that the pay page, the processing page and the API show."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from django.http import Http404
from django.utils.crypto import constant_time_compare

from orders.models import Order
from payments.domain.states import REQUIRES_ACTION, SUCCEEDED
from payments.models import Payment
from shop.kernel.clock import now
from shop.kernel.money import Money

Stage: TypeAlias = Literal["payable", "waiting", "action", "paid", "returned", "closed"]
ApiStatus: TypeAlias = Literal["succeeded", "failed", "requires_action", "processing"]


@dataclass(frozen=True, kw_only=True)
class PaymentView:
    """An order at its till."""

    order: Order
    latest: Payment | None
    stage: Stage
    failure: str
    """Why the last try failed, in plain words; empty when it did not."""

    @property
    def is_held(self) -> bool:
        """Whether the time to pay still runs; after it the goods are held again when a payment starts."""
        return self.order.payment_due_at > now()

    @property
    def total(self) -> Money:
        """What is to be paid."""
        return Money(self.order.total_amount, self.order.currency)


@dataclass(frozen=True, kw_only=True)
class SummaryLine:
    """One article of the order as it was sold."""

    quantity: int
    name: str
    amount: Money

    @property
    def label(self) -> str:
        """As `components/totals.html` shows it."""
        return f"{self.quantity} × {self.name}"


def list_summary_lines(order: Order) -> list[SummaryLine]:
    """One query."""
    return [
        SummaryLine(
            quantity=line.quantity,
            name=line.full_name,
            amount=Money(line.subtotal_amount, order.currency),
        )
        for line in order.lines.all()
    ]


def get_order_by_token(number: str, *, token: str) -> Order:
    """The order of a guest link. Raises Http404 for a wrong, empty or missing token as for a wrong number."""
    order = Order.objects.filter(number=number).first()
    if order is None or not token or not constant_time_compare(token, order.token):
        raise Http404
    return order


def get_payment_view(order: Order) -> PaymentView:
    """One query: the open payment, else the kept one, else the newest."""
    payments = sorted(
        order.payments.all(), key=lambda payment: (payment.is_open, payment.verdict == "kept", payment.pk)
    )
    latest = payments[-1] if payments else None
    return PaymentView(
        order=order,
        latest=latest,
        stage=_find_stage(order, latest),
        failure=latest.explanation if latest else "",
    )


def api_status(payment: Payment) -> ApiStatus:
    """The four words of the API: what is not settled is processing, what is over without money has failed."""
    if payment.status == SUCCEEDED:
        return "succeeded"
    if payment.status == REQUIRES_ACTION:
        return "requires_action"
    return "processing" if payment.is_open else "failed"


def _find_stage(order: Order, latest: Payment | None) -> Stage:
    if order.paid_at is not None:
        return "paid"
    if latest is not None and latest.is_open:
        return "action" if latest.status == REQUIRES_ACTION else "waiting"
    if latest is not None and latest.verdict == Payment.Verdict.RETURNED:
        return "returned"
    return "payable" if order.status == "pending" else "closed"
