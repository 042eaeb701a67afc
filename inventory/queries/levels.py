"""Reads of levels and reservations."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Greatest, Upper

from catalog.models import Variant
from inventory.domain.allocation import Shelf
from inventory.models import Reservation, StockLevel, Warehouse
from inventory.models.levels import StockLevelQuerySet
from shop.kernel.postgres.statements import Statement

# A level that promised more than it can sell takes nothing away from the others.
_SELLABLE = Greatest(F("available"), 0)

# By hand and kept planned: asked for at each step of a cart.
_AVAILABLE = Statement("""
SELECT l.variant_id, sum(greatest(l.available, 0)) FROM inventory_stocklevel l
JOIN inventory_warehouse h ON h.id = l.warehouse_id AND h.is_active
WHERE l.variant_id = ANY(%(variants)s::bigint[])
GROUP BY l.variant_id
""")


def list_available(variant_ids: Collection[int]) -> dict[int, int]:
    """What can still be sold over all active warehouses; 0 for a variant without stock."""
    wanted = list(variant_ids)
    return dict.fromkeys(wanted, 0) | dict(_AVAILABLE.run(variants=wanted))


def list_on_hand(shelves: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """How many lie there, by variant and warehouse code; an empty code stands for the first active warehouse."""
    first = Warehouse.objects.active().first()
    levels = StockLevel.objects.filter(variant_id__in={variant_id for variant_id, _code in shelves})
    known = {
        (variant_id, code): on_hand
        for variant_id, code, on_hand in levels.values_list("variant_id", "warehouse__code", "on_hand")
    }
    home = first.code if first else ""
    return {(variant_id, code): known.get((variant_id, code or home), 0) for variant_id, code in shelves}


def list_reservations(reference: str) -> list[Reservation]:
    """All rows of a reference, whatever their state, in the global lock order."""
    return list(Reservation.objects.filter(reference=reference))


@dataclass(frozen=True, kw_only=True)
class ReservationScene:
    """All that a reservation is planned on, in one read without a lock."""

    shelves: list[Shelf]
    is_reserved: bool


# By hand: this is the hottest read of the shop, and building it with the ORM takes longer than running it.
_SCENE = Statement("""
SELECT w.variant_id, l.warehouse_id, l.available, h.country, h.priority,
       EXISTS (SELECT 1 FROM inventory_reservation WHERE reference = %(reference)s::text)
FROM unnest(%(variants)s::bigint[]) AS w (variant_id)
LEFT JOIN (inventory_stocklevel l JOIN inventory_warehouse h ON h.id = l.warehouse_id AND h.is_active)
    ON l.variant_id = w.variant_id
""")


def get_reservation_scene(reference: str, *, variant_ids: Collection[int]) -> ReservationScene:
    """The shelves that may serve these variants now, and whether the reference has reservations already."""
    rows = _SCENE.run(reference=reference, variants=list(variant_ids))
    return ReservationScene(
        shelves=[
            Shelf(
                variant_id=variant_id,
                warehouse_id=warehouse_id,
                available_quantity=available,
                country=country,
                priority=priority,
            )
            for variant_id, warehouse_id, available, country, priority, _ in rows
            if warehouse_id
        ],
        is_reserved=any(row[-1] for row in rows),
    )


def list_levels(*, sku: str = "") -> StockLevelQuerySet:
    """Levels with their article and warehouse, in a stable order; of one article when `sku` is given."""
    levels = StockLevel.objects.select_related("variant", "warehouse").order_by("variant_id", "warehouse_id")
    return (
        levels.filter(variant__in=Variant.objects.annotate(key=Upper("sku")).filter(key=sku.upper()))
        if sku
        else levels
    )
