"""Where goods should lie: the simulation over what was really shipped."""

from dataclasses import dataclass
from datetime import datetime

from catalog.models import Variant
from inventory.domain.slotting import SlotItem, SlotMove, SlottingPlan, plan_slotting
from inventory.models import Bin, StockItem, Warehouse, ZoneKind
from inventory.queries.picking import list_pick_history, list_spots

_MOST_ITEMS = 1500
_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class NamedMove:
    """A move with the names that people use."""

    move: SlotMove
    variant: Variant
    from_bin: str
    to_bin: str


@dataclass(frozen=True, kw_only=True)
class SlottingView:
    """What the page shows; lengths in metres."""

    warehouse: Warehouse
    plan: SlottingPlan
    walked_metres: int
    planned_metres: int
    saved_percent: int
    moves: tuple[NamedMove, ...]


def build_slotting(warehouse_id: int, *, since: datetime) -> SlottingView:
    """Simulates a month of orders through today's bins and through better ones. Five queries."""
    items = list_slot_items(warehouse_id)
    plan = plan_slotting(items, history=list_pick_history(warehouse_id, since=since))
    shown = [move for move in plan.moves if move.picks][:_SHOWN]
    variants = Variant.objects.select_related("product").in_bulk([move.variant_id for move in shown])
    codes = dict(
        Bin.objects.filter(pk__in={key for move in shown for key in (move.from_key, move.to_key)})
        .order_by()
        .values_list("pk", "code")
    )
    return SlottingView(
        warehouse=Warehouse.objects.get(pk=warehouse_id),
        plan=plan,
        walked_metres=plan.walked_cm // 100,
        planned_metres=plan.planned_cm // 100,
        saved_percent=round(100 * plan.saved_share),
        moves=tuple(
            NamedMove(
                move=move,
                variant=variants[move.variant_id],
                from_bin=codes[move.from_key],
                to_bin=codes[move.to_key],
            )
            for move in shown
        ),
    )


def list_slot_items(warehouse_id: int) -> list[SlotItem]:
    """Each article with the bin that holds most of it, where goods are picked from. Two queries."""
    rows = (
        StockItem.objects.filled()
        .filter(warehouse_id=warehouse_id, bin__zone__kind__in=(ZoneKind.STORAGE, ZoneKind.PICKING))
        .order_by("variant_id", "-quantity", "bin_id")
        .distinct("variant_id")
        .values_list("variant_id", "bin_id", "variant__weight_grams")[:_MOST_ITEMS]
    )
    spots = list_spots({bin_id for _variant, bin_id, _weight in rows if bin_id})
    taken: set[int] = set()
    items = []
    for variant_id, bin_id, weight in rows:
        # A bin that several articles share is dealt once.
        if bin_id is None or bin_id in taken:
            continue
        taken.add(bin_id)
        items.append(SlotItem(variant_id=variant_id, spot=spots[bin_id], weight_grams=weight or 0))
    return items
