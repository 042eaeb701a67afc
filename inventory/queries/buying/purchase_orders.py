"""Reads of purchase orders."""

from collections.abc import Sequence
from decimal import Decimal

from inventory.models import PurchaseOrder, PurchaseOrderLine
from inventory.models.buying.purchase_orders import PurchaseOrderQuerySet
from shop.kernel.money import Money


def sum_goods(lines: Sequence[PurchaseOrderLine], *, currency: str) -> Money:
    """The value of the goods of an order."""
    total = sum((line.unit_amount * line.quantity for line in lines), start=Decimal(0))
    return Money(total, currency).quantized()


def list_purchase_orders() -> PurchaseOrderQuerySet:
    """Orders with supplier, warehouse and totals, the newest first."""
    return PurchaseOrder.objects.select_related("supplier", "warehouse").with_totals().order_by("-pk")
