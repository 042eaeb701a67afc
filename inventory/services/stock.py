"""Physical stock: it comes, comes back, and goes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.utils.timezone import localdate

from inventory import locks
from inventory.domain.errors import InvalidQuantity, StockTooLow
from inventory.domain.outflow import build_out_entries, count_shippable, split_outflow
from inventory.domain.places import number_parts
from inventory.domain.requests import ShipRequest, Shortage, StockLine
from inventory.domain.shipping import plan_consumption, sum_lines
from inventory.models import MovementKind, Reservation, ReservationState, StockMovement, Warehouse
from inventory.queries.picking import list_staged
from inventory.queries.places import list_places
from inventory.services.changes import publish_stock_changes
from inventory.services.ledger import write_movements
from inventory.services.lots import ensure_lot
from inventory.services.staging import settle_staged
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
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
    """Goods came in, with bin, lot and cost where the lines say so; the number of shelves that changed.

    Publishes StockChanged. Raises InvalidQuantity. May be repeated per source.
    """
    return _add(
        lines,
        kind=MovementKind.RECEIVED,
        source_type=source_type,
        source_id=source_id,
        reason=reason,
        actor=actor,
    )


@transactional
def receive_goods(
    line: StockLine,
    *,
    lot_code: str,
    expires_on: date | None,
    source_type: str,
    source_id: str,
    reason: str,
    actor: str,
) -> int:
    """One article came in, in the lot of this code if there is one; a new lot is made. Repeats as receive_stock.

    Publishes StockChanged. Raises InvalidQuantity, and LotMismatch for a lot that is known with another date.
    """
    if lot_code:
        lot = ensure_lot(line.variant_id, code=lot_code, expires_on=expires_on)
        line = replace(line, lot_id=lot.pk)
    return receive_stock([line], source_type=source_type, source_id=source_id, reason=reason, actor=actor)


@transactional
def return_stock(
    lines: Sequence[StockLine],
    *,
    source_type: str,
    source_id: str,
    reason: str = "",
    actor: str = "system",
) -> int:
    """Sold goods came back; into a bin of a damaged zone they are not for sale. The number of shelves that changed.

    Publishes StockChanged. Raises InvalidQuantity. May be repeated per source.
    """
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
    sum_lines(lines)
    entries = number_parts(lines, source_id=source_id, reason=reason)
    written = write_movements(entries, kind=kind, source_type=source_type, actor=actor)
    publish_stock_changes({variant_id for variant_id, _, _ in written})
    return len(written)


@transactional
def ship_stock(
    reference: str,
    *,
    lines: Sequence[ShipRequest],
    source_id: str,
    actor: str = "system",
) -> bool:
    """Goods held for the reference left the house; False when this shipment was booked before.

    A line may leave another warehouse than the one that holds it, if that one has free stock. It leaves from what was
    picked for the reference, else first expired first out; expired and recalled lots never leave. Locks the reference,
    then the levels. Publishes StockChanged. Raises NotReserved, StockTooLow, InvalidQuantity. May be repeated per source.
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
    _check_shippable(wanted, taken=taken)
    moment = now()
    locks.give_back(
        locks.GivenBack(
            quantities=taken,
            source_type="shipment",
            source_id=source_id,
            reason="shipped",
            reference=reference,
            created_at=moment,
            actor=actor,
        )
    )
    _close_reservations(active, taken=taken)
    staged = list_staged(reference)
    split = split_outflow(wanted, places=list_places(wanted), staged=staged, today=localdate(moment))
    entries = [
        entry
        for parts in split.values()
        for entry in build_out_entries(parts, source_id=source_id, reason=reference, reference=reference)
    ]
    write_movements(entries, kind=MovementKind.SHIPPED, source_type="shipment", actor=actor)
    settle_staged(reference, parts=[part for parts in split.values() for part in parts])
    publish_stock_changes({variant_id for variant_id, _ in wanted})
    return True


def _check_shippable(wanted: Mapping[tuple[int, int], int], *, taken: Counter[tuple[int, int]]) -> None:
    levels = locks.lock_levels({*wanted, *taken})
    for shelf, quantity in wanted.items():
        level = levels.get(shelf)
        shippable = (
            count_shippable(
                on_hand=level.on_hand,
                blocked=level.blocked,
                free=level.free_quantity,
                held_here=taken[shelf],
            )
            if level
            else 0
        )
        if shippable < quantity:
            shortage = Shortage(
                variant_id=shelf[0], requested_quantity=quantity, available_quantity=max(shippable, 0)
            )
            raise StockTooLow(shortage, warehouse_id=shelf[1])


def _close_reservations(active: Sequence[Reservation], *, taken: Mapping[tuple[int, int], int]) -> None:
    touched = [row for row in active if taken.get((row.variant_id, row.warehouse_id))]
    for row in touched:
        row.open_quantity -= taken[row.variant_id, row.warehouse_id]
        row.fenced_quantity = min(row.fenced_quantity, row.open_quantity)
        if row.open_quantity == 0:
            row.state = ReservationState.SHIPPED
    Reservation.objects.bulk_update(touched, ["open_quantity", "fenced_quantity", "state"])


@transactional
def scrap_stock(line: StockLine, *, source_type: str, source_id: str, reason: str, actor: str) -> bool:
    """Throws away what lies in one place (a bin and lot, or what was not put away); False when booked before.

    Also takes what is not for sale. With its line in the audit log. Locks the level. Publishes StockChanged. Raises
    StockTooLow when less lies there or when it would take what is held, and InvalidQuantity. May be repeated per source.
    """
    if line.quantity < 1:
        raise InvalidQuantity(line.quantity)
    level = locks.lock_levels([line.shelf]).get(line.shelf)
    key = (line.variant_id, line.warehouse_id, line.bin_id, line.lot_id)
    place = next((p for p in list_places([line.shelf]).get(line.shelf, ()) if p.key == key), None)
    there = place.quantity if place else 0
    if place and level and place.is_sellable:
        there = min(there, level.on_hand - level.blocked - level.reserved)
    elif level:
        there = min(there, level.on_hand - level.reserved)
    if there < line.quantity and not _is_booked(line, source_type=source_type, source_id=source_id):
        raise StockTooLow(
            Shortage(
                variant_id=line.variant_id,
                requested_quantity=line.quantity,
                available_quantity=max(there, 0),
            ),
            warehouse_id=line.warehouse_id,
        )
    out = StockLine(
        variant_id=line.variant_id,
        warehouse_id=line.warehouse_id,
        quantity=-line.quantity,
        bin_id=line.bin_id,
        lot_id=line.lot_id,
    )
    entries = number_parts([out], source_id=source_id, reason=reason)
    written = write_movements(entries, kind=MovementKind.SCRAPPED, source_type=source_type, actor=actor)
    if written:
        publish_stock_changes({line.variant_id})
        _audit_scrap(line, outcome=source_type, reason=reason, actor=actor)
    return bool(written)


def _audit_scrap(line: StockLine, *, outcome: str, reason: str, actor: str) -> None:
    record_audit(
        actor,
        action="inventory.scrap_stock",
        target=f"variant:{line.variant_id}",
        warehouse=Warehouse.objects.get(pk=line.warehouse_id).code,
        quantity=line.quantity,
        outcome=outcome,
        reason=reason,
    )


def _is_booked(line: StockLine, *, source_type: str, source_id: str) -> bool:
    return StockMovement.objects.filter(
        source_type=source_type,
        source_id=source_id,
        kind=MovementKind.SCRAPPED,
        variant_id=line.variant_id,
        warehouse_id=line.warehouse_id,
    ).exists()
