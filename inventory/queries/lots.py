"""Reads of lots: who got one, and what expires."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F, Min, QuerySet, Sum

from inventory.domain.references import name_reference
from inventory.domain.states import TransferStatus
from inventory.models import Lot, MovementKind, PickTask, StockItem, StockMovement, TransferLine


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Whom to tell, as an upper app knows them."""

    name: str
    email: str
    phone: str
    country: str


BuyerFinder = Callable[[Collection[str]], Mapping[str, Buyer]]
_BUYER_FINDERS: Final[list[BuyerFinder]] = []


def register_buyers(finder: BuyerFinder) -> None:
    """Let an upper app say who stands behind references of its own."""
    _BUYER_FINDERS.append(finder)


@dataclass(frozen=True, kw_only=True)
class LotRecipient:
    """A reference that got pieces of a lot."""

    reference: str
    quantity: int
    shipped_at: datetime
    buyer: Buyer | None = None

    @property
    def order_number(self) -> str:
        """What people search for."""
        return name_reference(self.reference)


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


def name_buyers(recipients: Sequence[LotRecipient]) -> list[LotRecipient]:
    """The same with who they are, where an upper app knows it. The queries of `register_buyers`."""
    references = [row.reference for row in recipients]
    known: dict[str, Buyer] = {}
    for finder in _BUYER_FINDERS:
        known.update(finder(references))
    return [replace(row, buyer=known.get(row.reference)) for row in recipients]


def count_pieces(recipients: Sequence[LotRecipient]) -> int:
    """How many pieces left the house."""
    return sum(row.quantity for row in recipients)


def list_picked_of_lot(lot_id: int) -> QuerySet[PickTask]:
    """Pieces that were picked for somebody and have not left: in a recall they are taken out of packing. One query."""
    picked = PickTask.objects.filter(lot_id=lot_id, picked_quantity__gt=F("settled_quantity"))
    return picked.select_related("pick_list__warehouse").order_by("pk")


def list_travelling(lot_id: int) -> QuerySet[TransferLine]:
    """Pieces on their way between warehouses. One query."""
    lines = TransferLine.objects.filter(
        lot_id=lot_id, transfer__status__in=(TransferStatus.SENT, TransferStatus.PART_RECEIVED)
    )
    arrived = F("received_quantity") + F("damaged_quantity") + F("lost_quantity")
    return (
        lines.filter(quantity__gt=arrived)
        .select_related("transfer__source", "transfer__destination")
        .order_by("pk")
    )


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
