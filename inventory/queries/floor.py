"""Reads for the warehouse floor."""

from dataclasses import dataclass

from django.db.models import Q, Sum

from inventory.domain.buying.states import PurchaseStatus
from inventory.domain.states import CountStatus, PickListStatus, TransferStatus
from inventory.models import (
    UNSELLABLE_ZONES,
    LotStatus,
    PickList,
    PurchaseOrder,
    StockCount,
    StockItem,
    StockLevel,
    Transfer,
    ZoneKind,
)
from inventory.queries.picking import list_left_in_packing, list_waiting
from inventory.queries.scans import Scan

_MOST_PLACES = 100


@dataclass(frozen=True, kw_only=True)
class FloorWork:
    """How much waits for a hand in one warehouse."""

    orders_to_receive: int
    transfers_to_receive: int
    pieces_to_put_away: int
    references_to_pick: int
    open_walks: int
    open_counts: int
    to_put_back: int
    short_shelves: int


def count_floor_work(warehouse_id: int) -> FloorWork:
    """The numbers of the front page. Ten queries."""
    unsorted = StockItem.objects.filled().filter(warehouse_id=warehouse_id, bin=None)
    transfers = Transfer.objects.on_the_way().filter(destination_id=warehouse_id)
    open_orders = PurchaseOrder.objects.filter(
        warehouse_id=warehouse_id, status__in=(PurchaseStatus.SENT, PurchaseStatus.PART_RECEIVED)
    )
    return FloorWork(
        orders_to_receive=open_orders.count(),
        transfers_to_receive=transfers.count(),
        pieces_to_put_away=unsorted.aggregate(total=Sum("quantity"))["total"] or 0,
        references_to_pick=len(list_waiting(warehouse_id)),
        open_walks=PickList.objects.filter(
            warehouse_id=warehouse_id, status__in=(PickListStatus.OPEN, PickListStatus.PICKING)
        ).count(),
        open_counts=StockCount.objects.filter(
            warehouse_id=warehouse_id, status__in=(CountStatus.OPEN, CountStatus.REVIEW)
        ).count(),
        to_put_back=list_left_in_packing(warehouse_id).count(),
        short_shelves=StockLevel.objects.short().filter(warehouse_id=warehouse_id).count(),
    )


def list_scan_places(scan: Scan, *, warehouse_id: int) -> list[StockItem]:
    """What lies in a scanned bin, or where a scanned article or lot lies. One query."""
    if not scan.is_known:
        return []
    where = Q(bin=scan.bin) if scan.bin else Q(lot=scan.lot) if scan.lot else Q(variant=scan.variant)
    items = StockItem.objects.filled().filter(where, warehouse_id=warehouse_id)
    return list(
        items.select_related("variant__product", "bin__zone", "lot").order_by(
            "bin__walk_order", "bin__code", "variant__sku", "lot__expires_on"
        )[:_MOST_PLACES]
    )


def list_unsorted(warehouse_id: int) -> list[StockItem]:
    """What has not been put away. One query."""
    items = StockItem.objects.filled().filter(warehouse_id=warehouse_id, bin=None)
    return list(items.select_related("variant__product", "lot").order_by("variant__sku")[:_MOST_PLACES])


def list_unsellable(warehouse_id: int) -> list[StockItem]:
    """What is damaged, in quarantine, expired or recalled and waits to be thrown away, sent back or found good. One query.

    Not what is packed of a lot that went off sale: it is put back first.
    """
    is_off_sale = Q(lot__isnull=False) & ~Q(lot__status=LotStatus.ACTIVE)
    is_packed = Q(bin__isnull=False, bin__zone__kind=ZoneKind.PACKING)
    items = StockItem.objects.filled().filter(
        Q(bin__zone__kind__in=UNSELLABLE_ZONES) | (is_off_sale & ~is_packed), warehouse_id=warehouse_id
    )
    return list(
        items.select_related("variant__product", "bin__zone", "lot").order_by("bin__code", "variant__sku")[
            :_MOST_PLACES
        ]
    )


def list_due_orders(warehouse_id: int) -> list[PurchaseOrder]:
    """Purchase orders that a lorry may bring, the one expected first in front. Two queries."""
    orders = PurchaseOrder.objects.filter(
        warehouse_id=warehouse_id, status__in=(PurchaseStatus.SENT, PurchaseStatus.PART_RECEIVED)
    )
    return list(orders.select_related("supplier").order_by("expected_on", "pk")[:_MOST_PLACES])


def list_arriving(warehouse_id: int) -> list[Transfer]:
    """Transfers on their way here. One query."""
    arriving = Transfer.objects.filter(
        destination_id=warehouse_id, status__in=(TransferStatus.SENT, TransferStatus.PART_RECEIVED)
    )
    return list(arriving.select_related("source", "destination")[:_MOST_PLACES])


def list_leaving(warehouse_id: int) -> list[Transfer]:
    """Drafts that leave from here, with their lines. Up to three queries."""
    drafts = Transfer.objects.filter(source_id=warehouse_id, status=TransferStatus.DRAFT)
    return list(
        drafts.select_related("source", "destination").prefetch_related("lines__variant")[:_MOST_PLACES]
    )
