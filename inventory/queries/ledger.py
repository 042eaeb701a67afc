"""Lists of ledger rows, holds, places and transfers, narrowed by article and warehouse."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper

from catalog.models import Variant
from inventory.models import Reservation, ReservationState, StockItem, StockMovement, Transfer


def narrow_shelf(*, sku: str = "", warehouse: str = "") -> Q:
    """The condition of an article (whatever its letters' case) and a warehouse's code."""
    condition = Q(warehouse__code=warehouse) if warehouse else Q()
    if sku:
        known = Variant.objects.annotate(key=Upper("sku")).filter(key=sku.upper())
        condition &= Q(variant__in=known)
    return condition


def list_items(**shelf: str) -> QuerySet[StockItem]:
    """What lies in which bin and lot, the place filled last first. One query."""
    items = StockItem.objects.filled().filter(narrow_shelf(**shelf))
    return items.select_related("variant", "warehouse", "bin", "lot").order_by("-pk")


def list_movements(**shelf: str) -> QuerySet[StockMovement]:
    """The ledger, newest first. One query."""
    rows = StockMovement.objects.filter(narrow_shelf(**shelf))
    return rows.select_related("variant", "warehouse", "bin", "lot").order_by("-pk")


def list_holds(*, reference: str = "", **shelf: str) -> QuerySet[Reservation]:
    """Reservations, newest first. One query."""
    rows = Reservation.objects.filter(narrow_shelf(**shelf))
    if reference:
        rows = rows.filter(reference=reference)
    return rows.select_related("variant", "warehouse").order_by("-pk")


def list_lapsed_lines(reference: str) -> list[dict[str, str | int]]:
    """What a hold gave back when its time was over, by SKU and warehouse. One query."""
    rows = Reservation.objects.filter(reference=reference, state=ReservationState.EXPIRED)
    named = rows.order_by("variant__sku", "warehouse__code").values_list(
        "variant__sku", "warehouse__code", "quantity"
    )
    return [{"sku": sku, "warehouse": code, "quantity": quantity} for sku, code, quantity in named]


def list_transfers() -> QuerySet[Transfer]:
    """Transfers with their lines, newest first. Four queries."""
    rows = Transfer.objects.select_related("source", "destination")
    return rows.prefetch_related("lines__variant", "lines__lot").order_by("-pk")
