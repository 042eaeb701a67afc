"""Reads of pick lists and of what was picked."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncHour

from inventory.domain.picking import PickNeed, PlaceKey
from inventory.domain.places import Part, Place
from inventory.domain.references import name_reference
from inventory.domain.states import PickTaskStatus
from inventory.domain.walking import Spot
from inventory.models import (
    Bin,
    LotStatus,
    MovementKind,
    PickList,
    PickTask,
    Reservation,
    ReservationState,
    StockMovement,
    ZoneKind,
)

_MOST_REFERENCES = 500


@dataclass(frozen=True, kw_only=True)
class PickerHour:
    """What one person picked in one hour, and how well."""

    picker: str
    hour: datetime
    picks: int
    pieces: int
    wrong_scans: int
    short_picks: int

    @property
    def accuracy(self) -> float:
        """The share of picks without a wrong scan."""
        return 1 - min(self.wrong_scans, self.picks) / self.picks if self.picks else 1.0


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A reference whose goods can be picked, and since when it waits."""

    reference: str
    pieces: int
    since: datetime

    @property
    def order_number(self) -> str:
        """As people call it."""
        return name_reference(self.reference)


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


KeptBack = Callable[[Collection[str]], Collection[str]]
_KEPT_BACK: Final[list[KeptBack]] = []


def register_kept_back(finder: KeptBack) -> None:
    """Let an upper app say which of these references must not be picked now, though their goods stay held."""
    _KEPT_BACK.append(finder)


def _find_kept_back(references: Collection[str]) -> set[str]:
    return {reference for finder in _KEPT_BACK for reference in finder(references)}


def list_waiting(warehouse_id: int, *, most: int = _MOST_REFERENCES) -> list[Waiting]:
    """Paid references with something left to pick in this warehouse, the oldest first.

    Three queries and those of `register_kept_back`.
    """
    needs = list_needs(warehouse_id, most=most)
    since = dict(
        Reservation.objects.filter(reference__in={need.reference for need in needs})
        .order_by()
        .values_list("reference")
        .annotate(first_at=Min("created_at"))
    )
    pieces: Counter[str] = Counter()
    for need in needs:
        pieces[need.reference] += need.quantity
    return [
        Waiting(reference=reference, pieces=total, since=since[reference])
        for reference, total in pieces.items()
    ]


def list_needs(
    warehouse_id: int, *, references: Sequence[str] = (), most: int = _MOST_REFERENCES
) -> list[PickNeed]:
    """What paid references still wait for here: held, less what is planned or picked already.

    Nothing of references that an upper app keeps back. Two queries and those of `register_kept_back`.
    """
    held = Reservation.objects.filter(
        warehouse_id=warehouse_id, state=ReservationState.CONFIRMED, open_quantity__gt=0
    )
    if references:
        held = held.filter(reference__in=references)
    rows = list(
        held.order_by("created_at", "reference", "variant_id").values_list(
            "reference", "variant_id", "open_quantity"
        )
    )
    asked = {row[0] for row in rows}
    kept_back = _find_kept_back(asked)
    covered = _list_covered(warehouse_id, references=asked)
    needs: dict[str, list[PickNeed]] = {}
    for reference, variant_id, quantity in rows:
        if reference in kept_back:
            continue
        missing = quantity - covered[reference, variant_id]
        if missing > 0:
            needs.setdefault(reference, []).append(
                PickNeed(
                    reference=reference,
                    variant_id=variant_id,
                    warehouse_id=warehouse_id,
                    quantity=missing,
                )
            )
    return [need for reference in list(needs)[:most] for need in needs[reference]]


def _list_covered(warehouse_id: int, *, references: Collection[str]) -> Counter[tuple[str, int]]:
    covered: Counter[tuple[str, int]] = Counter()
    tasks = PickTask.objects.filter(
        reference__in=references, pick_list__warehouse_id=warehouse_id
    ).values_list("reference", "variant_id", "status", "quantity", "picked_quantity", "settled_quantity")
    for reference, variant_id, status, quantity, picked, settled in tasks:
        waiting = quantity if status == PickTaskStatus.OPEN else picked - settled
        covered[reference, variant_id] += waiting
    return covered


def list_planned(warehouse_id: int) -> dict[PlaceKey, int]:
    """What open walks will take from each place, by (variant, bin, lot). One query."""
    rows = (
        PickTask.objects.filter(status=PickTaskStatus.OPEN, pick_list__warehouse_id=warehouse_id)
        .order_by()
        .values_list("variant_id", "bin_id", "lot_id")
        .annotate(total=Sum("quantity"))
    )
    return {(variant_id, bin_id, lot_id): total for variant_id, bin_id, lot_id, total in rows}


