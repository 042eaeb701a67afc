"""What payments, an app above, tells about an order's payments: it registers a reader here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from orders.models import Order
from shop.kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class PaymentPart:
    """One payment of an order as its owner may see it."""

    id: int
    gateway: str
    status: str
    amount: Money
    created_at: datetime
    returned: Money
    """What of the order's money goes back or has gone back; nothing of a payment that was one too many."""
    message: str = ""


PaymentsReader = Callable[[int], Sequence[PaymentPart]]

_readers: list[PaymentsReader] = []


def register_payments_reader(reader: PaymentsReader) -> None:
    """Let an app add the payments that it knows of an order (by the order's key), newest last."""
    _readers.append(reader)


def list_payment_parts(order_id: int) -> list[PaymentPart]:
    """Return the payments of an order that any app has told us about."""
    return [part for reader in _readers for part in reader(order_id)]


def get_returned(order: Order) -> Money:
    """Return what of the order's money goes back or has gone back: more than `refunded` while refunds wait."""
    returned = [part.returned for part in list_payment_parts(order.pk)]
    return sum(returned, start=Money.zero(order.currency)).quantized()
