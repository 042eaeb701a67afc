"""What opens tickets by itself: the loops that other shops leave to spreadsheets."""

from __future__ import annotations

from django.utils.translation import gettext as _

from crm.domain.states import TicketPriority, TicketSource
from crm.services.tickets import open_ticket
from inventory.domain.buying.events import SupplierRiskRaised
from inventory.domain.buying.states import RiskFlag
from inventory.domain.events import LotRecalled, StockCaseOpened, TransferArrivedShort
from inventory.models import Supplier
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


_MOST_NAMED = 100


@subscribe(LotRecalled)
def open_ticket_for_recall(event: LotRecalled) -> None:
    """A lot was recalled: somebody tells everyone who got a piece of it."""
    orders = sorted({reference.split(":")[1] for reference in event.references if ":" in reference})
    named = ", ".join(orders[:_MOST_NAMED]) or _("none")
    open_ticket(
        _("Recall: lot %(lot)s of %(sku)s") % {"lot": event.lot_code, "sku": event.sku},
        text=_("%(reason)s\n%(count)d orders got pieces of this lot: %(orders)s")
        % {"reason": event.reason, "count": len(orders), "orders": named},
        source=TicketSource.SYSTEM,
        priority=TicketPriority.HIGH,
        dedupe_key=f"recall:{event.lot_id}",
    )


@subscribe(StockCaseOpened)
def open_ticket_for_stock_case(event: StockCaseOpened) -> None:
    """The nightly proof found a wrong level: a person finds out why before anybody sets it right."""
    open_ticket(
        _("Stock difference: %(sku)s in %(warehouse)s")
        % {"sku": event.sku, "warehouse": event.warehouse_code},
        text=_("The level does not say what its ledger says. %(summary)s") % {"summary": event.summary},
        source=TicketSource.SYSTEM,
        priority=TicketPriority.HIGH,
        dedupe_key=f"stock_case:{event.case_id}",
    )


@subscribe(TransferArrivedShort)
def open_ticket_for_short_transfer(event: TransferArrivedShort) -> None:
    """Less arrived than left: somebody asks the carrier."""
    open_ticket(
        _("Transfer %(number)s arrived short") % {"number": event.number},
        text=_("%(lost)d pieces are missing and %(damaged)d arrived damaged.")
        % {"lost": event.lost_quantity, "damaged": event.damaged_quantity},
        source=TicketSource.SYSTEM,
        priority=TicketPriority.NORMAL,
        dedupe_key=f"transfer:{event.transfer_id}",
    )


@subscribe(SupplierRiskRaised)
def open_ticket_for_risky_supplier(event: SupplierRiskRaised) -> None:
    """A supplier's deliveries got worse: the buyer talks to it, or orders from the stand-in."""
    supplier = Supplier.objects.get(pk=event.supplier_id)
    day = supplier.measured_at.date().isoformat() if supplier.measured_at else ""
    risk = RiskFlag(event.risk)
    open_ticket(
        _("Supplier at risk: %(name)s") % {"name": supplier.name},
        text=_(
            "The deliveries of %(name)s got worse: the risk is now “%(risk)s”, the score %(score)s of 1. See its scorecard, talk"
            " to it, and order from the stand-in where there is one."
        )
        % {
            "name": supplier.name,
            "risk": risk.label,
            "score": supplier.score if supplier.score is not None else "–",
        },
        source=TicketSource.SYSTEM,
        priority=TicketPriority.HIGH if risk == RiskFlag.HIGH else TicketPriority.NORMAL,
        # A supplier that recovered and fell again is another matter.
        dedupe_key=f"supplier_risk:{supplier.pk}:{event.risk}:{day}",
    )
