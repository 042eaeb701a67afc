"""Reads of lots: who got one, and what expires."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min, QuerySet, Sum

from inventory.models import Lot, MovementKind, StockItem, StockMovement


@dataclass(frozen=True, kw_only=True)
class LotRecipient:
    """A reference that got pieces of a lot."""

    reference: str
    quantity: int
    shipped_at: datetime

    @property
    def order_number(self) -> str:
        """The part that people search for: references read `order:<number>` or `order:<number>:2`."""
        parts = self.reference.split(":")
        return parts[1] if len(parts) > 1 else self.reference


def find_lot(variant_id: int, *, code: str) -> Lot | None:
    """The article's lot of this code, in whatever letters it was typed."""
    return Lot.objects.filter(variant_id=variant_id, code__iexact=code).order_by("pk").first()


def list_lot_recipients(lot_id: int) -> Sequence[LotRecipient]:
    """Every reference that the lot was shipped to, from the ledger. One query."""
    rows = (
        StockMovement.objects.filter(lot_id=lot_id, kind=MovementKind.SHIPPED)
        .order_by()
        .values_list("reference")
        .annotate(total=Sum("delta"), first_at=Min("created_at"))
        .order_by("first_at", "reference")
    )
    return [
        LotRecipient(reference=reference, quantity=-total, shipped_at=shipped_at)
        for reference, total, shipped_at in rows
    ]


def list_lot_places(lot_id: int) -> QuerySet[StockItem]:
    """Where pieces of a lot still lie."""
    return (
        StockItem.objects.filled()
        .filter(lot_id=lot_id)
        .select_related("warehouse", "bin")
        .order_by("warehouse_id", "bin__walk_order")
    )


def list_expiring(*, today: date, within_days: int) -> QuerySet[Lot]:
    """Lots of which something lies there and that expire soon, with what is left; the soonest first."""
    return (
        Lot.objects.sellable()
        .filter(expires_on__lte=today + timedelta(days=within_days), items__quantity__gt=0)
        .annotate(left_quantity=Sum("items__quantity"))
        .select_related("variant__product")
        .order_by("expires_on", "pk")
    )
