"""Goods change their place inside a warehouse."""

from dataclasses import dataclass

from inventory import locks
from inventory.domain.errors import InvalidQuantity, PlaceTooLow, WrongPlace
from inventory.domain.requests import LedgerEntry, StockLine
from inventory.models import Bin, MovementKind, StockMovement, Zone, ZoneKind
from inventory.queries.places import list_places
from inventory.services.changes import publish_stock_changes
from inventory.services.ledger import write_movements
from shop.kernel.transactions import transactional

# One bin of a special zone is enough to start with; people may add more.
_SPECIAL_CODES = {ZoneKind.PACKING: "PACK", ZoneKind.DAMAGED: "DAMAGED", ZoneKind.QUARANTINE: "QUARANTINE"}


@dataclass(frozen=True, kw_only=True)
class MoveSource:
    """What makes a move one, and who made it."""

    source_type: str
    source_id: str
    actor: str
    reason: str = ""
    reference: str = ""


@transactional
def ensure_special_bin(warehouse_id: int, *, kind: ZoneKind) -> Bin:
    """The warehouse's first bin for packing, damaged or quarantined goods, made when it is missing. May be repeated."""
    known = Bin.objects.filter(warehouse_id=warehouse_id, zone__kind=kind).order_by("pk").first()
    if known is not None:
        return known
    code = _SPECIAL_CODES[kind]
    zone, _ = Zone.objects.get_or_create(warehouse_id=warehouse_id, code=code, defaults={"kind": kind})
    new, _ = Bin.objects.get_or_create(warehouse_id=warehouse_id, code=code, defaults={"zone": zone})
    return new


def get_open_bin(warehouse_id: int, *, code: str) -> Bin:
    """The open bin of this code in the warehouse; raises WrongPlace."""
    found = Bin.objects.filter(warehouse_id=warehouse_id, code__iexact=code.strip(), is_active=True).first()
    if found is None:
        raise WrongPlace(code.strip())
    return found


@transactional
def move_stock(
    line: StockLine, *, to_bin: Bin | None, source: MoveSource, kind: MovementKind = MovementKind.MOVED
) -> bool:
    """Takes pieces from the line's bin and lot into another bin of the warehouse; False when booked before.

    Into a damaged or quarantine zone they leave the sale, out of it they return to it. Locks the level. Publishes
    StockChanged when what is for sale changed. Raises PlaceTooLow, WrongPlace, InvalidQuantity. May be repeated.
    """
    if line.quantity < 1:
        raise InvalidQuantity(line.quantity)
    if to_bin is not None and to_bin.warehouse_id != line.warehouse_id:
        raise WrongPlace(to_bin.code)
    level = locks.lock_levels([line.shelf]).get(line.shelf)
    if _is_booked(line, source=source, kind=kind):
        return False
    _check_place(line)
    to_id = to_bin.pk if to_bin else None
    if to_id == line.bin_id:
        raise WrongPlace(to_bin.code if to_bin else "")
    entries = [
        _build_entry(line, bin_id=line.bin_id, delta=-line.quantity, part=0, source=source),
        _build_entry(line, bin_id=to_id, delta=line.quantity, part=1, source=source),
    ]
    write_movements(entries, kind=kind, source_type=source.source_type, actor=source.actor)
    was_free = level.free_quantity if level else 0
    if locks.lock_levels([line.shelf])[line.shelf].free_quantity != was_free:
        publish_stock_changes({line.variant_id})
    return True


def _is_booked(line: StockLine, *, source: MoveSource, kind: MovementKind) -> bool:
    return StockMovement.objects.filter(
        source_type=source.source_type,
        source_id=source.source_id,
        kind=kind,
        variant_id=line.variant_id,
        warehouse_id=line.warehouse_id,
    ).exists()


def _check_place(line: StockLine) -> None:
    key = (line.variant_id, line.warehouse_id, line.bin_id, line.lot_id)
    there = next((p.quantity for p in list_places([line.shelf]).get(line.shelf, ()) if p.key == key), 0)
    if there < line.quantity:
        raise PlaceTooLow(requested_quantity=line.quantity, there_quantity=there)


def _build_entry(
    line: StockLine, *, bin_id: int | None, delta: int, part: int, source: MoveSource
) -> LedgerEntry:
    return LedgerEntry(
        variant_id=line.variant_id,
        warehouse_id=line.warehouse_id,
        delta=delta,
        source_id=source.source_id,
        reason=source.reason,
        reference=source.reference,
        bin_id=bin_id,
        lot_id=line.lot_id,
        part=part,
    )