def list_spots(bin_ids: Collection[int]) -> dict[int, Spot]:
    """Where these bins stand. One query."""
    return {
        row.pk: Spot(key=row.pk, aisle=row.aisle, x_cm=row.x_cm, y_cm=row.y_cm, shelf_level=row.shelf_level)
        for row in Bin.objects.filter(pk__in=bin_ids)
    }


def list_pick_lists(warehouse_id: int) -> QuerySet[PickList]:
    """Walks of a warehouse with how far they are, the newest first."""
    return PickList.objects.filter(warehouse_id=warehouse_id).annotate(
        step_quantity=Count("tasks"),
        open_quantity=Count("tasks", filter=Q(tasks__status=PickTaskStatus.OPEN)),
    )


def list_tasks(pick_list_id: int) -> QuerySet[PickTask]:
    """The steps in walking order with what a sheet shows. One query."""
    return (
        PickTask.objects.filter(pick_list_id=pick_list_id)
        .select_related("variant__product", "bin", "lot")
        .order_by("sequence")
    )


def list_unwanted(pick_list_id: int) -> set[int]:
    """Open steps for which nobody waits now: cancelled, shipped without them, or kept back by an upper app.

    Two queries and those of `register_kept_back`.
    """
    tasks = PickTask.objects.filter(pick_list_id=pick_list_id, status=PickTaskStatus.OPEN)
    steps = list(tasks.values_list("pk", "reference", "variant_id", "pick_list__warehouse_id"))
    references = {reference for _pk, reference, _variant_id, _warehouse_id in steps}
    held = Reservation.objects.filter(
        reference__in=references, state=ReservationState.CONFIRMED, open_quantity__gt=0
    )
    waiting = set(held.values_list("reference", "variant_id", "warehouse_id"))
    kept_back = _find_kept_back(references)
    return {
        pk
        for pk, reference, variant_id, warehouse_id in steps
        if reference in kept_back or (reference, variant_id, warehouse_id) not in waiting
    }


def list_left_in_packing(warehouse_id: int) -> QuerySet[PickTask]:
    """Picked goods to be put back: of a lot that is off sale, or their order waits for them no longer. One query."""
    waiting = Reservation.objects.active().filter(
        warehouse_id=warehouse_id, reference=OuterRef("reference"), variant_id=OuterRef("variant_id")
    )
    return (
        PickTask.objects.filter(
            pick_list__warehouse_id=warehouse_id, picked_quantity__gt=F("settled_quantity")
        )
        .filter(~Exists(waiting) | (Q(lot__isnull=False) & ~Q(lot__status=LotStatus.ACTIVE)))
        .select_related("variant__product", "bin", "lot")
        .order_by("pk")
    )


def list_picker_hours(*, since: datetime, warehouse_id: int | None = None) -> list[PickerHour]:
    """Pace and accuracy by person and hour, the newest first. One query."""
    tasks = PickTask.objects.filter(picked_at__gte=since)
    if warehouse_id:
        tasks = tasks.filter(pick_list__warehouse_id=warehouse_id)
    rows: QuerySet[Any, Any] = (
        tasks.order_by()
        .annotate(hour=TruncHour("picked_at"))
        .values("picked_by", "hour")
        .annotate(
            picks=Count("pk"),
            pieces=Sum("picked_quantity"),
            wrong=Sum("wrong_scans"),
            short=Count("pk", filter=Q(status=PickTaskStatus.SHORT)),
        )
        .order_by("-hour", "picked_by")
    )
    return [
        PickerHour(
            picker=row["picked_by"],
            hour=row["hour"],
            picks=row["picks"],
            pieces=row["pieces"],
            wrong_scans=row["wrong"],
            short_picks=row["short"],
        )
        for row in rows
    ]


def list_pick_history(warehouse_id: int, *, since: datetime) -> list[frozenset[int]]:
    """Which articles left together, order by order: what slotting is simulated on. One query."""
    orders: dict[str, set[int]] = defaultdict(set)
    # What was shipped is always below zero; to say so lets the index by time serve.
    rows = StockMovement.objects.filter(
        ~Q(delta=0), warehouse_id=warehouse_id, kind=MovementKind.SHIPPED, created_at__gte=since
    ).values_list("source_id", "variant_id")
    for source_id, variant_id in rows:
        orders[source_id].add(variant_id)
    return [frozenset(variants) for variants in orders.values()]
