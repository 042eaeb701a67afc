"""Purchase orders from draft to shelf."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localtime

from catalog.models import Variant
from inventory.domain.buying.errors import (
    AboveApprovalLimit,
    NothingToOrder,
    NotOfSupplier,
    OrderMoved,
    OwnOrder,
    TooMuchReceived,
    WrongPackSize,
)
from inventory.models import (
    Lot,
    PurchaseReceipt,
    StockItem,
    StockLevel,
    StockMovement,
    SupplierItem,
    ZoneKind,
)
from inventory.queries.buying.demand import find_day
from inventory.queries.buying.purchase_orders import find_unbooked_costs
from inventory.services.buying.purchase_orders import (
    OrderCosts,
    OrderedLine,
    approve_order,
    cancel_order,
    change_order,
    close_order,
    reopen_order,
    send_order,
    write_order,
)
from inventory.services.buying.receiving import DeliveredLine, receive_order
from shop.kernel.clock import now
from shop.kernel.errors import Invalid, NotAllowed
from shop.kernel.invariants import check_invariants
from shop.kernel.models import AuditEntry, OutboxEvent
from tests.factories.buying import make_offer, make_purchase_order, make_supplier
from tests.factories.inventory import make_bare_variant, make_warehouse

pytestmark = pytest.mark.django_db
BUYER = "buyer@example.com"
BOSS = "boss@example.com"


def list_told() -> list[str]:
    events = OutboxEvent.objects.filter(topic="inventory.purchase_order_moved").order_by("pk")
    return [event.payload["status"] for event in events]


def test_an_order_goes_from_draft_to_shelf() -> None:
    supplier, warehouse, variant = make_supplier(lead_days=7), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant, prices={1: "4.00", 50: "3.50"}, multiple=10)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 60}, is_sent=True)
    line = order.lines.get()
    assert (line.unit_amount, line.supplier_sku) == (Decimal("3.50"), f"X-{variant.sku}")
    assert order.expected_on == localtime(now()).date() + timedelta(days=7)
    receive_order(
        order.pk, number="D1", lines=[DeliveredLine(line_id=line.pk, good_quantity=40)], actor=BUYER
    )
    order.refresh_from_db()
    assert (order.status, StockLevel.objects.get().on_hand) == ("part_received", 40)
    receive_order(
        order.pk, number="D2", lines=[DeliveredLine(line_id=line.pk, good_quantity=20)], actor=BUYER
    )
    order.refresh_from_db()
    assert (order.status, StockLevel.objects.get().on_hand) == ("closed", 60)
    assert list_told() == ["draft", "approved", "sent", "part_received", "closed"]
    assert [event.kind for event in order.events.all()] == list_told()


def test_the_expected_day_is_the_agreed_one_however_late_the_supplier_is_known_to_be() -> None:
    """Seven days agreed, fifteen for one article, thirty measured; a day that the buyer gave stands."""
    supplier, warehouse, variant = make_supplier(lead_days=7), make_warehouse(), make_bare_variant()
    slow = make_bare_variant()
    supplier.measured_lead_days = Decimal(30)
    supplier.save()
    make_offer(supplier, variant=variant)
    SupplierItem.objects.filter(pk=make_offer(supplier, variant=slow).pk).update(lead_days=15)
    today = find_day(now())

    def send(*variants: Variant) -> date | None:
        quantities = {one.pk: 10 for one in variants}
        return make_purchase_order(
            supplier, warehouse=warehouse, quantities=quantities, is_sent=True
        ).expected_on

    assert send(variant) == today + timedelta(days=7)
    assert send(variant, slow) == today + timedelta(days=15)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 10})
    chosen = today + timedelta(days=3)
    lines = [OrderedLine(variant_id=variant.pk, quantity=10)]
    change_order(order.pk, lines=lines, actor=BUYER, expected_on=chosen)
    approve_order(order.pk, actor=BUYER)
    assert send_order(order.pk, actor=BUYER).expected_on == chosen


def test_a_delivery_sent_twice_is_booked_once() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 5}, is_sent=True)
    lines = [DeliveredLine(line_id=order.lines.get().pk, good_quantity=5)]
    first = receive_order(order.pk, number="D1", lines=lines, actor=BUYER)
    assert receive_order(order.pk, number="D1", lines=lines, actor=BUYER) == first
    assert (PurchaseReceipt.objects.count(), StockLevel.objects.get().on_hand) == (1, 5)


def test_damaged_goods_stay_open_and_lie_in_the_damaged_bin() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 5}, is_sent=True)
    delivered = DeliveredLine(line_id=order.lines.get().pk, good_quantity=3, damaged_quantity=2)
    receive_order(order.pk, number="D1", lines=[delivered], actor=BUYER)
    order.refresh_from_db()
    line = order.lines.get()
    assert (order.status, line.damaged_quantity, line.open_quantity) == ("part_received", 2, 2)
    level = StockLevel.objects.get()
    assert (level.on_hand, level.blocked, level.available) == (5, 2, 3)
    (lost,) = StockItem.objects.filter(bin__zone__kind=ZoneKind.DAMAGED)
    assert lost.quantity == 2
    # At the average of the good ones, which they do not move.
    costs = StockMovement.objects.order_by("pk").values_list("delta", "unit_cost", "reason")
    assert list(costs) == [(3, level.average_cost, order.number), (2, level.average_cost, order.number)]
    assert check_invariants() == []
    close_order(order.pk, actor=BUYER, note="credited")
    order.refresh_from_db()
    assert order.status == "closed"


def test_what_is_over_stays_only_when_somebody_says_so() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 5}, is_sent=True)
    lines = [DeliveredLine(line_id=order.lines.get().pk, good_quantity=6)]
    with pytest.raises(TooMuchReceived) as caught:
        receive_order(order.pk, number="D1", lines=lines, actor=BUYER)
    assert (caught.value.open_quantity, caught.value.received_quantity) == (5, 6)
    assert not StockMovement.objects.exists()
    receive_order(order.pk, number="D1", lines=lines, actor=BUYER, keeps_over=True)
    assert (StockLevel.objects.get().on_hand, order.lines.get().open_quantity) == (6, 0)


def test_two_lots_of_one_line_count_together() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 5}, is_sent=True)
    line_id = order.lines.get().pk
    halves = [
        DeliveredLine(line_id=line_id, good_quantity=3, lot_code="L1", expires_on=date(2030, 1, 31)),
        DeliveredLine(line_id=line_id, good_quantity=3, lot_code="L2"),
    ]
    with pytest.raises(TooMuchReceived):
        receive_order(order.pk, number="D1", lines=halves, actor=BUYER)
    receive_order(order.pk, number="D1", lines=halves, actor=BUYER, keeps_over=True)
    assert list(Lot.objects.order_by("code").values_list("code", "expires_on")) == [
        ("L1", date(2030, 1, 31)),
        ("L2", None),
    ]
    assert sorted(StockMovement.objects.values_list("lot__code", "delta")) == [("L1", 3), ("L2", 3)]


def test_a_lot_has_one_date_of_expiry() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    Lot.objects.create(variant=variant, code="L1", expires_on=date(2030, 1, 31))
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 5}, is_sent=True)
    wrong = DeliveredLine(
        line_id=order.lines.get().pk, good_quantity=5, lot_code="L1", expires_on=date(2031, 1, 31)
    )
    with pytest.raises(Invalid) as caught:
        receive_order(order.pk, number="D1", lines=[wrong], actor=BUYER)
    assert caught.value.field == "expires_on"
    assert not PurchaseReceipt.objects.exists()


def test_freight_and_duty_become_part_of_the_cost() -> None:
    """Goods 30 and 10; 10.01 on top: 7.51 and 2.50. Units cost (30 + 7.51) / 10 and (10 + 2.50) / 5."""
    supplier, warehouse = make_supplier(), make_warehouse()
    dear, cheap = make_bare_variant(), make_bare_variant()
    make_offer(supplier, variant=dear, prices={1: "3.00"})
    make_offer(supplier, variant=cheap, prices={1: "2.00"})
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={dear.pk: 10, cheap.pk: 5})
    lines = [OrderedLine(variant_id=dear.pk, quantity=10), OrderedLine(variant_id=cheap.pk, quantity=5)]
    costs = OrderCosts(freight_amount=Decimal(8), duty_amount=Decimal("2.01"))
    change_order(order.pk, lines=lines, actor=BUYER, costs=costs)
    approve_order(order.pk, actor=BUYER)
    send_order(order.pk, actor=BUYER)
    first, second = order.lines.order_by("pk")
    receive_order(
        order.pk,
        number="D1",
        lines=[
            DeliveredLine(line_id=first.pk, good_quantity=4),
            DeliveredLine(line_id=second.pk, good_quantity=5),
        ],
        actor=BUYER,
    )
    receive_order(
        order.pk, number="D2", lines=[DeliveredLine(line_id=first.pk, good_quantity=6)], actor=BUYER
    )
    booked = {
        receipt.number: [(row.landed_amount, row.unit_cost) for row in receipt.lines.all()]
        for receipt in PurchaseReceipt.objects.all()
    }
    # 7.51 · 0.4 = 3.004, rounded 3.00; the rest of it comes with the second delivery.
    assert booked == {
        "D1": [(Decimal("3.000"), Decimal("3.750000")), (Decimal("2.500"), Decimal("2.500000"))],
        "D2": [(Decimal("4.510"), Decimal("3.751667"))],
    }


def test_what_a_short_order_does_not_book_is_told() -> None:
    """Goods 30 and 10, freight 10.01: shares 7.51 and 2.50. Four of ten came, 7.51 · 0.4 = 3.00; 7.01 is left over."""
    supplier, warehouse = make_supplier(), make_warehouse()
    came, missing = make_bare_variant(), make_bare_variant()
    make_offer(supplier, variant=came, prices={1: "3.00"})
    make_offer(supplier, variant=missing, prices={1: "2.00"})
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={came.pk: 10, missing.pk: 5})
    lines = [OrderedLine(variant_id=came.pk, quantity=10), OrderedLine(variant_id=missing.pk, quantity=5)]
    change_order(order.pk, lines=lines, actor=BUYER, costs=OrderCosts(freight_amount=Decimal("10.01")))
    approve_order(order.pk, actor=BUYER)
    send_order(order.pk, actor=BUYER)
    delivered = DeliveredLine(line_id=order.lines.get(variant=came).pk, good_quantity=4)
    receive_order(order.pk, number="D1", lines=[delivered], actor=BUYER)
    close_order(order.pk, actor=BUYER)
    order.refresh_from_db()
    assert find_unbooked_costs(order, receipts=order.receipts.all()).amount == Decimal("7.01")
    assert (
        AuditEntry.objects.get(action="inventory.close_purchase_order").facts["unbooked_costs"] == "7.01 EUR"
    )
    # What came keeps the cost it was booked at: (12 + 3.00) / 4.
    assert StockLevel.objects.get(variant=came).average_cost == Decimal("3.75")


def test_orders_are_written_of_what_the_supplier_offers_in_its_packs() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant, minimum=10, multiple=6)

    def write(*lines: OrderedLine) -> None:
        write_order(supplier.pk, warehouse_id=warehouse.pk, lines=lines, actor=BUYER)

    with pytest.raises(NothingToOrder):
        write()
    with pytest.raises(NotOfSupplier):
        write(OrderedLine(variant_id=make_bare_variant().pk, quantity=12))
    for quantity in (6, 13):
        with pytest.raises(WrongPackSize):
            write(OrderedLine(variant_id=variant.pk, quantity=quantity))
    with pytest.raises(Invalid):
        write(OrderedLine(variant_id=variant.pk, quantity=0))
    assert list_told() == []


def test_a_page_sent_twice_writes_one_order() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    lines = [OrderedLine(variant_id=variant.pk, quantity=1)]
    orders = [
        write_order(supplier.pk, warehouse_id=warehouse.pk, lines=lines, actor=BUYER, number="P-1")
        for _ in range(2)
    ]
    assert orders[0] == orders[1]


def test_large_orders_need_a_second_pair_of_eyes() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant, prices={1: "100.00"})
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 51})
    with pytest.raises(AboveApprovalLimit):
        approve_order(order.pk, actor=BOSS)
    with pytest.raises(OwnOrder):
        approve_order(order.pk, actor=BUYER, may_approve_large=True)
    assert approve_order(order.pk, actor=BOSS, may_approve_large=True).approved_by == BOSS


def test_exactly_the_limit_is_approved_by_the_buyer() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant, prices={1: "100.00"})
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 50})
    assert approve_order(order.pk, actor=BUYER).status == "approved"


def test_only_a_draft_changes_and_only_what_has_not_come_is_cancelled() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 5})
    lines = [OrderedLine(variant_id=variant.pk, quantity=7)]
    approve_order(order.pk, actor=BUYER)
    with pytest.raises(OrderMoved):
        change_order(order.pk, lines=lines, actor=BUYER)
    reopen_order(order.pk, actor=BUYER)
    change_order(order.pk, lines=lines, actor=BUYER)
    approve_order(order.pk, actor=BUYER)
    send_order(order.pk, actor=BUYER)
    delivered = [DeliveredLine(line_id=order.lines.get().pk, good_quantity=1)]
    receive_order(order.pk, number="D1", lines=delivered, actor=BUYER)
    with pytest.raises(NotAllowed):
        cancel_order(order.pk, actor=BUYER)


def test_nothing_is_received_of_a_draft() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 5})
    delivered = [DeliveredLine(line_id=order.lines.get().pk, good_quantity=5)]
    with pytest.raises(OrderMoved):
        receive_order(order.pk, number="D1", lines=delivered, actor=BUYER)
    assert not PurchaseReceipt.objects.exists()
