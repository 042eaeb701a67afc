"""Transfers: written down, sent, and accounted for piece by piece on arrival."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from inventory import locks
from inventory.domain.errors import InvalidQuantity, StockTooLow
from inventory.domain.events import TransferArrivedShort
from inventory.domain.outflow import build_out_entries
from inventory.domain.places import Part, Place, number_parts, sort_by_expiry, take_parts
from inventory.domain.requests import Shortage, StockLine
from inventory.domain.states import TRANSFERS, TransferStatus
from inventory.models import MovementKind, StockMovement, Transfer, TransferLine, ZoneKind
from inventory.queries.places import list_places
from inventory.services.changes import publish_stock_changes
from inventory.services.ledger import write_movements
from inventory.services.moves import ensure_special_bin
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.events import publish
from shop.kernel.ids import new_number
from shop.kernel.transactions import transactional

SOURCE_OUT = "transfer_out"
SOURCE_IN = "transfer_in"
_MOST_NAMED = 100


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What of one transfer line was found in the lorry."""

    line_id: int
    received_quantity: int
    damaged_quantity: int = 0
    bin_id: int | None = None


@transactional
def create_transfer(
    source_id: int,
    *,
    destination_id: int,
    lines: Sequence[tuple[int, int]],
    actor: str,
    note: str = "",
    number: str = "",
) -> Transfer:
    """Writes a transfer down by (variant, quantity); nothing moves yet. May be repeated under the same number.

    Raises Invalid for one warehouse twice or no lines, InvalidQuantity.
    """
    if source_id == destination_id:
        raise Invalid(_("A transfer goes to another warehouse."), field="destination")
    if not lines:
        raise Invalid(_("Say what is to be sent."), field="lines")
    if number and (known := Transfer.objects.filter(number=number).first()):
        return known
    wanted: Counter[int] = Counter()
    for variant_id, quantity in lines:
        if quantity < 1:
            raise InvalidQuantity(quantity)
        wanted[variant_id] += quantity
    transfer = Transfer.objects.create(
        number=number or new_number("TR"),
        source_id=source_id,
        destination_id=destination_id,
        note=note,
        created_by=actor,
    )
    TransferLine.objects.bulk_create(
        TransferLine(transfer=transfer, variant_id=variant_id, quantity=quantity)
        for variant_id, quantity in sorted(wanted.items())
    )
    return transfer


@transactional
def write_transfer_line(
    source_id: int, *, destination_id: int, variant_id: int, quantity: int, actor: str, number: str
) -> Transfer:
    """Adds an article to the actor's newest draft that goes there, or to a new one of this number.

    An article that the draft has already gets the new quantity, so it may be repeated. Locks the draft. Raises as
    create_transfer.
    """
    drafts = Transfer.objects.filter(
        source_id=source_id,
        destination_id=destination_id,
        created_by=actor,
        status=TransferStatus.DRAFT,
    )
    newest = drafts.order_by("-pk").values_list("pk", flat=True).first()
    draft = locks.lock_transfer(newest) if newest else None
    if draft is None or draft.status != TransferStatus.DRAFT:
        lines = [(variant_id, quantity)]
        return create_transfer(
            source_id, destination_id=destination_id, lines=lines, actor=actor, number=number
        )
    if quantity < 1:
        raise InvalidQuantity(quantity)
    TransferLine.objects.update_or_create(
        transfer=draft, variant_id=variant_id, defaults={"quantity": quantity}
    )
    return draft


@transactional
def send_transfer(transfer_id: int, *, actor: str) -> Transfer:
    """The goods leave, what expires first in front; each line then names its lot and bin. May be repeated.

    Locks the transfer, then the levels. Publishes StockChanged. Raises StockTooLow where less is free, NotAllowed.
    """
    transfer = locks.lock_transfer(transfer_id)
    if not TRANSFERS.check(transfer.status, TransferStatus.SENT):
        return transfer
    lines = list(transfer.lines.all())
    shelves = [(line.variant_id, transfer.source_id) for line in lines]
    levels = locks.lock_levels(shelves)
    places = list_places(shelves)
    today = localdate(now())
    for line in lines:
        shelf = (line.variant_id, transfer.source_id)
        free = levels[shelf].free_quantity if shelf in levels else 0
        chosen = _choose_parts(line, free=free, places=places.get(shelf, []), today=today)
        _note_parts(transfer, line, parts=chosen, cost=levels[shelf].average_cost)
        entries = build_out_entries(chosen, source_id=transfer.number, reason=transfer.note)
        write_movements(entries, kind=MovementKind.TRANSFERRED, source_type=SOURCE_OUT, actor=actor)
    transfer.status, transfer.sent_at = TransferStatus.SENT, now()
    transfer.save(update_fields=["status", "sent_at"])
    publish_stock_changes({line.variant_id for line in lines})
    return transfer


def _choose_parts(line: TransferLine, *, free: int, places: Sequence[Place], today: date) -> list[Part]:
    shelf_places = sort_by_expiry(places, today=today)
    parts, missing = take_parts(shelf_places, quantity=min(line.quantity, max(free, 0)))
    if missing or free < line.quantity:
        raise StockTooLow(
            Shortage(
                variant_id=line.variant_id,
                requested_quantity=line.quantity,
                available_quantity=max(min(free, line.quantity - missing), 0),
            ),
            warehouse_id=line.transfer.source_id,
        )
    return parts


