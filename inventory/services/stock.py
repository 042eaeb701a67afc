"""Physical stock: it comes, goes, comes back, and is counted."""

from collections import Counter
from collections.abc import Mapping, Sequence

from inventory import locks
from inventory.domain.errors import InvalidQuantity, StockTooLow
from inventory.domain.requests import (
    EntryOutcome,
    LedgerEntry,
    ShipRequest,
    Shortage,
    StockLine,
)
from inventory.domain.shipping import plan_consumption, sum_lines
from inventory.models import (
    MovementKind,
    Reservation,
    ReservationState,
    StockLevel,
    StockMovement,
)
from inventory.services.changes import publish_stock_changes
from inventory.services.ledger import write_movements
from shop.kernel.transactions import transactional


@transactional
def receive_stock(
    lines: Sequence[StockLine],
    *,
    source_type: str,
    source_id: str,
    reason: str = "",
    actor: str = "system",
) -> int:
    """Goods came in; the number of shelves that changed. Publishes StockChanged. May be repeated per source."""
    return _add(
        lines,
        kind=MovementKind.RECEIVED,
        source_type=source_type,
        source_id=source_id,
        reason=reason,
        actor=actor,
    )


@transactional
def return_stock(
    lines: Sequence[StockLine],
    *,
    source_type: str,
    source_id: str,
    reason: str = "",
    actor: str = "system",
) -> int:
    """Sold goods came back fit for sale; the number of shelves that changed. Publishes StockChanged. Repeatable."""
    return _add(
        lines,
        kind=MovementKind.RETURNED,
        source_type=source_type,
        source_id=source_id,
        reason=reason,
        actor=actor,
    )


def _add(
    lines: Sequence[StockLine],
    *,
    kind: MovementKind,
    source_type: str,
    source_id: str,
    reason: str,
    actor: str,
) -> int:
    entries = [
        LedgerEntry(
            variant_id=variant_id,
            warehouse_id=warehouse_id,
            delta=quantity,
            source_id=source_id,
            reason=reason,
        )
        for (variant_id, warehouse_id), quantity in sum_lines(lines).items()
    ]
    written = write_movements(entries, kind=kind, source_type=source_type, actor=actor)
    publish_stock_changes({variant_id for variant_id, _, _ in written})
    return len(written)


@transactional
def adjust_stock(
    lines: Sequence[StockLine],
    *,
    source_type: str,
    source_id: str,
    reason: str,
    actor: str,
) -> int:
    """Corrects levels by signed quantities, all or none; the number of shelves that changed.

    Locks the levels. Publishes StockChanged. Raises StockTooLow where less is free than is to be taken away, and
    InvalidQuantity for zero. May be repeated per source.
    """
    deltas: Counter[tuple[int, int]] = Counter()
    for line in lines:
        if line.quantity == 0:
            raise InvalidQuantity(0)
        deltas[line.variant_id, line.warehouse_id] += line.quantity
    entries = [
        LedgerEntry(
            variant_id=variant_id,
            warehouse_id=warehouse_id,
            delta=delta,
            source_id=source_id,
            reason=reason,
        )
        for (variant_id, warehouse_id), delta in sorted(deltas.items())
        if delta
    ]
    outcomes = _try_entries(entries, source_type=source_type)
    for outcome in outcomes:
        if outcome.shortage:
            raise StockTooLow(outcome.shortage, warehouse_id=outcome.entry.warehouse_id)
    return _write_outcomes(outcomes, source_type=source_type, actor=actor)


@transactional
def adjust_entries(entries: Sequence[LedgerEntry], *, source_type: str, actor: str) -> list[EntryOutcome]:
    """Corrects levels row by row: a row that takes too much is refused, the others are written.

    Locks the levels. Publishes StockChanged per variant. May be repeated: rows already written are not written again.
    """
    outcomes = _try_entries(entries, source_type=source_type)
    _write_outcomes(outcomes, source_type=source_type, actor=actor)
    return outcomes


def _try_entries(entries: Sequence[LedgerEntry], *, source_type: str) -> list[EntryOutcome]:
    levels = locks.lock_levels(entry.shelf for entry in entries)
    known = set(
        StockMovement.objects.filter(
            source_type=source_type,
            source_id__in={e.source_id for e in entries},
            kind=MovementKind.ADJUSTED,
        ).values_list("variant_id", "warehouse_id", "source_id")
    )
    free = Counter({shelf: level.free_quantity for shelf, level in levels.items()})
    return [
        EntryOutcome(entry=entry, is_written=False)
        if (*entry.shelf, entry.source_id) in known
        else _try_entry(entry, free=free)
        for entry in entries
    ]


