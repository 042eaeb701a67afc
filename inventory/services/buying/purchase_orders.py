"""Purchase orders: written, changed, approved, sent, closed, cancelled."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from catalog.models import Variant
from inventory import locks
from inventory.domain.buying.errors import (
    AboveApprovalLimit,
    NothingToOrder,
    NotOfSupplier,
    OrderMoved,
    OwnOrder,
    WrongPackSize,
)
from inventory.domain.buying.events import PurchaseOrderMoved
from inventory.domain.buying.order_sizes import find_unit_price, round_to_packs
from inventory.domain.buying.states import (
    PURCHASES,
    PurchaseOrigin,
    PurchaseStatus,
    SuggestionState,
)
from inventory.models import (
    PurchaseOrder,
    PurchaseOrderEvent,
    PurchaseOrderLine,
    PurchaseSuggestion,
    Supplier,
    Warehouse,
)
from inventory.queries.buying.demand import find_day
from inventory.queries.buying.positions import Offer, get_policy, list_offers
from inventory.queries.buying.purchase_orders import find_agreed_lead_days, find_unbooked_costs, sum_goods
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.kernel.events import publish
from shop.kernel.ids import new_number
from shop.kernel.money import Money
from shop.kernel.transactions import transactional


@dataclass(frozen=True, kw_only=True)
class OrderedLine:
    """So many of one article; without a price the supplier's own one for the quantity."""

    variant_id: int
    quantity: int
    unit_amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class OrderCosts:
    """What comes on top of the goods."""

    freight_amount: Decimal = Decimal(0)
    duty_amount: Decimal = Decimal(0)
    other_amount: Decimal = Decimal(0)


FREE: Final = OrderCosts()


@transactional
def write_order(
    supplier_id: int,
    *,
    warehouse_id: int,
    lines: Sequence[OrderedLine],
    actor: str,
    origin: PurchaseOrigin = PurchaseOrigin.BUYER,
    number: str = "",
    costs: OrderCosts = FREE,
    note: str = "",
    expected_on: date | None = None,
) -> PurchaseOrder:
    """Writes a draft, with its line in the audit log; the one that has the number already, when the page was sent twice.

    Locks the buying of its shelves: open suggestions for them count as ordered from now on. Publishes
    PurchaseOrderMoved. Raises NotFound, NothingToOrder, NotOfSupplier and WrongPackSize.
    """
    supplier = Supplier.objects.active().filter(pk=supplier_id).first()
    warehouse = Warehouse.objects.active().filter(pk=warehouse_id).first()
    if supplier is None or warehouse is None:
        raise NotFound(_("There is no such supplier or warehouse."))
    wanted = sum_lines(lines)
    locks.lock_buying([(variant_id, warehouse_id) for variant_id in wanted])
    known = PurchaseOrder.objects.filter(number=number).first() if number else None
    if known is not None and known.supplier_id == supplier.pk:
        return known
    if known is not None:
        raise Conflict(_("Another order has this number. Load the page again."), field="number")
    order = PurchaseOrder.objects.create(
        number=number or new_number("P"),
        supplier=supplier,
        warehouse=warehouse,
        origin=origin,
        currency=supplier.currency,
        note=note,
        expected_on=expected_on,
        created_by=actor,
        created_at=now(),
        **asdict(costs),
    )
    put_lines(order, wanted=wanted, prices=_list_prices(lines), actor=actor)
    _note(order, kind=order.status, actor=actor)
    audit_order(order, action="write", actor=actor)
    return order


def sum_lines(lines: Sequence[OrderedLine]) -> Counter[int]:
    """Quantities by variant; raises NothingToOrder for none, Invalid for anything below one."""
    wanted: Counter[int] = Counter()
    for line in lines:
        if line.quantity < 1:
            raise Invalid(_("The quantity must be a whole number above zero."), field="quantity")
        wanted[line.variant_id] += line.quantity
    if not wanted:
        raise NothingToOrder
    return wanted


def _list_prices(lines: Sequence[OrderedLine]) -> dict[int, Decimal]:
    return {line.variant_id: line.unit_amount for line in lines if line.unit_amount is not None}


def put_lines(
    order: PurchaseOrder, *, wanted: Mapping[int, int], prices: Mapping[int, Decimal], actor: str
) -> list[PurchaseOrderLine]:
    """Writes these lines into a draft whose shelves' buying is locked; a line that is there gets the new quantity."""
    offers = _list_offers(order.supplier, variant_ids=list(wanted))
    lines = [
        _put_line(order, offer=offers[variant_id], quantity=quantity, price=prices.get(variant_id))
        for variant_id, quantity in sorted(wanted.items())
    ]
    _cover_suggestions(order, lines=lines, actor=actor)
    return lines


