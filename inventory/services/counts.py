"""Counting: sheets are planned, counted once or twice, approved where it matters, and posted as movements."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from inventory import locks
from inventory.domain.counting import CountLimits, judge_count
from inventory.domain.errors import CountNotReady, InvalidQuantity, StockTooLow
from inventory.domain.requests import LedgerEntry, Shortage
from inventory.domain.states import COUNTS, CountLineStatus, CountStatus
from inventory.models import CountKind, CountLine, MovementKind, StockCount, StockItem, StockLevel, Warehouse
from inventory.queries.counts import list_countable_items, list_due_items
from inventory.queries.places import at_place
from inventory.services.changes import publish_stock_changes
from inventory.services.ledger import write_movements
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.ids import new_number
from shop.kernel.transactions import savepoint, transactional

LIMITS = CountLimits()
CYCLE_LINES = 40
_WAITING = (CountLineStatus.OPEN, CountLineStatus.RECOUNT, CountLineStatus.APPROVAL)


@transactional
def plan_count(
    warehouse_id: int,
    *,
    kind: CountKind,
    actor: str,
    bin_ids: Sequence[int] | None = None,
    is_blind: bool = True,
) -> StockCount:
    """A sheet for the whole warehouse, or for these bins. Raises Invalid when nothing lies there."""
    items = list_countable_items(warehouse_id, bin_ids=bin_ids)
    if not items:
        raise Invalid(_("Nothing lies there that could be counted."), field="bins")
    return _write_sheet(
        warehouse_id,
        kind=kind,
        actor=actor,
        items=items,
        is_blind=is_blind,
        planned_on=localdate(now()),
    )


def plan_cycle_counts() -> int:
    """One sheet a day for each active warehouse with what its classes make due; the number of new sheets.

    May run at any time and twice at once: the day's sheet is unique.
    """
    return sum(_plan_cycle_count(warehouse.pk) for warehouse in Warehouse.objects.active())


@transactional
def _plan_cycle_count(warehouse_id: int) -> bool:
    planned_on = localdate(now())
    cycles = StockCount.objects.filter(warehouse_id=warehouse_id, kind=CountKind.CYCLE)
    if cycles.filter(planned_on=planned_on).exists() or cycles.filter(status=CountStatus.OPEN).exists():
        return False
    items = list_due_items(warehouse_id, now=now(), most=CYCLE_LINES)
    if not items:
        return False
    try:
        with savepoint():
            _write_sheet(
                warehouse_id,
                kind=CountKind.CYCLE,
                actor="system",
                items=items,
                is_blind=True,
                planned_on=planned_on,
            )
    except IntegrityError:
        return False
    return True


def _write_sheet(
    warehouse_id: int,
    *,
    kind: CountKind,
    actor: str,
    items: Sequence[StockItem],
    is_blind: bool,
    planned_on: date,
) -> StockCount:
    count = StockCount.objects.create(
        number=new_number("C"),
        warehouse_id=warehouse_id,
        kind=kind,
        is_blind=is_blind,
        planned_on=planned_on,
        created_by=actor,
    )
    CountLine.objects.bulk_create(
        CountLine(count=count, variant_id=item.variant_id, bin_id=item.bin_id, lot_id=item.lot_id)
        for item in items
    )
    return count


@transactional
def add_found_line(
    count_id: int, *, variant_id: int, bin_id: int | None, lot_id: int | None = None
) -> CountLine:
    """The line of what was found where the sheet does not expect it. Locks the count. May be repeated."""
    count = locks.lock_count(count_id)
    _check_open(count)
    lines = CountLine.objects.filter(count=count, variant_id=variant_id)
    known = lines.filter(at_place(bin_id=bin_id, lot_id=lot_id)).first()
    return known or CountLine.objects.create(count=count, variant_id=variant_id, bin_id=bin_id, lot_id=lot_id)


def _check_open(count: StockCount) -> None:
    if count.status not in {CountStatus.OPEN, CountStatus.REVIEW}:
        raise Invalid(_("This count is finished."), field="count")


@transactional
def record_count(line_id: int, *, quantity: int, actor: str) -> CountLine:
    """Writes down what somebody counted beside what the system says at this moment; the line with its new state.

    Locks the count, then the level, so that the figure it is compared with is the one of the moment: what moves later
    does not matter. Raises InvalidQuantity, Invalid when the count is finished or the line needs no further count.
    """
    if quantity < 0:
        raise InvalidQuantity(quantity)
    count_id = CountLine.objects.values_list("count_id", flat=True).get(pk=line_id)
    count = locks.lock_count(count_id)
    _check_open(count)
    line = CountLine.objects.get(pk=line_id)
    if line.status not in {CountLineStatus.OPEN, CountLineStatus.RECOUNT}:
        raise Invalid(_("This place was counted already."), field="quantity")
    level = locks.lock_levels([(line.variant_id, count.warehouse_id)]).get(
        (line.variant_id, count.warehouse_id)
    )
    is_second = line.status == CountLineStatus.RECOUNT
    line.first_quantity = line.counted_quantity if is_second else None
    line.first_by = line.counted_by if is_second else ""
    line.expected_quantity = _read_place(line, warehouse_id=count.warehouse_id)
    line.counted_quantity, line.counted_by, line.counted_at = quantity, actor, now()
    line.unit_cost = level.average_cost if level else line.unit_cost
    line.status = judge_count(
        expected_quantity=line.expected_quantity,
        counted_quantity=quantity,
        first_quantity=line.first_quantity,
        unit_cost=line.unit_cost,
        limits=LIMITS,
    )
    line.save()
    _follow_lines(count)
    return line


def _read_place(line: CountLine, *, warehouse_id: int) -> int:
    place = at_place(bin_id=line.bin_id, lot_id=line.lot_id)
    item = StockItem.objects.filter(place, variant_id=line.variant_id, warehouse_id=warehouse_id).first()
    return item.quantity if item else 0


def _follow_lines(count: StockCount) -> None:
    """Nothing left to count, something left to approve: the sheet waits for review."""
    states = set(count.lines.values_list("status", flat=True))
    waits_for_counting = states & {CountLineStatus.OPEN, CountLineStatus.RECOUNT}
    status = (
        CountStatus.REVIEW
        if not waits_for_counting and CountLineStatus.APPROVAL in states
        else CountStatus.OPEN
    )
    if COUNTS.check(count.status, status):
        count.status = status
        count.save(update_fields=["status"])


@transactional
def decide_line(line_id: int, *, is_approved: bool, actor: str) -> CountLine:
    """Approves a large difference, or sends the line back to be counted anew. Locks the count. May be repeated.

    Raises Invalid when one who counted, the first time or again, wants to approve, and when there is nothing to decide.
    """
    count = locks.lock_count(CountLine.objects.values_list("count_id", flat=True).get(pk=line_id))
    _check_open(count)
    line = CountLine.objects.get(pk=line_id)
    if line.status == CountLineStatus.SETTLED and is_approved:
        return line
    if line.status != CountLineStatus.APPROVAL:
        raise Invalid(_("There is nothing to decide about this line."), field="line")
    if actor in {line.counted_by, line.first_by}:
        raise Invalid(_("Somebody else must approve what you counted."), field="line")
    line.status = CountLineStatus.SETTLED if is_approved else CountLineStatus.RECOUNT
    line.approved_by = actor if is_approved else ""
    line.save(update_fields=["status", "approved_by"])
    record_audit(
        actor, action="inventory.decide_count_line", target=f"count_line:{line.pk}", approved=is_approved
    )
    _follow_lines(count)
    return line


@transactional
def post_count(count_id: int, *, actor: str) -> StockCount:
    """Books the differences as movements and ends the count. Locks the count, then the levels. May be repeated.

    The difference of the counting moment is booked, so what moved since stays right. Publishes StockChanged. Raises
    CountNotReady, and StockTooLow where missing pieces are held for orders or have left meanwhile (count anew then).
    """
    count = locks.lock_count(count_id)
    if not COUNTS.check(count.status, CountStatus.POSTED):
        return count
    lines = list(count.lines.select_related("variant"))
    if waiting := sum(line.status in _WAITING for line in lines):
        raise CountNotReady(open_lines=waiting)
    _book_differences(count, lines=lines, actor=actor)
    count.lines.filter(status=CountLineStatus.SETTLED).update(status=CountLineStatus.POSTED)
    count.status, count.posted_at = CountStatus.POSTED, now()
    count.save(update_fields=["status", "posted_at"])
    _note_counted(count, lines=lines)
    record_audit(actor, action="inventory.post_count", target=f"count:{count.number}", lines=len(lines))
    return count


def _book_differences(count: StockCount, *, lines: Sequence[CountLine], actor: str) -> None:
    wrong = [line for line in lines if line.status == CountLineStatus.SETTLED and line.difference]
    # All of them, not only the wrong ones: each is marked as counted below, and an UPDATE locks in no order.
    levels = locks.lock_levels((line.variant_id, count.warehouse_id) for line in lines)
    deltas: dict[int, int] = {}
    for line in wrong:
        deltas[line.variant_id] = deltas.get(line.variant_id, 0) + line.difference
        there = _read_place(line, warehouse_id=count.warehouse_id)
        if there + line.difference < 0:
            _refuse(line, count=count, available=there)
    for line in wrong:
        level = levels.get((line.variant_id, count.warehouse_id))
        on_hand, reserved = (level.on_hand, level.reserved) if level else (0, 0)
        if on_hand + deltas[line.variant_id] < reserved:
            _refuse(line, count=count, available=on_hand - reserved)
    entries = [
        LedgerEntry(
            variant_id=line.variant_id,
            warehouse_id=count.warehouse_id,
            delta=line.difference,
            source_id=f"{count.number}:{line.pk}",
            reason=count.number,
            bin_id=line.bin_id,
            lot_id=line.lot_id,
        )
        # What was found first: a level must not fall below what is held on the way.
        for line in sorted(wrong, key=lambda line: (line.variant_id, -line.difference))
    ]
    if entries:
        write_movements(entries, kind=MovementKind.COUNTED, source_type="count", actor=actor)
        publish_stock_changes({entry.variant_id for entry in entries})


def _refuse(line: CountLine, *, count: StockCount, available: int) -> None:
    raise StockTooLow(
        Shortage(
            variant_id=line.variant_id,
            requested_quantity=-line.difference,
            available_quantity=max(available, 0),
        ),
        warehouse_id=count.warehouse_id,
    )


def _note_counted(count: StockCount, *, lines: Sequence[CountLine]) -> None:
    counted = {line.variant_id for line in lines if line.counted_at}
    StockLevel.objects.filter(warehouse_id=count.warehouse_id, variant_id__in=counted).update(
        last_counted_at=count.posted_at
    )


@transactional
def cancel_count(count_id: int, *, actor: str) -> StockCount:
    """Throws a sheet away; nothing is booked. Locks the count. Raises NotAllowed once posted. May be repeated."""
    count = locks.lock_count(count_id)
    if COUNTS.check(count.status, CountStatus.CANCELLED):
        count.status = CountStatus.CANCELLED
        count.save(update_fields=["status"])
        record_audit(actor, action="inventory.cancel_count", target=f"count:{count.number}")
    return count
