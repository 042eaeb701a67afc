"""Corrections of levels: by a signed quantity, row by row, or to what was counted."""

from collections import Counter
from collections.abc import Sequence

from inventory import locks
from inventory.domain.errors import InvalidQuantity, StockTooLow
from inventory.domain.outflow import split_corrections
from inventory.domain.requests import EntryOutcome, LedgerEntry, Shortage, StockLine
from inventory.models import MovementKind, StockLevel, StockMovement
from inventory.queries.places import list_places
from inventory.services.changes import publish_stock_changes
from inventory.services.ledger import write_movements
from shop.kernel.audit import record_audit
from shop.kernel.transactions import transactional


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
def adjust_level(level: StockLevel, *, quantity: int, token: str, reason: str, actor: str) -> int:
    """Corrects one level by hand, with its line in the audit log. Locks, publishes and raises as adjust_stock.

    `token` makes it happen once.
    """
    line = StockLine(variant_id=level.variant_id, warehouse_id=level.warehouse_id, quantity=quantity)
    changed = adjust_stock([line], source_type="back_office", source_id=token, reason=reason, actor=actor)
    if changed:
        record_audit(
            actor,
            action="inventory.adjust_stock",
            target=f"stock:{level.variant.sku}@{level.warehouse.code}",
            quantity=quantity,
            reason=reason,
        )
    return changed


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
    split = split_corrections(entries, places=list_places(entry.shelf for entry in entries))
    written = write_movements(split, kind=MovementKind.ADJUSTED, source_type=source_type, actor=actor)
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