def _note_parts(transfer: Transfer, line: TransferLine, *, parts: Sequence[Part], cost: Decimal) -> None:
    line.delete()
    TransferLine.objects.bulk_create(
        TransferLine(
            transfer=transfer,
            variant_id=part.place.variant_id,
            lot_id=part.place.lot_id,
            bin_id=part.place.bin_id,
            quantity=part.quantity,
            unit_cost=cost,
        )
        for part in parts
    )


@transactional
def receive_transfer(
    transfer_id: int, *, arrivals: Sequence[Arrival], is_last: bool, token: str, actor: str
) -> Transfer:
    """Books what arrived; with the last arrival what is still missing is lost, and the transfer closes.

    Damaged pieces go into the damaged bin and are not for sale. Locks the transfer, then the levels. Publishes
    StockChanged, and TransferArrivedShort when it closes with losses or damage. Raises Invalid where more arrived than
    is on the way, NotAllowed. May be repeated per token.
    """
    transfer = locks.lock_transfer(transfer_id)
    source_id = f"{transfer.number}:{token}"
    if StockMovement.objects.filter(source_type=SOURCE_IN, source_id=source_id).exists():
        return transfer
    if transfer.status == TransferStatus.CLOSED and not _has_arrivals(arrivals):
        return transfer  # when all was lost, no movement tells that this call has been here before
    _check_receivable(transfer)
    lines = {line.pk: line for line in transfer.lines.select_related("variant")}
    booked: list[StockLine] = []
    for arrival in arrivals:
        booked += _book_arrival(transfer, lines.get(arrival.line_id), arrival=arrival)
    entries = number_parts(booked, source_id=source_id, reason=transfer.note)
    write_movements(entries, kind=MovementKind.TRANSFERRED, source_type=SOURCE_IN, actor=actor)
    _finish(transfer, lines=list(lines.values()), is_last=is_last)
    publish_stock_changes({line.variant_id for line in booked})
    return transfer


def _has_arrivals(arrivals: Sequence[Arrival]) -> bool:
    return any(arrival.received_quantity or arrival.damaged_quantity for arrival in arrivals)


def _check_receivable(transfer: Transfer) -> None:
    if transfer.status != TransferStatus.PART_RECEIVED:
        TRANSFERS.check(transfer.status, TransferStatus.PART_RECEIVED)


def _book_arrival(transfer: Transfer, line: TransferLine | None, *, arrival: Arrival) -> list[StockLine]:
    if line is None:
        raise Invalid(_("This line is not part of the transfer."), field="lines")
    if min(arrival.received_quantity, arrival.damaged_quantity) < 0:
        raise InvalidQuantity(min(arrival.received_quantity, arrival.damaged_quantity))
    if arrival.received_quantity + arrival.damaged_quantity > line.transit_quantity:
        raise Invalid(
            _("Only %(transit)d of %(sku)s are on the way. Receive the others as found goods.")
            % {"transit": line.transit_quantity, "sku": line.variant.sku},
            field="quantity",
        )
    line.received_quantity += arrival.received_quantity
    line.damaged_quantity += arrival.damaged_quantity
    line.save(update_fields=["received_quantity", "damaged_quantity"])
    damaged = (
        ensure_special_bin(transfer.destination_id, kind=ZoneKind.DAMAGED).pk
        if arrival.damaged_quantity
        else None
    )
    placed = ((arrival.received_quantity, arrival.bin_id), (arrival.damaged_quantity, damaged))
    return [
        StockLine(
            variant_id=line.variant_id,
            warehouse_id=transfer.destination_id,
            quantity=quantity,
            bin_id=bin_id,
            lot_id=line.lot_id,
            unit_cost=line.unit_cost,
        )
        for quantity, bin_id in placed
        if quantity
    ]


def _finish(transfer: Transfer, *, lines: Sequence[TransferLine], is_last: bool) -> None:
    if not is_last and any(line.transit_quantity for line in lines):
        transfer.status = TransferStatus.PART_RECEIVED
        transfer.save(update_fields=["status"])
        return
    for line in lines:
        line.lost_quantity += line.transit_quantity
    TransferLine.objects.bulk_update(lines, ["lost_quantity"])
    transfer.status, transfer.closed_at = TransferStatus.CLOSED, now()
    transfer.save(update_fields=["status", "closed_at"])
    _tell_discrepancy(transfer, lines=lines)


def _tell_discrepancy(transfer: Transfer, *, lines: Sequence[TransferLine]) -> None:
    wrong = [line for line in lines if line.lost_quantity or line.damaged_quantity]
    if wrong:
        publish(
            TransferArrivedShort(
                transfer_id=transfer.pk,
                number=transfer.number,
                lost_quantity=sum(line.lost_quantity for line in wrong),
                damaged_quantity=sum(line.damaged_quantity for line in wrong),
                source_code=transfer.source.code,
                destination_code=transfer.destination.code,
                skus=tuple(sorted({line.variant.sku for line in wrong})[:_MOST_NAMED]),
            )
        )


@transactional
def cancel_transfer(transfer_id: int) -> Transfer:
    """Throws a draft away. Locks the transfer. Raises NotAllowed once it has left. May be repeated."""
    transfer = locks.lock_transfer(transfer_id)
    if TRANSFERS.check(transfer.status, TransferStatus.CANCELLED):
        transfer.status, transfer.closed_at = TransferStatus.CANCELLED, now()
        transfer.save(update_fields=["status", "closed_at"])
    return transfer
