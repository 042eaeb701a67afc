"""Deliveries: what came of an order, good, damaged, over or under; each books once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from inventory import locks
from inventory.domain.buying.errors import TooMuchReceived
from inventory.domain.buying.landed import find_landed_share, split_landed_cost
from inventory.domain.buying.states import PurchaseStatus
from inventory.domain.requests import StockLine
from inventory.models import (
    Lot,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    PurchaseReceiptLine,
    ZoneKind,
)
from inventory.services.buying.purchase_orders import audit_order, get_locked, move_order, note_delivery
from inventory.services.moves import ensure_special_bin
from inventory.services.stock import receive_stock
from shop.kernel.clock import now
from shop.kernel.errors import Invalid, NotFound
from shop.kernel.money import Money
from shop.kernel.transactions import transactional

COST_STEP = Decimal("0.000001")
RECEIVABLE = (PurchaseStatus.SENT, PurchaseStatus.PART_RECEIVED)


@dataclass(frozen=True, kw_only=True)
class DeliveredLine:
    """What came of one line of the order."""

    line_id: int
    good_quantity: int
    damaged_quantity: int = 0
    lot_code: str = ""
    expires_on: date | None = None


@transactional
def receive_order(
    order_id: int,
    *,
    number: str,
    lines: Sequence[DeliveredLine],
    actor: str,
    note: str = "",
    keeps_over: bool = False,
) -> PurchaseReceipt:
    """Books one delivery: good units go to stock with their lot and landed cost, damaged ones into the damaged bin.

    Damaged units are not for sale and stay open on the order: they are to be replaced. They are valued at the moving
    average, so that they do not move it; scrapping them or sending them back takes them off the books.

    The order closes when nothing is open. `number` makes it book once: the delivery that has it is given back. Locks the
    order, its lines, then the levels. Publishes PurchaseOrderMoved and StockChanged. Raises OrderMoved, NotFound,
    Invalid, and TooMuchReceived for more than is open unless `keeps_over`.
    """
    known = PurchaseReceipt.objects.filter(number=number).first()
    if known is not None:
        return known
    order = get_locked(order_id, expected=(*RECEIVABLE, PurchaseStatus.CLOSED))
    known = PurchaseReceipt.objects.filter(number=number).first()
    if known is not None:
        return known
    order = get_locked(order_id, expected=RECEIVABLE)
    ordered = {line.pk: line for line in locks.lock_purchase_lines(order_id)}
    delivered = [row for row in lines if row.good_quantity or row.damaged_quantity]
    _check(delivered, ordered=ordered, keeps_over=keeps_over)
    receipt = PurchaseReceipt.objects.create(
        order=order, number=number, note=note, received_by=actor, received_at=now()
    )
    booked = _write_lines(receipt, delivered=delivered, ordered=ordered)
    _put_on_shelves(order, booked=booked, actor=actor)
    order.delivered_at = receipt.received_at
    is_done = all(not line.open_quantity for line in ordered.values())
    moved = move_order(
        order, to=PurchaseStatus.CLOSED if is_done else PurchaseStatus.PART_RECEIVED, actor=actor, note=note
    )
    if not moved:
        note_delivery(order, actor=actor, note=note)
    audit_order(order, action="receive", actor=actor, delivery=number)
    return receipt


def _check(
    delivered: Sequence[DeliveredLine], *, ordered: Mapping[int, PurchaseOrderLine], keeps_over: bool
) -> None:
    if not delivered:
        raise Invalid(_("Say how many came of at least one article."), field="quantity")
    came: Counter[int] = Counter()
    for row in delivered:
        if row.line_id not in ordered:
            raise NotFound(_("This line is not part of the order."))
        if row.good_quantity < 0 or row.damaged_quantity < 0:
            raise Invalid(_("A quantity cannot be below zero."), field="quantity")
        if row.expires_on and not row.lot_code:
            raise Invalid(_("Give the lot of what expires."), field="lot_code")
        came[row.line_id] += row.good_quantity
    for line_id, quantity in came.items():
        line = ordered[line_id]
        if quantity > line.open_quantity and not keeps_over:
            raise TooMuchReceived(
                line.variant.sku, open_quantity=line.open_quantity, received_quantity=quantity
            )


def _find_lot(row: PurchaseReceiptLine) -> int | None:
    """The lot of that name, which is written down when it comes for the first time."""
    if not row.lot_code:
        return None
    lot, _is_new = Lot.objects.get_or_create(
        variant_id=row.line.variant_id, code=row.lot_code, defaults={"expires_on": row.expires_on}
    )
    if row.expires_on and lot.expires_on != row.expires_on:
        message = _("Lot %(lot)s is known with another date of expiry: %(date)s.")
        raise Invalid(message % {"lot": lot.code, "date": lot.expires_on or "–"}, field="expires_on")
    return lot.pk


def _write_lines(
    receipt: PurchaseReceipt,
    *,
    delivered: Sequence[DeliveredLine],
    ordered: Mapping[int, PurchaseOrderLine],
) -> list[PurchaseReceiptLine]:
    order, rows = receipt.order, []
    shares = _list_shares(order, lines=list(ordered.values()))
    for given in delivered:
        line = ordered[given.line_id]
        before = line.received_quantity
        line.received_quantity += given.good_quantity
        line.damaged_quantity += given.damaged_quantity
        line.save()
        landed = find_landed_share(
            shares[line.pk], ordered_quantity=line.quantity, before=before, after=line.received_quantity
        )
        rows.append(
            PurchaseReceiptLine(
                receipt=receipt,
                line=line,
                good_quantity=given.good_quantity,
                damaged_quantity=given.damaged_quantity,
                lot_code=given.lot_code,
                expires_on=given.expires_on,
                landed_amount=landed.amount,
                unit_cost=_find_unit_cost(line, landed=landed, quantity=given.good_quantity),
            )
        )
    return PurchaseReceiptLine.objects.bulk_create(rows)


def _list_shares(order: PurchaseOrder, *, lines: Sequence[PurchaseOrderLine]) -> dict[int, Money]:
    """What of freight, duty and other costs each line carries, by its value."""
    extra = Money(order.freight_amount + order.duty_amount + order.other_amount, order.currency)
    goods = [(Money(line.unit_amount * line.quantity, order.currency), line.quantity) for line in lines]
    split = split_landed_cost(goods, extra=extra)
    return {line.pk: part.share for line, part in zip(lines, split, strict=True)}


def _find_unit_cost(line: PurchaseOrderLine, *, landed: Money, quantity: int) -> Decimal:
    """In the house's own currency, by the order's exchange rate."""
    if not quantity:
        return Decimal(0)
    cost = (line.unit_amount * quantity + landed.amount) * line.order.exchange_rate / quantity
    return cost.quantize(COST_STEP)


def _put_on_shelves(order: PurchaseOrder, *, booked: Sequence[PurchaseReceiptLine], actor: str) -> None:
    for row in booked:
        if row.good_quantity:
            line = _build_stock_line(row, quantity=row.good_quantity, unit_cost=row.unit_cost)
            receive_stock(
                [line],
                source_type="purchase",
                source_id=f"{order.number}:{row.pk}",
                reason=order.number,
                actor=actor,
            )
        # After the good ones, whose price then is in the average that damaged ones are booked at.
        if row.damaged_quantity:
            bin_ = ensure_special_bin(order.warehouse_id, kind=ZoneKind.DAMAGED)
            receive_stock(
                [_build_stock_line(row, quantity=row.damaged_quantity, bin_id=bin_.pk)],
                source_type="purchase",
                source_id=f"{order.number}:{row.pk}:damaged",
                reason=order.number,
                actor=actor,
            )


def _build_stock_line(
    row: PurchaseReceiptLine, *, quantity: int, unit_cost: Decimal | None = None, bin_id: int | None = None
) -> StockLine:
    return StockLine(
        variant_id=row.line.variant_id,
        warehouse_id=row.receipt.order.warehouse_id,
        quantity=quantity,
        bin_id=bin_id,
        lot_id=_find_lot(row),
        unit_cost=unit_cost,
    )