def _list_offers(supplier: Supplier, *, variant_ids: Sequence[int]) -> dict[int, Offer]:
    found = {
        variant_id: offer
        for variant_id, offers in list_offers(variant_ids).items()
        for offer in offers
        if offer.item.supplier_id == supplier.pk
    }
    missing = [variant_id for variant_id in variant_ids if variant_id not in found]
    if missing:
        variant = Variant.objects.filter(pk=missing[0]).first()
        raise NotOfSupplier(variant.sku if variant else str(missing[0]), supplier=supplier.name)
    return found


def _put_line(
    order: PurchaseOrder, *, offer: Offer, quantity: int, price: Decimal | None
) -> PurchaseOrderLine:
    item = offer.item
    packed = round_to_packs(
        quantity, minimum_quantity=item.minimum_quantity, multiple_quantity=item.multiple_quantity
    )
    if packed != quantity:
        raise WrongPackSize(
            Variant.objects.get(pk=item.variant_id).sku,
            minimum_quantity=item.minimum_quantity,
            multiple_quantity=item.multiple_quantity,
        )
    listed = find_unit_price(quantity, breaks=offer.breaks) if offer.breaks else 0.0
    line, _is_new = PurchaseOrderLine.objects.update_or_create(
        order=order,
        variant_id=item.variant_id,
        defaults={
            "quantity": quantity,
            "unit_amount": Decimal(str(listed)) if price is None else price,
            "supplier_sku": item.supplier_sku,
        },
    )
    return line


def _cover_suggestions(order: PurchaseOrder, *, lines: Sequence[PurchaseOrderLine], actor: str) -> None:
    instant = now()
    for line in lines:
        PurchaseSuggestion.objects.open().filter(
            variant_id=line.variant_id, warehouse_id=order.warehouse_id
        ).update(
            state=SuggestionState.COVERED,
            line=line,
            accepted_quantity=line.quantity,
            decided_by=actor,
            decided_at=instant,
        )


@transactional
def change_order(
    order_id: int,
    *,
    lines: Sequence[OrderedLine],
    actor: str,
    costs: OrderCosts = FREE,
    note: str = "",
    expected_on: date | None = None,
) -> PurchaseOrder:
    """Gives a draft these lines and costs in place of those it has, with its line in the audit log.

    Locks the buying of all shelves concerned, then the order. Raises OrderMoved when it is no draft any more.
    """
    wanted = sum_lines(lines)
    known = PurchaseOrder.objects.filter(pk=order_id).values_list("warehouse_id", flat=True).first()
    before = set(PurchaseOrderLine.objects.filter(order_id=order_id).values_list("variant_id", flat=True))
    locks.lock_buying([(variant_id, known or 0) for variant_id in {*wanted, *before}])
    order = get_locked(order_id, expected=(PurchaseStatus.DRAFT,))
    PurchaseOrderLine.objects.filter(order=order).exclude(variant_id__in=wanted).delete()
    put_lines(order, wanted=wanted, prices=_list_prices(lines), actor=actor)
    for name, value in {**asdict(costs), "note": note, "expected_on": expected_on}.items():
        setattr(order, name, value)
    order.save()
    audit_order(order, action="change", actor=actor)
    return order


def get_locked(order_id: int, *, expected: Sequence[PurchaseStatus]) -> PurchaseOrder:
    """The order, locked; raises NotFound, and OrderMoved when it stands elsewhere."""
    order = locks.lock_purchase_order(order_id)
    if order is None:
        raise NotFound(_("There is no such purchase order."))
    if order.status not in expected:
        raise OrderMoved(str(order.get_status_display()))
    return order


@transactional
def approve_order(order_id: int, *, actor: str, may_approve_large: bool = False) -> PurchaseOrder:
    """Says yes to a draft. Locks the order, publishes PurchaseOrderMoved; approving twice changes nothing.

    Raises AboveApprovalLimit for those who may not approve large orders, OwnOrder above the limit for whoever wrote it,
    NothingToOrder without lines.
    """
    order = get_locked(order_id, expected=(PurchaseStatus.DRAFT, PurchaseStatus.APPROVED))
    if order.status == PurchaseStatus.APPROVED:
        return order
    total = sum_goods(locks.lock_purchase_lines(order_id), currency=order.currency)
    if not total.amount and not order.lines.exists():
        raise NothingToOrder
    _check_limit(order, total=total, actor=actor, may_approve_large=may_approve_large)
    order.approved_by, order.approved_at = actor, now()
    move_order(order, to=PurchaseStatus.APPROVED, actor=actor)
    audit_order(order, action="approve", actor=actor)
    return order


