"""From paid to on its way."""

import pytest

from inventory.domain.errors import StockTooLow
from inventory.models import StockLevel, StockMovement
from orders.domain.errors import NothingToShip, UnknownCarrier
from orders.domain.parcels import ParcelLine
from orders.gateways import get_carrier
from orders.gateways.base import CarrierRefused, CarrierUnavailable, Label, LabelRequest
from orders.models import Order, OrderEvent, SandboxParcel, Shipment
from orders.queries.fulfilment import list_pick_lists
from orders.services.fulfilment import allocate_order, request_label, request_missing_labels, ship_order
from orders.services.lifecycle import cancel_order
from shop.kernel.clock import now, override_now
from shop.kernel.errors import NotAllowed
from shop.kernel.models import OutboxEvent
from shop.kernel.transactions import NetworkInsideTransaction, transaction
from tests.factories.inventory import make_warehouse
from tests.factories.orders import list_broken_invariants, make_article, make_order
from tests.factories.shipments import list_all_lines, make_shipment

pytestmark = pytest.mark.django_db


def get_order_after(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def break_carrier(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The edge of the world: the carrier's answer is an error."""

    def fail(request: LabelRequest) -> Label:
        raise error

    monkeypatch.setattr(get_carrier("sandbox"), "create_label", fail)


def test_only_a_paid_order_is_packed() -> None:
    order = make_order()
    with pytest.raises(NothingToShip):
        allocate_order(order.pk, actor="packer")
    with pytest.raises(NothingToShip):
        make_shipment(order)
    assert not Shipment.objects.exists()


def test_allocation_is_told_once_on_the_timeline() -> None:
    order = make_order(is_paid=True)
    for _ in range(2):
        allocate_order(order.pk, actor="packer@example.com")
    assert get_order_after(order).fulfilment_status == "allocated"
    event = OrderEvent.objects.get(kind="fulfilment.allocated")
    assert event.actor == "packer@example.com"


def test_a_whole_order_leaves_in_one_parcel() -> None:
    article = make_article(stock=10)
    order = make_order((article, 3), is_paid=True)
    shipment = make_shipment(order)
    assert get_order_after(order).fulfilment_status == "shipped"
    level = StockLevel.objects.get(variant=article)
    assert (level.on_hand, level.reserved) == (7, 0)
    movement = StockMovement.objects.get(kind="shipped")
    assert (movement.delta, movement.source_id) == (-3, shipment.number)
    assert SandboxParcel.objects.get().tracking_number == shipment.tracking_number
    events = OutboxEvent.objects.filter(topic="orders.shipment_updated")
    assert [event.payload["status"] for event in events] == ["pending"]
    assert list_broken_invariants() == []


def test_an_order_may_leave_in_parts() -> None:
    order = make_order((make_article(), 3), is_paid=True)
    (line,) = order.lines.all()
    warehouse_id = StockLevel.objects.get().warehouse_id
    part = [ParcelLine(order_line_id=line.pk, quantity=1)]
    ship_order(order.pk, warehouse_id=warehouse_id, carrier="sandbox", lines=part, actor="packer")
    assert get_order_after(order).fulfilment_status == "partially_shipped"
    with pytest.raises(NotAllowed):
        cancel_order(order.pk, reason="operator", actor="service")
    make_shipment(order)
    assert get_order_after(order).fulfilment_status == "shipped"
    assert Shipment.objects.count() == 2
    assert list_broken_invariants() == []


@pytest.mark.parametrize("quantity", [0, 4, -1])
def test_a_parcel_holds_no_more_than_is_left(quantity: int) -> None:
    order = make_order((make_article(), 3), is_paid=True)
    (line,) = order.lines.all()
    warehouse_id = StockLevel.objects.get().warehouse_id
    lines = [ParcelLine(order_line_id=line.pk, quantity=quantity)]
    with pytest.raises(NothingToShip):
        ship_order(order.pk, warehouse_id=warehouse_id, carrier="sandbox", lines=lines, actor="packer")
    assert not Shipment.objects.exists()


def test_a_form_sent_twice_packs_one_parcel() -> None:
    order = make_order((make_article(), 3), is_paid=True)
    (line,) = order.lines.all()
    warehouse_id = StockLevel.objects.get().warehouse_id
    part = [ParcelLine(order_line_id=line.pk, quantity=1)]
    parcels = [
        ship_order(
            order.pk,
            warehouse_id=warehouse_id,
            carrier="sandbox",
            lines=part,
            actor="packer",
            number="PTWICE",
        )
        for _ in range(2)
    ]
    assert parcels[0] == parcels[1]
    assert order.lines.get().shipped_quantity == 1


def test_what_another_warehouse_lacks_does_not_leave_from_there() -> None:
    order = make_order((make_article(), 3), is_paid=True)
    other = make_warehouse("EMPTY")
    with pytest.raises(StockTooLow):
        ship_order(
            order.pk, warehouse_id=other.pk, carrier="sandbox", lines=list_all_lines(order), actor="packer"
        )
    assert not Shipment.objects.exists()
    assert get_order_after(order).fulfilment_status == "unfulfilled"


def test_an_unknown_carrier_packs_nothing() -> None:
    order = make_order(is_paid=True)
    with pytest.raises(UnknownCarrier):
        ship_order(order.pk, warehouse_id=1, carrier="pigeon", lines=list_all_lines(order), actor="packer")
    assert not Shipment.objects.exists()


def test_the_carrier_is_never_called_inside_a_transaction() -> None:
    order = make_order(is_paid=True)
    with pytest.raises(NetworkInsideTransaction), transaction():
        make_shipment(order)


def test_a_carrier_that_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    order = make_order(is_paid=True)
    with monkeypatch.context() as broken:
        break_carrier(broken, CarrierUnavailable("timeout"))
        shipment = make_shipment(order)
    assert shipment.tracking_number == ""
    assert get_order_after(order).fulfilment_status == "shipped"
    assert request_missing_labels() == 0
    from datetime import timedelta

    with override_now(now() + timedelta(minutes=1)):
        assert request_missing_labels() == 1
        assert request_missing_labels() == 0
    shipment.refresh_from_db()
    assert shipment.tracking_number.startswith("SBX")


def test_an_answer_that_was_lost_gives_no_second_parcel() -> None:
    shipment = make_shipment()
    tracking_number = shipment.tracking_number
    Shipment.objects.filter(pk=shipment.pk).update(tracking_number="")
    assert request_label(shipment.pk) is True
    shipment.refresh_from_db()
    assert shipment.tracking_number == tracking_number
    assert SandboxParcel.objects.count() == 1


def test_a_refusal_is_noted_once_for_the_operator_only(monkeypatch: pytest.MonkeyPatch) -> None:
    break_carrier(monkeypatch, CarrierRefused("heavier than 30 kg"))
    shipment = make_shipment()
    assert request_label(shipment.pk) is False
    event = OrderEvent.objects.get(kind="shipment.label_refused")
    assert event.is_public is False
    assert event.facts["reason"] == "heavier than 30 kg"


def test_the_pick_list_says_what_to_take_from_which_warehouse() -> None:
    article = make_article("MUG", stock=2)
    order = make_order((article, 2), is_paid=True)
    unpaid = make_order((make_article("CUP"), 1))
    (sheet,) = list_pick_lists([order.pk, unpaid.pk])
    assert [(pick.sku, pick.quantity, pick.order_number) for pick in sheet.picks] == [
        ("MUG", 2, order.number)
    ]
