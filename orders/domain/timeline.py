"""A timeline's rows in plain words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orders.domain.outcomes import CancelReason
from orders.domain.states import ShipmentStatus
from shop.kernel.money import Money, format_money

TITLES: Final[Mapping[str, Promise]] = {
    "order.placed": _("Order placed"),
    "order.confirmed": _("Order confirmed"),
    "order.cancelled": _("Order cancelled"),
    "order.completed": _("Order completed"),
    "order.lines_cancelled": _("Articles cancelled"),
    "order.address_changed": _("Delivery address changed"),
    "payment.processing": _("Payment in progress"),
    "payment.unpaid": _("Payment not completed"),
    "payment.failed": _("A payment did not go through"),
    "payment.paid": _("Payment received"),
    "payment.duplicate": _("A second payment arrived and is sent back"),
    "payment.unfulfillable": _("A payment arrived too late and is sent back"),
    "payment.returned": _("Money sent back"),
    "payment.partially_refunded": _("Part of the money sent back"),
    "payment.refunded": _("Money sent back"),
    "fulfilment.allocated": _("Being packed"),
    "fulfilment.unfulfilled": _("Back to the shelf"),
    "fulfilment.partially_shipped": _("A part is on its way"),
    "fulfilment.shipped": _("Everything is on its way"),
    "fulfilment.delivered": _("Delivered"),
    "group.completed": _("The group is complete"),
    **{f"shipment.{status.value}": status.label for status in ShipmentStatus},
}

HELD: Final = "order.held"
LET_GO: Final = "order.let_go"

HOUSE_TITLES: Final[Mapping[str, Promise]] = {
    "order.reminded": _("Asked the shopper whether all is well"),
    "order.held_again": _("Came back late, goods held again"),
    "order.confirmed_again": _("Confirmation mailed again"),
    HELD: _("Held back from packing"),
    LET_GO: _("Let go to packing"),
    "shipment.stalled": _("Parcel without news for too long: ticket opened"),
    "shipment.label_refused": _("The carrier refused a label"),
}
"""What only the house reads."""

REASONS: Final[Mapping[str, Promise]] = {
    CancelReason.PAYMENT_EXPIRED: _("It was not paid in time. Nothing was charged."),
    CancelReason.CUSTOMER: _("You cancelled it."),
    CancelReason.OPERATOR: _("We had to cancel it."),
    CancelReason.SOLD_OUT: _("The articles were gone when the payment arrived. You get your money back."),
    CancelReason.GROUP_RELEASED: _(
        "Your group did not get enough people in time. You get all of your money back."
    ),
    CancelReason.GROUP_CLOSED: _(
        "Your group closed before your payment arrived. What you have paid comes back to you."
    ),
}


def describe_note(kind: str) -> str:
    """Return the title of a row that only operators see; its code when there are no words for it."""
    return str(HOUSE_TITLES.get(kind) or TITLES.get(kind) or kind)


def describe_lines(facts: Mapping[str, object]) -> str:
    """Return the articles that were taken out of an order, for its shopper and its mail."""
    lines = facts.get("lines")
    rows = lines if isinstance(lines, list) else []
    return ", ".join(f"{row['quantity']} × {row['name']}" for row in rows)


def describe_event(kind: str, facts: Mapping[str, object]) -> tuple[str, str]:
    """Return title and text for a shopper; an empty title means that there is nothing to say."""
    text: object = facts.get("message", "")
    if kind == "order.cancelled":
        text = REASONS.get(str(facts.get("reason", "")), "")
    if kind == "order.lines_cancelled":
        text = describe_lines(facts)
    if "sent_amount" in facts:
        sent = Money(Decimal(str(facts["sent_amount"])), str(facts["currency"]))
        text = format_money(sent.quantized(), get_language() or "en")
    return str(TITLES.get(kind, "")), str(text)
