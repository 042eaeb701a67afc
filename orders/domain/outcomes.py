"""What became of a payment that was reported to an order."""

from enum import StrEnum


class PaidOutcome(StrEnum):
    """The last two mean that the money must go back."""

    PAID = "paid"
    ALREADY_PAID = "already_paid"
    DUPLICATE = "duplicate"
    UNFULFILLABLE = "unfulfillable"


class CancelReason(StrEnum):
    """Why an order ended; stored in `Order.cancel_reason`."""

    PAYMENT_EXPIRED = "payment_expired"
    CUSTOMER = "customer"
    OPERATOR = "operator"
    SOLD_OUT = "sold_out"
    GROUP_RELEASED = "group_released"
    GROUP_CLOSED = "group_closed"
