"""Reads of pick lists and of what was picked."""

from collections import defaultdict

from django.db.models import F

from inventory.domain.places import Part, Place
from inventory.models import Bin, PickTask, ZoneKind


def find_packing_bin(warehouse_id: int) -> Bin | None:
    """Where picked goods wait for their parcel; none in a warehouse that has no packing zone yet."""
    return Bin.objects.filter(warehouse_id=warehouse_id, zone__kind=ZoneKind.PACKING).order_by("pk").first()


def list_staged(reference: str) -> dict[tuple[int, int], list[Part]]:
    """What was picked for a reference and has neither left nor been put back, by (variant, warehouse)."""
    staged: dict[tuple[int, int], list[Part]] = defaultdict(list)
    tasks = PickTask.objects.filter(reference=reference, picked_quantity__gt=F("settled_quantity"))
    rows = list(
        tasks.values_list(
            "variant_id", "pick_list__warehouse_id", "lot_id", "picked_quantity", "settled_quantity"
        )
    )
    if not rows:
        return staged
    bins = {
        warehouse_id: bin_.pk if (bin_ := find_packing_bin(warehouse_id)) else None
        for warehouse_id in {row[1] for row in rows}
    }
    for variant_id, warehouse_id, lot_id, picked, settled in rows:
        place = Place(
            variant_id=variant_id,
            warehouse_id=warehouse_id,
            quantity=picked - settled,
            bin_id=bins[warehouse_id],
            lot_id=lot_id,
            is_packing=True,
        )
        staged[variant_id, warehouse_id].append(Part(place=place, quantity=picked - settled))
    return staged