def _try_entry(entry: LedgerEntry, *, free: Counter[tuple[int, int]]) -> EntryOutcome:
    if free[entry.shelf] + entry.delta < 0:
        shortage = Shortage(
            variant_id=entry.variant_id,
            requested_quantity=-entry.delta,
            available_quantity=free[entry.shelf],
        )
        return EntryOutcome(entry=entry, is_written=False, shortage=shortage)
    free[entry.shelf] += entry.delta
    return EntryOutcome(entry=entry, is_written=True)


def _write_outcomes(outcomes: Sequence[EntryOutcome], *, source_type: str, actor: str) -> int:
    entries = [outcome.entry for outcome in outcomes if outcome.is_written]
    if not entries:
        return 0
    written = write_movements(entries, kind=MovementKind.ADJUSTED, source_type=source_type, actor=actor)
    publish_stock_changes({variant_id for variant_id, _, _ in written})
    return len(written)


@transactional
def set_stock(
    lines: Sequence[StockLine],
    *,
    source_type: str,
    source_id: str,
    reason: str,
    actor: str = "system",
) -> int:
    """Counted: sets `on_hand` to each line's quantity by an adjustment; the number of shelves that changed.

    Locks the levels (they are created where missing). Publishes StockChanged. Raises StockTooLow below what is held,
    InvalidQuantity below zero. May be repeated per source.
    """
    counted = {(line.variant_id, line.warehouse_id): line.quantity for line in lines}
    if min(counted.values(), default=-1) < 0:
        raise InvalidQuantity(min(counted.values(), default=-1))
    StockLevel.objects.bulk_create(
        [
            StockLevel(variant_id=variant_id, warehouse_id=warehouse_id)
            for variant_id, warehouse_id in sorted(counted)
        ],
        ignore_conflicts=True,
    )
    levels = locks.lock_levels(counted)
    changes = [
        StockLine(
            variant_id=shelf[0],
            warehouse_id=shelf[1],
            quantity=quantity - levels[shelf].on_hand,
        )
        for shelf, quantity in counted.items()
        if quantity != levels[shelf].on_hand
    ]
    return adjust_stock(
        changes,
        source_type=source_type,
        source_id=source_id,
        reason=reason,
        actor=actor,
    )


@transactional
def ship_stock(
    reference: str,
    *,
    lines: Sequence[ShipRequest],
    source_id: str,
    actor: str = "system",
) -> bool:
    """Goods held for the reference left the house; False when this shipment was booked before.

    A line may leave another warehouse than the one that holds it, if that one has free stock. Locks the reference, then
    the levels. Publishes StockChanged. Raises NotReserved, StockTooLow, InvalidQuantity. May be repeated per source.
    """
    wanted = sum_lines(lines)
    locks.lock_reference(reference)
    if StockMovement.objects.filter(
        source_type="shipment", source_id=source_id, kind=MovementKind.SHIPPED
    ).exists():
        return False
    active = list(Reservation.objects.active().filter(reference=reference))
    held = {(row.variant_id, row.warehouse_id): row.open_quantity for row in active}
    taken = plan_consumption(reference, wanted=wanted, held=held)
    _check_free(wanted, taken=taken)
    locks.shift_reserved({shelf: -quantity for shelf, quantity in taken.items()})
    _close_reservations(active, taken=taken)
    entries = [
        LedgerEntry(
            variant_id=shelf[0],
            warehouse_id=shelf[1],
            delta=-quantity,
            source_id=source_id,
            reason=reference,
        )
        for shelf, quantity in wanted.items()
    ]
    write_movements(entries, kind=MovementKind.SHIPPED, source_type="shipment", actor=actor)
    publish_stock_changes({variant_id for variant_id, _ in wanted})
    return True


def _check_free(wanted: Mapping[tuple[int, int], int], *, taken: Mapping[tuple[int, int], int]) -> None:
    levels = locks.lock_levels({*wanted, *taken})
    for shelf, quantity in wanted.items():
        free = levels[shelf].free_quantity if shelf in levels else 0
        freed = taken.get(shelf, 0)
        if free + freed < quantity:
            shortage = Shortage(
                variant_id=shelf[0],
                requested_quantity=quantity,
                available_quantity=free + freed,
            )
            raise StockTooLow(shortage, warehouse_id=shelf[1])


def _close_reservations(active: Sequence[Reservation], *, taken: Mapping[tuple[int, int], int]) -> None:
    touched = [row for row in active if taken.get((row.variant_id, row.warehouse_id))]
    for row in touched:
        row.open_quantity -= taken[row.variant_id, row.warehouse_id]
        if row.open_quantity == 0:
            row.state = ReservationState.SHIPPED
    Reservation.objects.bulk_update(touched, ["open_quantity", "state"])
