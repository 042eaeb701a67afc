"""Picked goods between the shelf and the parcel."""

from collections import Counter
from collections.abc import Sequence

from django.db.models import F

from inventory.domain.places import Part
from inventory.models import PickTask
from shop.kernel.transactions import transactional


@transactional
def settle_staged(reference: str, *, parts: Sequence[Part]) -> None:
    """Notes on the reference's picks what left the packing table. The reference must be locked."""
    left: Counter[tuple[int, int, int | None]] = Counter()
    for part in parts:
        if part.place.is_packing:
            left[part.place.variant_id, part.place.warehouse_id, part.place.lot_id] += part.quantity
    if not left:
        return
    tasks = PickTask.objects.filter(reference=reference, picked_quantity__gt=F("settled_quantity"))
    for task in tasks.select_related("pick_list").order_by("pk"):
        key = (task.variant_id, task.pick_list.warehouse_id, task.lot_id)
        taken = min(left[key], task.picked_quantity - task.settled_quantity)
        if taken:
            left[key] -= taken
            task.settled_quantity += taken
            task.save(update_fields=["settled_quantity"])
