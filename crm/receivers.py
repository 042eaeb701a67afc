"""What opens tickets by itself: the loops that other shops leave to spreadsheets."""

from __future__ import annotations

from crm.domain.states import TicketPriority
from crm.services.system_tickets import open_system_ticket
from inventory.domain.buying.events import SupplierRiskRaised
from inventory.domain.buying.states import RiskFlag
from inventory.domain.events import LotRecalled, StockCaseOpened, TransferArrivedShort
from inventory.domain.references import name_reference
from inventory.models import Supplier
from orders.domain.events import ParcelStalled
from orders.models import Order
from payments.domain.events import ReconciliationCaseOpened, SettlementDiffered
from shop.kernel.events import subscribe


@subscribe(ParcelStalled)
def open_ticket_for_stalled_parcel(event: ParcelStalled) -> None:
    """A parcel without news: somebody asks the carrier before the customer asks us."""
    order = Order.objects.get(pk=event.order_id)
    open_system_ticket(
        "parcel_stalled",
        facts={"number": event.number, "carrier": event.carrier, "tracking": event.tracking_number},
        priority=TicketPriority.HIGH,
        order_id=order.pk,
        customer_email=order.email,
        dedupe_key=f"stalled:{event.shipment_id}",
    )


@subscribe(ReconciliationCaseOpened)
def open_ticket_for_case(event: ReconciliationCaseOpened) -> None:
    """Money that touches an order and fits nothing: the desk sees it beside the order.

    Differences of a settlement have one ticket per file, below.
    """
    if event.order_id is None or event.day:
        return
    open_system_ticket(
        "case",
        facts={"number": event.order_number, "kind": event.kind, "case": event.case_id},
        order_id=event.order_id,
        dedupe_key=f"case:{event.dedupe_key}",
    )


@subscribe(SettlementDiffered)
def open_ticket_for_settlement(event: SettlementDiffered) -> None:
    """A provider's settlement of a day does not fit our books: one ticket, however many lines."""
    open_system_ticket(
        "settlement",
        facts={"gateway": event.gateway, "day": event.day, "count": event.case_quantity},
        dedupe_key=f"settlement:{event.gateway}:{event.day}",
    )


_MOST_NAMED = 100


@subscribe(LotRecalled)
def open_ticket_for_recall(event: LotRecalled) -> None:
    """A lot was recalled: somebody tells everyone who got a piece of it."""
    orders = sorted({name_reference(reference) for reference in event.references})
    open_system_ticket(
        "recall",
        facts={
            "lot": event.lot_code,
            "sku": event.sku,
            "reason": event.reason,
            "count": len(orders),
            "orders": orders[:_MOST_NAMED],
        },
        priority=TicketPriority.HIGH,
        # A lot that was freed and is recalled again is another matter.
        dedupe_key=f"recall:{event.lot_id}:{event.turn}".rstrip(":"),
    )


@subscribe(StockCaseOpened)
def open_ticket_for_stock_case(event: StockCaseOpened) -> None:
    """The nightly proof found a wrong level: a person finds out why before anybody sets it right."""
    open_system_ticket(
        "stock_case",
        facts={"sku": event.sku, "warehouse": event.warehouse_code, "summary": event.summary},
        priority=TicketPriority.HIGH,
        dedupe_key=f"stock_case:{event.case_id}",
    )


@subscribe(TransferArrivedShort)
def open_ticket_for_short_transfer(event: TransferArrivedShort) -> None:
    """Less arrived than left: somebody asks the carrier."""
    open_system_ticket(
        "transfer_short",
        facts={
            "number": event.number,
            "lost": event.lost_quantity,
            "damaged": event.damaged_quantity,
            "source": event.source_code,
            "destination": event.destination_code,
            "skus": list(event.skus),
        },
        dedupe_key=f"transfer:{event.transfer_id}",
    )


@subscribe(SupplierRiskRaised)
def open_ticket_for_risky_supplier(event: SupplierRiskRaised) -> None:
    """A supplier's deliveries got worse: the buyer talks to it, or orders from the stand-in."""
    supplier = Supplier.objects.get(pk=event.supplier_id)
    day = supplier.measured_at.date().isoformat() if supplier.measured_at else ""
    score = str(supplier.score) if supplier.score is not None else "–"
    open_system_ticket(
        "supplier_risk",
        facts={"name": supplier.name, "risk": event.risk, "score": score},
        priority=TicketPriority.HIGH if event.risk == RiskFlag.HIGH else TicketPriority.NORMAL,
        # A supplier that recovered and fell again is another matter.
        dedupe_key=f"supplier_risk:{supplier.pk}:{event.risk}:{day}",
    )
