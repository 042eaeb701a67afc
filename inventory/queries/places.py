"""Reads of what lies in which bin, from which lot."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from inventory.domain.places import Place
from inventory.models import UNSELLABLE_ZONES, LotStatus, StockItem, ZoneKind

_COLUMNS = (
    "variant_id",
    "warehouse_id",
    "quantity",
    "bin_id",
    "lot_id",
    "bin__code",
    "lot__code",
    "lot__expires_on",
    "bin__walk_order",
    "bin__zone__kind",
    "lot__status",
)


def list_places(shelves: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Place]]:
    """What lies in the bins of these (variant, warehouse) pairs. One query; exact under the locks of the levels."""
    wanted = set(shelves)
    rows = (
        StockItem.objects.filled()
        .filter(variant_id__in={v for v, _ in wanted}, warehouse_id__in={w for _, w in wanted})
        .values_list(*_COLUMNS)
    )
    places: dict[tuple[int, int], list[Place]] = defaultdict(list)
    for row in rows:
        places[row[0], row[1]].append(_build_place(row))
    return places


def at_place(*, bin_id: int | None, lot_id: int | None) -> Q:
    """In this bin and lot; none stands for what was not put away, or is not traced."""
    return Q(bin_id=bin_id, lot_id=lot_id)


def _build_place(row: tuple[Any, ...]) -> Place:
    return Place(
        variant_id=row[0],
        warehouse_id=row[1],
        quantity=row[2],
        bin_id=row[3],
        lot_id=row[4],
        bin_code=row[5] or "",
        lot_code=row[6] or "",
        expires_on=row[7],
        walk_order=row[8] or 0,
        is_sellable=row[9] not in UNSELLABLE_ZONES and row[10] in {None, LotStatus.ACTIVE},
        is_packing=row[9] == ZoneKind.PACKING,
    )
