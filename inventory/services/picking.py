"""Picking: walks are planned for what is held and paid, steps are confirmed by scan, goods wait in packing."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from inventory import locks
from inventory.domain.errors import InvalidQuantity, LotNotSellable, NothingToPick, PickNotWanted
from inventory.domain.picking import PickNeed, PlannedPick, plan_picks, sort_walk
from inventory.domain.requests import StockLine
from inventory.domain.states import PICK_LISTS, PickListStatus, PickTaskStatus
from inventory.domain.walking import measure_walk
from inventory.models import LotStatus, MovementKind, PickList, PickListKind, PickTask, ZoneKind
from inventory.queries.picking import list_needs, list_planned, list_spots, list_unwanted
from inventory.queries.places import list_places
from inventory.services.moves import MoveSource, ensure_special_bin, move_stock
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.ids import new_number
from shop.kernel.transactions import transactional

WAVE_REFERENCES = 200
BATCH_REFERENCES = 8
_LIMITS: Mapping[str, int] = {
    PickListKind.WAVE: WAVE_REFERENCES,
    PickListKind.BATCH: BATCH_REFERENCES,
    PickListKind.ORDER: 1,
}


@transactional
def create_pick_list(
    warehouse_id: int, *, kind: PickListKind, actor: str, references: Sequence[str] = ()
) -> PickList:
    """A walk for the references given, or for those that wait longest: as many as the kind takes.

    What expires first is planned first; what other walks have planned is left to them. Walks of one warehouse are planned
    one after the other. Raises NothingToPick.
    """
    locks.lock_warehouse_walks(warehouse_id)
    needs = list_needs(warehouse_id, references=references, most=_LIMITS[kind])
    shelves = {(need.variant_id, warehouse_id) for need in needs}
    places = list_places(shelves) if shelves else {}
    planned = plan_picks(needs, places=places, taken=list_planned(warehouse_id), today=localdate(now()))
    if not planned:
        raise NothingToPick
    spots = list_spots({pick.bin_id for pick in planned if pick.bin_id})
    walk = sort_walk(planned, spots=spots)
    visited = list(dict.fromkeys(pick.bin_id for pick in walk if pick.bin_id in spots))
    pick_list = PickList.objects.create(
        number=new_number("W"),
        warehouse_id=warehouse_id,
        kind=kind,
        created_by=actor,
        walk_cm=measure_walk([spots[bin_id] for bin_id in visited if bin_id]),
    )
    PickTask.objects.bulk_create(
        _build_task(pick_list, pick, sequence) for sequence, pick in enumerate(walk, 1)
    )
    return pick_list


def _build_task(pick_list: PickList, pick: PlannedPick, sequence: int) -> PickTask:
    return PickTask(
        pick_list=pick_list,
        sequence=sequence,
        reference=pick.reference,
        variant_id=pick.variant_id,
        bin_id=pick.bin_id,
        lot_id=pick.lot_id,
        quantity=pick.quantity,
    )


@transactional
def start_pick_list(pick_list_id: int, *, actor: str) -> PickList:
    """The walk is somebody's. Locks the pick list. Raises Invalid when it is somebody else's. May be repeated."""
    pick_list = locks.lock_pick_list(pick_list_id)
    if pick_list.picker and pick_list.picker != actor and pick_list.status == PickListStatus.PICKING:
        raise Invalid(_("%(picker)s picks this list.") % {"picker": pick_list.picker}, field="picker")
    if PICK_LISTS.check(pick_list.status, PickListStatus.PICKING):
        pick_list.status, pick_list.started_at = PickListStatus.PICKING, now()
    pick_list.picker = actor
    pick_list.save(update_fields=["status", "started_at", "picker"])
    return pick_list


@transactional
def confirm_pick(task_id: int, *, quantity: int, actor: str) -> PickTask:
    """So many were taken: they move from their bin to packing. Fewer than asked: the rest is planned from elsewhere.

    Locks the pick list, then the level. Raises LotNotSellable (the step is planned anew), PickNotWanted, PlaceTooLow,
    InvalidQuantity, Invalid. May be repeated: a step that is done is given back.
    """
    pick_list = locks.lock_pick_list(PickTask.objects.values_list("pick_list_id", flat=True).get(pk=task_id))
    task = PickTask.objects.select_related("lot").get(pk=task_id)
    if task.status != PickTaskStatus.OPEN:
        return task
    if not 0 <= quantity <= task.quantity:
        raise InvalidQuantity(quantity)
    if task.pk in list_unwanted(pick_list.pk):
        raise PickNotWanted(task.reference)
    _check_lot(task)
    if quantity:
        packing = ensure_special_bin(pick_list.warehouse_id, kind=ZoneKind.PACKING)
        line = StockLine(
            variant_id=task.variant_id,
            warehouse_id=pick_list.warehouse_id,
            quantity=quantity,
            bin_id=task.bin_id,
            lot_id=task.lot_id,
        )
        source = MoveSource(source_type="pick", source_id=str(task.pk), actor=actor, reference=task.reference)
        move_stock(line, to_bin=packing, source=source, kind=MovementKind.PICKED)
    task.picked_quantity, task.picked_by, task.picked_at = quantity, actor, now()
    task.status = PickTaskStatus.PICKED if quantity == task.quantity else PickTaskStatus.SHORT
    task.save(update_fields=["picked_quantity", "picked_by", "picked_at", "status"])
    if task.status == PickTaskStatus.SHORT:
        _plan_rest(pick_list, task)
    _finish_when_done(pick_list)
    return task


def _check_lot(task: PickTask) -> None:
    lot = task.lot
    if lot is None:
        return
    is_late = lot.expires_on is not None and lot.expires_on <= localdate(now())
    if lot.status != LotStatus.ACTIVE or is_late:
        raise LotNotSellable(lot.code)


def _plan_rest(pick_list: PickList, task: PickTask) -> None:
    """Plans what a step did not find from any other place; nothing when there is none."""
    locks.lock_warehouse_walks(pick_list.warehouse_id)
    need = PickNeed(
        reference=task.reference,
        variant_id=task.variant_id,
        warehouse_id=pick_list.warehouse_id,
        quantity=task.quantity - task.picked_quantity,
    )
    shelf = (task.variant_id, pick_list.warehouse_id)
    taken = Counter(list_planned(pick_list.warehouse_id))
    places = [
        p for p in list_places([shelf]).get(shelf, []) if (p.bin_id, p.lot_id) != (task.bin_id, task.lot_id)
    ]
    planned = plan_picks([need], places={shelf: places}, taken=taken, today=localdate(now()))
    last = pick_list.tasks.order_by("-sequence").values_list("sequence", flat=True)[0]
    PickTask.objects.bulk_create(
        _build_task(pick_list, pick, last + number) for number, pick in enumerate(planned, 1)
    )


@transactional
def replan_task(task_id: int) -> int:
    """Takes back a step whose lot must not be sold any more and plans it from elsewhere; the number of new steps.

    Locks the pick list. May be repeated (then 0).
    """
    pick_list = locks.lock_pick_list(PickTask.objects.values_list("pick_list_id", flat=True).get(pk=task_id))
    task = PickTask.objects.get(pk=task_id)
    if task.status != PickTaskStatus.OPEN:
        return 0
    before = pick_list.tasks.count()
    task.status = PickTaskStatus.CANCELLED
    task.save(update_fields=["status"])
    _plan_rest(pick_list, task)
    _finish_when_done(pick_list)
    return pick_list.tasks.count() - before


def _finish_when_done(pick_list: PickList) -> None:
    """Steps for which nobody waits do not keep a walk open; should somebody wait again, a new walk is planned."""
    left, unwanted = pick_list.tasks.filter(status=PickTaskStatus.OPEN), list_unwanted(pick_list.pk)
    if left.exclude(pk__in=unwanted).exists():
        return
    left.update(status=PickTaskStatus.CANCELLED)
    pick_list.status, pick_list.finished_at = PickListStatus.DONE, now()
    pick_list.save(update_fields=["status", "finished_at"])


@transactional
def note_wrong_scan(task_id: int) -> None:
    """Somebody scanned another article or bin than the step asks for: counted, for the accuracy report."""
    PickTask.objects.filter(pk=task_id, status=PickTaskStatus.OPEN).update(wrong_scans=F("wrong_scans") + 1)


@transactional
def cancel_pick_list(pick_list_id: int) -> PickList:
    """Ends a walk; what was picked stays in packing for its order. Locks the pick list. May be repeated."""
    pick_list = locks.lock_pick_list(pick_list_id)
    if PICK_LISTS.check(pick_list.status, PickListStatus.CANCELLED):
        pick_list.tasks.filter(status=PickTaskStatus.OPEN).update(status=PickTaskStatus.CANCELLED)
        pick_list.status, pick_list.finished_at = PickListStatus.CANCELLED, now()
        pick_list.save(update_fields=["status", "finished_at"])
    return pick_list


@transactional
def put_back(task_id: int, *, bin_id: int | None, actor: str) -> bool:
    """Picked goods of an order that was cancelled go back to a bin; False when there is nothing to put back.

    Locks the pick list, then the level. Raises WrongPlace, PlaceTooLow. May be repeated.
    """
    locks.lock_pick_list(PickTask.objects.values_list("pick_list_id", flat=True).get(pk=task_id))
    task = PickTask.objects.select_related("pick_list").get(pk=task_id)
    left = task.picked_quantity - task.settled_quantity
    if left < 1:
        return False
    warehouse_id = task.pick_list.warehouse_id
    line = StockLine(
        variant_id=task.variant_id,
        warehouse_id=warehouse_id,
        quantity=left,
        bin_id=ensure_special_bin(warehouse_id, kind=ZoneKind.PACKING).pk,
        lot_id=task.lot_id,
    )
    target = task.pick_list.warehouse.bins.filter(pk=bin_id, is_active=True).first() if bin_id else None
    source = MoveSource(source_type="put_back", source_id=str(task.pk), actor=actor, reference=task.reference)
    move_stock(line, to_bin=target, source=source)
    task.settled_quantity = task.picked_quantity
    task.save(update_fields=["settled_quantity"])
    return True
