"""The three axes of an order and the shipment's, each with its table of allowed moves."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from shop.kernel.states import build_table


class OrderStatus(TextChoices):
    """Whether the order as a whole still stands."""

    PENDING = "pending", _("Waiting for payment")
    CONFIRMED = "confirmed", _("Confirmed")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


class PaymentStatus(TextChoices):
    """Where the money is."""

    UNPAID = "unpaid", _("Unpaid")
    PROCESSING = "processing", _("Payment in progress")
    PAID = "paid", _("Paid")
    PARTIALLY_REFUNDED = "partially_refunded", _("Partly refunded")
    REFUNDED = "refunded", _("Refunded")


class FulfilmentStatus(TextChoices):
    """Where the goods are."""

    UNFULFILLED = "unfulfilled", _("Not yet packed")
    ALLOCATED = "allocated", _("Being packed")
    PARTIALLY_SHIPPED = "partially_shipped", _("Partly shipped")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")


BEFORE_SHIPPING: Final = (FulfilmentStatus.UNFULFILLED, FulfilmentStatus.ALLOCATED)


class ShipmentStatus(TextChoices):
    """Where one parcel is."""

    PENDING = "pending", _("Label created")
    COLLECTED = "collected", _("Collected by the carrier")
    IN_TRANSIT = "in_transit", _("In transit")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    DELIVERED = "delivered", _("Delivered")
    EXCEPTION = "exception", _("Delivery problem")


class HoldReason(TextChoices):
    """Why a paid order must not be packed yet; empty when nothing is in the way."""

    GROUP = "group", _("Waiting for its group")
    OPERATOR = "operator", _("On hold")


class GroupStatus(TextChoices):
    """Where a group of buyers stands."""

    NEW = "new", _("Waiting for the first payment")
    OPEN = "open", _("Open")
    COMPLETED = "completed", _("Completed")
    RELEASED = "released", _("Released")


class PlaceState(TextChoices):
    """Whether a member's place counts."""

    HELD = "held", _("Waiting for payment")
    PAID = "paid", _("Paid")
    LEFT = "left", _("Left")


ORDER_TRANSITIONS: Final = build_table(
    "order",
    OrderStatus,
    {
        OrderStatus.PENDING: {OrderStatus.CONFIRMED, OrderStatus.CANCELLED},
        OrderStatus.CONFIRMED: {OrderStatus.COMPLETED, OrderStatus.CANCELLED},
        OrderStatus.COMPLETED: set(),
        OrderStatus.CANCELLED: set(),
    },
)

PAYMENT_TRANSITIONS: Final = build_table(
    "payment",
    PaymentStatus,
    {
        PaymentStatus.UNPAID: {PaymentStatus.PROCESSING, PaymentStatus.PAID},
        PaymentStatus.PROCESSING: {PaymentStatus.UNPAID, PaymentStatus.PAID},
        PaymentStatus.PAID: {PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED},
        # A refund that the provider reverses afterwards gives the money back to the order.
        PaymentStatus.PARTIALLY_REFUNDED: {PaymentStatus.REFUNDED, PaymentStatus.PAID},
        PaymentStatus.REFUNDED: {PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.PAID},
    },
)

FULFILMENT_TRANSITIONS: Final = build_table(
    "fulfilment",
    FulfilmentStatus,
    {
        FulfilmentStatus.UNFULFILLED: {
            FulfilmentStatus.ALLOCATED,
            FulfilmentStatus.PARTIALLY_SHIPPED,
            FulfilmentStatus.SHIPPED,
        },
        FulfilmentStatus.ALLOCATED: {
            FulfilmentStatus.UNFULFILLED,
            FulfilmentStatus.PARTIALLY_SHIPPED,
            FulfilmentStatus.SHIPPED,
        },
        FulfilmentStatus.PARTIALLY_SHIPPED: {FulfilmentStatus.SHIPPED},
        FulfilmentStatus.SHIPPED: {FulfilmentStatus.DELIVERED},
        FulfilmentStatus.DELIVERED: set(),
    },
)
