"""What shoppers are told by mail about their order, in the order's language, each message once."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orders.domain.groups import describe_progress, write_percent
from orders.domain.states import OrderStatus, ShipmentStatus
from orders.domain.timeline import REASONS, describe_lines
from orders.gateways import get_carrier
from orders.models import Order, Shipment
from orders.queries.groups import find_order_group
from shop.accounts.queries.countries import get_country_name
from shop.kernel.mail import queue_email
from shop.kernel.money import Money, format_money


def tell_order_placed(order_id: int, *, resend: str = "") -> bool:
    """The confirmation; `resend` tells one wish for it from another. False when it was queued before."""
    order = Order.objects.get(pk=order_id)
    with translation.override(order.language):
        subject = _("We have your order %(number)s") % {"number": order.number}
        facts = {"is_payable": order.paid_at is None and order.status == "pending"}
        return _queue(
            order, "placed", subject=subject, key=f"{order.pk}{resend and ':' + resend}", facts=facts
        )


def tell_order_paid(order_id: int) -> bool:
    """The money is here."""
    order = Order.objects.get(pk=order_id)
    with translation.override(order.language):
        subject = _("Payment received for order %(number)s") % {"number": order.number}
        progress = find_order_group(order)
        facts = (
            {"group_words": describe_progress(progress), "group_link": _link_group(progress.token)}
            if progress
            else None
        )
        return _queue(order, "paid", subject=subject, key=str(order.pk), facts=facts)


def tell_group_completed(order_id: int, *, people: int, percent: Decimal, returned: Money) -> bool:
    """The group is complete: the order is packed now, and what more people were worth goes back."""
    order = Order.objects.get(pk=order_id)
    with translation.override(order.language):
        subject = _("Your group is complete: order %(number)s") % {"number": order.number}
        facts = {
            "people": people,
            "percent": write_percent(percent),
            "returned": format_money(returned, order.language) if returned else "",
        }
        return _queue(order, "group_completed", subject=subject, key=str(order.pk), facts=facts)


def _link_group(token: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{reverse('orders:group', args=[token])}"


def tell_order_cancelled(order_id: int) -> bool:
    """The order has ended, and why."""
    order = Order.objects.get(pk=order_id)
    with translation.override(order.language):
        subject = _("Order %(number)s was cancelled") % {"number": order.number}
        facts = {"reason": str(REASONS.get(order.cancel_reason, "")), "is_paid": order.paid_at is not None}
        return _queue(order, "cancelled", subject=subject, key=str(order.pk), facts=facts)


def tell_lines_cancelled(order_id: int, *, turn: int, returned: Money) -> bool:
    """Which articles do not come, and what is sent back for them."""
    order = Order.objects.get(pk=order_id)
    with translation.override(order.language):
        subject = _("Articles of order %(number)s were cancelled") % {"number": order.number}
        words = {
            "articles": describe_lines(order.events.get(pk=turn).facts),
            "returned": format_money(returned, order.language) if returned else "",
        }
        return _queue(order, "lines_cancelled", subject=subject, key=f"{order.pk}:{turn}", facts=words)


def tell_address_changed(order_id: int, *, turn: int) -> bool:
    """Where the order goes now."""
    order = Order.objects.get(pk=order_id)
    with translation.override(order.language):
        subject = _("New delivery address for order %(number)s") % {"number": order.number}
        return _queue(order, "address_changed", subject=subject, key=f"{order.pk}:{turn}")


def tell_shipment_news(shipment_id: int, *, status: str) -> bool:
    """On its way, or delivered; False for news that is no reason for a mail, or was told before."""
    shipment = Shipment.objects.select_related("order").get(pk=shipment_id)
    order = shipment.order
    with translation.override(order.language):
        if status == ShipmentStatus.DELIVERED:
            kind, subject = "delivered", _("Delivered: order %(number)s")
        elif shipment.tracking_number and status != ShipmentStatus.EXCEPTION:
            kind, subject = "shipped", _("On its way: order %(number)s")
        else:
            return False
        facts = {
            "shipment": shipment,
            "carrier": get_carrier(shipment.carrier).label,
            "parcel_lines": shipment.lines.select_related("order_line"),
        }
        key = f"shipment:{shipment.pk}"
        return _queue(order, kind, subject=subject % {"number": order.number}, key=key, facts=facts)


def tell_arrival_unconfirmed(order_id: int, *, completes_at: datetime) -> bool:
    """It arrived two days ago: is all well? False when it was asked before."""
    order = Order.objects.get(pk=order_id)
    with translation.override(order.language):
        subject = _("Did everything arrive? Order %(number)s") % {"number": order.number}
        return _queue(
            order, "reminder", subject=subject, key=str(order.pk), facts={"completes_at": completes_at}
        )


def _queue(order: Order, kind: str, *, subject: str, key: str, facts: dict[str, Any] | None = None) -> bool:
    path = reverse("orders:order", args=[order.number])
    context = {
        "order": order,
        "lines": _list_lines(order),
        "amounts": _list_amounts(order),
        "address": order.postal_address,
        "country_name": get_country_name(order.country, order.language),
        "subject": subject,
        "shop_name": settings.SHOP_NAME.get(order.language, settings.SHOP_NAME[settings.LANGUAGE_CODE]),
        "support_email": settings.SHOP_SUPPORT_EMAIL,
        "link": f"{settings.SITE_URL.rstrip('/')}{path}?{urlencode({'token': order.token})}",
        "language": order.language,
        **(facts or {}),
    }
    return queue_email(
        f"order_{kind}:{key}",
        to=order.email,
        subject=subject,
        text=render_to_string(f"emails/orders/{kind}.txt", context).strip() + "\n",
        html=render_to_string(f"emails/orders/{kind}.html", context),
    )


def _list_lines(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "name": line.full_name,
            "quantity": line.quantity,
            "cancelled": line.cancelled_quantity if order.status != OrderStatus.CANCELLED else 0,
            "amount": format_money(Money(line.subtotal_amount, order.currency).quantized(), order.language),
        }
        for line in order.lines.all()
    ]


def _list_amounts(order: Order) -> list[tuple[str, str]]:
    rows = [
        (_("Articles"), order.subtotal),
        *_list_discounts(order),
        (pgettext("cost", "Delivery"), order.list_shipping),
        (_("Included tax") if order.prices_include_tax else _("Tax"), order.tax),
        (_("Total"), order.total),
        (_("Sent back to you"), order.refunded),
    ]
    always = {pgettext("cost", "Delivery"), _("Total")}
    return [
        (label, format_money(amount, order.language)) for label, amount in rows if amount or label in always
    ]


def _list_discounts(order: Order) -> list[tuple[str, Money]]:
    """Each promotion by its name; what older orders had without a trace is one row."""
    if not order.promotion_trace:
        return [(_("Discount"), -order.discount)]
    return [
        (f"{row.title} ({row.coupon_code})" if row.coupon_code else row.title, -row.amount)
        for row in order.discounts
    ]
