"""Reads of purchase orders."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from inventory.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, Supplier, SupplierItem
from inventory.models.buying.purchase_orders import PurchaseOrderQuerySet
from shop.kernel.money import Money


def sum_goods(lines: Sequence[PurchaseOrderLine], *, currency: str) -> Money:
    """The value of the goods of an order."""
    total = sum((line.unit_amount * line.quantity for line in lines), start=Decimal(0))
    return Money(total, currency).quantized()


def find_agreed_lead_days(order: PurchaseOrder) -> int:
    """The longest lead time that the supplier declares for an article of the order: its own, else the supplier's."""
    items = SupplierItem.objects.filter(supplier_id=order.supplier_id, variant__purchase_lines__order=order)
    agreed = items.values_list("lead_days", flat=True)
    return max((days or order.supplier.lead_days for days in agreed), default=order.supplier.lead_days)


def find_unbooked_costs(order: PurchaseOrder, *, receipts: Iterable[PurchaseReceipt]) -> Money:
    """What of freight, duty and other costs no delivered unit carries: the share of what did not come (yet)."""
    booked = sum((row.landed_amount for one in receipts for row in one.lines.all()), start=Decimal(0))
    extra = order.freight_amount + order.duty_amount + order.other_amount
    return Money(extra - booked, order.currency).quantized()


def list_purchase_orders() -> PurchaseOrderQuerySet:
    """Orders with supplier, warehouse and totals, the newest first."""
    return PurchaseOrder.objects.select_related("supplier", "warehouse").with_totals().order_by("-pk")


def list_orders_with_lines(
    *, bound: Supplier | None = None, status: str = "", supplier: str = ""
) -> PurchaseOrderQuerySet:
    """Orders with their lines; of one supplier when the caller is bound to it. Three queries for any page."""
    orders = PurchaseOrder.objects.select_related("supplier", "warehouse").prefetch_related(
        "lines__variant", "lines__order"
    )
    if bound is not None:
        orders = orders.filter(supplier=bound)
    if status:
        orders = orders.filter(status=status)
    return orders.filter(supplier__code=supplier) if supplier else orders


def find_purchase_order(number: str, *, bound: Supplier | None = None) -> PurchaseOrder | None:
    """The order of this number, unless it is another supplier's."""
    return list_orders_with_lines(bound=bound).filter(number=number).first()
