"""What partners write of holds, counts and transfers: named as people name things, all of a call or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from inventory.domain.errors import LotMismatch, WrongPlace
from inventory.domain.requests import StockRequest
from inventory.domain.states import CountLineStatus
from inventory.models import Bin, CountKind, CountLine, Reservation, StockCount, Transfer, Warehouse
from inventory.queries.buying.suppliers import find_variant_ids
from inventory.queries.lots import find_lot
from inventory.queries.places import at_place
from inventory.services.counts import add_found_line, plan_count, record_count
from inventory.services.moves import get_open_bin
from inventory.services.reservations import reserve_stock
from inventory.services.transfers import Arrival, create_transfer, receive_transfer
from shop.kernel.clock import now
from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.kernel.transactions import transactional

_COUNTABLE: Final = (CountLineStatus.OPEN, CountLineStatus.RECOUNT)


@dataclass(frozen=True, kw_only=True)
class CountedRow:
    """So many of an article in one place; no bin means not put away, no lot not traced."""

    sku: str
    quantity: int
    bin: str = ""
    lot: str = ""


@dataclass(frozen=True, kw_only=True)
class ArrivedRow:
    """What came of one article, of one lot where a lot is named."""

    sku: str
    received: int
    damaged: int = 0
    lot: str = ""


def get_active_warehouse(code: str, *, field: str = "warehouse") -> Warehouse:
    """The warehouse of this code; raises Invalid."""
    found = Warehouse.objects.active().filter(code=code).first()
    if found is None:
        raise Invalid(_("There is no warehouse with this code."), field=field)
    return found


@transactional
def hold_stock(
    reference: str, *, quantities: Mapping[str, int], minutes: int, country: str, channel: str
) -> None:
    """Holds articles by SKU, all or none. Raises Invalid, OutOfStock, and Conflict for a reference that was used before.

    Locks and publishes as reserve_stock.
    """
    ids = find_variant_ids(quantities)
    if Reservation.objects.filter(reference=reference).exists():
        raise Conflict(_("This reference was used before. Choose another one."), field="reference")
    reserve_stock(
        reference,
        lines=[StockRequest(variant_id=ids[sku], quantity=quantity) for sku, quantity in quantities.items()],
        expires_at=now() + timedelta(minutes=minutes),
        country=country,
        channel=channel,
    )


@transactional
def plan_named_count(warehouse_code: str, *, kind: CountKind, bins: Sequence[str], actor: str) -> StockCount:
    """A sheet for a warehouse, or for these bins of it. Raises Invalid, WrongPlace."""
    warehouse = get_active_warehouse(warehouse_code)
    bin_ids = [_get_bin(warehouse.pk, code=code).pk for code in bins]
    return plan_count(warehouse.pk, kind=kind, actor=actor, bin_ids=bin_ids or None)


def _get_bin(warehouse_id: int, *, code: str) -> Bin:
    try:
        return get_open_bin(warehouse_id, code=code)
    except WrongPlace as error:
        error.field = "bin"
        raise


@transactional
def record_rows(count: StockCount, *, rows: Sequence[CountedRow], actor: str) -> None:
    """Writes down what was counted, place by place; a place that is not on the sheet is added to it.

    Locks and raises as record_count; WrongPlace and LotMismatch for what nobody knows.
    """
    ids = find_variant_ids([row.sku for row in rows])
    for row in rows:
        line = _find_line(count, row=row, variant_id=ids[row.sku])
        if line.status not in _COUNTABLE:
            raise Invalid(_("%(sku)s was counted already in this place.") % {"sku": row.sku}, field="lines")
        record_count(line.pk, quantity=row.quantity, actor=actor)


def _find_line(count: StockCount, *, row: CountedRow, variant_id: int) -> CountLine:
    bin_id = _get_bin(count.warehouse_id, code=row.bin).pk if row.bin else None
    lot = find_lot(variant_id, code=row.lot) if row.lot else None
    if row.lot and lot is None:
        raise LotMismatch(row.lot, reason=_("There is no lot %(lot)s of this article.") % {"lot": row.lot})
    lot_id = lot.pk if lot else None
    lines = CountLine.objects.filter(count=count, variant_id=variant_id)
    known = lines.filter(at_place(bin_id=bin_id, lot_id=lot_id)).first()
    return known or add_found_line(count.pk, variant_id=variant_id, bin_id=bin_id, lot_id=lot_id)


@transactional
def write_transfer(
    origin: str, *, destination: str, quantities: Mapping[str, int], number: str, note: str, actor: str
) -> Transfer:
    """Writes a transfer down by codes and SKUs; nothing moves yet. Once per number. Raises Invalid."""
    ids = find_variant_ids(quantities)
    return create_transfer(
        get_active_warehouse(origin, field="origin").pk,
        destination_id=get_active_warehouse(destination, field="destination").pk,
        lines=[(ids[sku], quantity) for sku, quantity in quantities.items()],
        actor=actor,
        note=note,
        number=number,
    )


@transactional
def receive_rows(
    transfer: Transfer, *, rows: Sequence[ArrivedRow], is_last: bool, token: str, actor: str
) -> Transfer:
    """Books what arrived, filled into the lines of the article in order. Locks, publishes and raises as receive_transfer.

    Raises NotFound for an article or lot that is not on the way.
    """
    arrivals = [arrival for row in rows for arrival in _fill_lines(transfer, row=row)]
    return receive_transfer(transfer.pk, arrivals=arrivals, is_last=is_last, token=token, actor=actor)


def _fill_lines(transfer: Transfer, *, row: ArrivedRow) -> list[Arrival]:
    """An article that left from several lots or bins has several lines; what is too much meets the last one, and is refused."""
    lines = transfer.lines.filter(variant__sku__iexact=row.sku).order_by("pk")
    found = list(lines.filter(lot__code__iexact=row.lot) if row.lot else lines)
    if not found:
        raise NotFound(_("%(sku)s is not part of this transfer.") % {"sku": row.sku}, field="sku")
    arrivals, received, damaged = [], row.received, row.damaged
    for line in found:
        is_end = line is found[-1]
        good = received if is_end else min(received, line.transit_quantity)
        bad = damaged if is_end else min(damaged, line.transit_quantity - good)
        received, damaged = received - good, damaged - bad
        if good or bad:
            arrivals.append(Arrival(line_id=line.pk, received_quantity=good, damaged_quantity=bad))
    return arrivals
