"""What opens tickets by itself: the loops that other shops leave to spreadsheets."""

from __future__ import annotations

from django.utils.translation import gettext as _

from crm.domain.states import TicketPriority, TicketSource
from crm.services.tickets import open_ticket
from orders.domain.events import ParcelStalled
from orders.models import Order
from payments.domain.events import ReconciliationCaseOpened
from shop.kernel.events import subscribe


@subscribe(ParcelStalled)
def open_ticket_for_stalled_parcel(event: ParcelStalled) -> None:
    """A parcel without news: somebody asks the carrier before the customer asks us."""
    order = Order.objects.get(pk=event.order_id)
    open_ticket(
        _("Parcel without news: order %(number)s") % {"number": event.number},
        text=_(
            "The carrier %(carrier)s has sent no news of parcel %(tracking)s for 48 hours. Ask there, then tell the customer."
        )
        % {"carrier": event.carrier, "tracking": event.tracking_number},
        source=TicketSource.SYSTEM,
        priority=TicketPriority.HIGH,
        order_id=order.pk,
        customer_email=order.email,
        dedupe_key=f"stalled:{event.shipment_id}",
    )


@subscribe(ReconciliationCaseOpened)
def open_ticket_for_case(event: ReconciliationCaseOpened) -> None:
    """A settlement difference that touches an order: the desk sees it beside the order."""
    if event.order_id is None:
        return
    open_ticket(
        _("Payment difference: order %(number)s") % {"number": event.order_number},
        text=event.summary,
        source=TicketSource.SYSTEM,
        priority=TicketPriority.NORMAL,
        order_id=event.order_id,
        dedupe_key=f"case:{event.dedupe_key}"[:160],
    )