def _check_limit(order: PurchaseOrder, *, total: Money, actor: str, may_approve_large: bool) -> None:
    policy = get_policy()
    if total.amount * order.exchange_rate <= policy.approval_limit_amount:
        return
    if not may_approve_large:
        limit = Money(policy.approval_limit_amount, policy.currency).quantized()
        raise AboveApprovalLimit(total=str(total), limit=str(limit))
    if order.created_by == actor:
        raise OwnOrder


@transactional
def send_order(order_id: int, *, actor: str) -> PurchaseOrder:
    """The order has gone out; the agreed lead time gives the day on which it is expected, unless one is set.

    Never the measured one: a supplier that is always late would be on time by it. Locks the order, publishes
    PurchaseOrderMoved (which mails it). May be repeated. Raises OrderMoved.
    """
    order = get_locked(order_id, expected=(PurchaseStatus.APPROVED, PurchaseStatus.SENT))
    if order.status == PurchaseStatus.SENT:
        return order
    instant = now()
    order.sent_at = instant
    order.expected_on = order.expected_on or _expect(order, instant=instant)
    move_order(order, to=PurchaseStatus.SENT, actor=actor)
    audit_order(order, action="send", actor=actor)
    return order


def _expect(order: PurchaseOrder, *, instant: datetime) -> date:
    """The day by which all of it was promised: the longest lead time agreed for one of its articles."""
    return find_day(instant) + timedelta(days=find_agreed_lead_days(order))


@transactional
def reopen_order(order_id: int, *, actor: str) -> PurchaseOrder:
    """Takes an approval back, so that the order can be changed. Locks the order. Raises OrderMoved."""
    order = get_locked(order_id, expected=(PurchaseStatus.APPROVED,))
    order.approved_by, order.approved_at = "", None
    move_order(order, to=PurchaseStatus.DRAFT, actor=actor)
    audit_order(order, action="reopen", actor=actor)
    return order


@transactional
def close_order(order_id: int, *, actor: str, note: str = "") -> PurchaseOrder:
    """Nothing more is expected: what is open no longer counts as on its way. Locks the order. May be repeated.

    What arrived keeps the cost it was booked at, since some of it has been sold: the share of freight and duty of what
    did not come stays outside the stock's value, and the audit log tells how much that is.
    """
    order = get_locked(
        order_id, expected=(PurchaseStatus.SENT, PurchaseStatus.PART_RECEIVED, PurchaseStatus.CLOSED)
    )
    if move_order(order, to=PurchaseStatus.CLOSED, actor=actor, note=note):
        unbooked = find_unbooked_costs(order, receipts=order.receipts.prefetch_related("lines"))
        audit_order(order, action="close", actor=actor, note=note, unbooked_costs=str(unbooked))
    return order


@transactional
def cancel_order(order_id: int, *, actor: str, note: str = "") -> PurchaseOrder:
    """Ends an order of which nothing has come. Locks the order. May be repeated. Raises NotAllowed."""
    order = get_locked(order_id, expected=tuple(PurchaseStatus))
    if move_order(order, to=PurchaseStatus.CANCELLED, actor=actor, note=note):
        audit_order(order, action="cancel", actor=actor, note=note)
    return order


def move_order(order: PurchaseOrder, *, to: PurchaseStatus, actor: str, note: str = "") -> bool:
    """Writes state and history together and says so; False when it stands there already. The caller holds the lock."""
    if not PURCHASES.check(order.status, to):
        order.save()
        return False
    order.status = to
    if to in {PurchaseStatus.CLOSED, PurchaseStatus.CANCELLED}:
        order.closed_at = now()
    order.save()
    _note(order, kind=to, actor=actor, note=note)
    return True


def _note(order: PurchaseOrder, *, kind: str, actor: str, note: str = "") -> None:
    PurchaseOrderEvent.objects.create(order=order, kind=kind, actor=actor, note=note, at=now())
    publish(PurchaseOrderMoved(purchase_order_id=order.pk, number=order.number, status=kind))


def audit_order(order: PurchaseOrder, *, action: str, actor: str, **facts: object) -> None:
    """The audit log's line of what somebody did with an order, beside the change itself."""
    record_audit(
        actor, action=f"inventory.{action}_purchase_order", target=f"purchase_order:{order.number}", **facts
    )


def note_delivery(order: PurchaseOrder, *, actor: str, note: str = "") -> None:
    """A further part came while the order stays part received. The caller holds the lock and has moved it."""
    _note(order, kind=order.status, actor=actor, note=note)
