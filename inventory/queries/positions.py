"""All figures of a shelf side by side: here, held, not for sale, on its way."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Sum

from inventory.models import StockItem, StockLevel, TransferLine, ZoneKind
from inventory.queries.buying.positions import list_incoming


@dataclass(frozen=True, kw_only=True)
class ShelfPosition:
    """`incoming` is everything ordered or sent here, `in_transit` the part of it that left another warehouse."""

    variant_id: int
    warehouse_id: int
    on_hand: int
    reserved: int
    available: int
    blocked: int
    damaged: int
    fenced: int
    incoming: int
    in_transit: int


def list_stock_positions(variant_ids: Collection[int]) -> dict[tuple[int, int], ShelfPosition]:
    """By (variant, warehouse), also where nothing lies yet but something comes. Five queries."""
    levels = {
        (level.variant_id, level.warehouse_id): level
        for level in StockLevel.objects.filter(variant_id__in=variant_ids)
    }
    transit = _sum_transit(variant_ids)
    incoming = list_incoming([*levels, *transit])
    damaged = _sum_damaged(variant_ids)
    empty = StockLevel(on_hand=0, reserved=0, blocked=0, fenced=0)
    return {
        shelf: ShelfPosition(
            variant_id=shelf[0],
            warehouse_id=shelf[1],
            on_hand=(level := levels.get(shelf, empty)).on_hand,
            reserved=level.reserved,
            available=level.free_quantity,
            blocked=level.blocked,
            damaged=damaged[shelf],
            fenced=level.fenced,
            incoming=incoming[shelf],
            in_transit=transit[shelf],
        )
        for shelf in sorted({*levels, *transit})
    }


def _sum_transit(variant_ids: Collection[int]) -> Counter[tuple[int, int]]:
    lines = TransferLine.objects.filter(
        variant_id__in=variant_ids, transfer__status__in=("sent", "part_received")
    ).select_related("transfer")
    transit: Counter[tuple[int, int]] = Counter()
    for line in lines:
        transit[line.variant_id, line.transfer.destination_id] += line.transit_quantity
    return transit


def _sum_damaged(variant_ids: Collection[int]) -> Counter[tuple[int, int]]:
    rows = (
        StockItem.objects.filled()
        .filter(variant_id__in=variant_ids, bin__zone__kind=ZoneKind.DAMAGED)
        .order_by()
        .values_list("variant_id", "warehouse_id")
        .annotate(total=Sum("quantity"))
    )
    return Counter({(variant_id, warehouse_id): total for variant_id, warehouse_id, total in rows})
