"""What inventory does when something happened: push availability down, tell partners, book declared stock."""

from catalog.domain.events import StockDeclared
from catalog.models import Variant
from catalog.services.availability import set_availability
from catalog.services.imports.stock import register_stock_reader, register_warehouse_check
from inventory.domain.buying.events import PurchaseOrderMoved
from inventory.domain.buying.states import PurchaseStatus
from inventory.domain.events import ReorderAlertOpened, ReservationExpired, StockChanged
from inventory.domain.partner_holds import find_partner
from inventory.emails import tell_supplier
from inventory.models import PurchaseOrder, ReorderAlert
from inventory.queries.ledger import list_lapsed_lines
from inventory.queries.levels import list_available, list_on_hand
from inventory.queries.warehouses import list_missing_codes
from inventory.services.declarations import declare_stock
from shop.kernel.events import subscribe
from shop.partners.services.webhooks import queue_webhook

register_warehouse_check(list_missing_codes)
register_stock_reader(list_on_hand)


@subscribe(StockChanged)
def push_availability(event: StockChanged) -> None:
    """Reads the levels anew: the last event wins with what is true, whatever it carries."""
    set_availability(list_available([event.variant_id]))


@subscribe(StockChanged)
def tell_partners_stock_changed(event: StockChanged) -> None:
    """Partners hear the truth of now, in sequence per article."""
    sku = Variant.objects.values_list("sku", flat=True).get(pk=event.variant_id)
    available = list_available([event.variant_id])[event.variant_id]
    queue_webhook(
        "stock.changed", object_id=f"stock:{sku}", payload={"sku": sku, "available_quantity": available}
    )


@subscribe(ReorderAlertOpened)
def tell_partners_stock_low(event: ReorderAlertOpened) -> None:
    """A shelf fell below its reorder point; told once per alert."""
    alert = ReorderAlert.objects.select_related("variant", "warehouse").get(pk=event.alert_id)
    queue_webhook(
        "stock.low",
        object_id=f"stock:{alert.variant.sku}",
        payload={
            "sku": alert.variant.sku,
            "warehouse": alert.warehouse.code,
            "available_quantity": alert.available_quantity,
            "reorder_point": alert.reorder_point,
        },
    )


@subscribe(ReservationExpired)
def tell_partner_hold_lapsed(event: ReservationExpired) -> None:
    """To the key that held it, and to no other."""
    key_id = find_partner(event.reference)
    if key_id is None:
        return
    queue_webhook(
        "reservation.expired",
        object_id=f"reservation:{event.reference}",
        payload={"reference": event.reference, "lines": list_lapsed_lines(event.reference)},
        owner_id=key_id,
    )


@subscribe(StockDeclared)
def book_declared_stock(event: StockDeclared) -> None:
    """A file said how many there are."""
    declare_stock(
        event.variant_id,
        warehouse_code=event.warehouse_code,
        quantity=event.quantity,
        source_id=event.source_id,
        is_forced=event.is_forced,
    )


@subscribe(PurchaseOrderMoved)
def tell_partners_purchase_order(event: PurchaseOrderMoved) -> None:
    """Queue `purchase_order.<state>` for the partners who asked for it."""
    order = PurchaseOrder.objects.select_related("supplier", "warehouse").get(pk=event.purchase_order_id)
    queue_webhook(
        f"purchase_order.{event.status}",
        object_id=f"purchase_order:{event.number}",
        payload={
            "number": event.number,
            "status": event.status,
            "supplier": order.supplier.code,
            "warehouse": order.warehouse.code,
            "expected_on": order.expected_on.isoformat() if order.expected_on else None,
        },
    )


@subscribe(PurchaseOrderMoved)
def mail_purchase_order(event: PurchaseOrderMoved) -> None:
    """To the supplier, when it goes out."""
    if event.status == PurchaseStatus.SENT:
        tell_supplier(event.purchase_order_id)
