"""Bins that are there and bins that would be made."""

from dataclasses import dataclass

from django.db.models import Max

from inventory.domain.bin_patterns import BinLayout, plan_bins
from inventory.models import Bin, Zone

WALK_STEP = 10


@dataclass(frozen=True, kw_only=True)
class BinDraft:
    """A bin that is not saved; `is_known` says that the warehouse has its code already."""

    bin: Bin
    is_known: bool


def draft_bins(zone: Zone, *, pattern: str, layout: BinLayout) -> list[BinDraft]:
    """What the pattern would make in this zone, in walking order after all that is there. Raises PatternRefused."""
    planned = plan_bins(pattern)
    there = Bin.objects.filter(warehouse_id=zone.warehouse_id)
    # Scanners and people write letters as they like, so that a-01 is A-01.
    known = {code.upper() for code in there.values_list("code", flat=True)}
    last_walk: int = there.aggregate(last=Max("walk_order"))["last"] or 0
    return [
        BinDraft(
            bin=Bin(
                warehouse_id=zone.warehouse_id,
                zone=zone,
                code=row.code,
                aisle=layout.aisle,
                shelf_level=row.level,
                x_cm=layout.x_cm,
                y_cm=layout.y_cm + row.place * layout.spacing_cm,
                walk_order=last_walk + WALK_STEP * number,
            ),
            is_known=row.code.upper() in known,
        )
        for number, row in enumerate(planned, start=1)
    ]
