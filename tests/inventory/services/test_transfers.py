"""Transfers between warehouses."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import Variant
from crm.models import Ticket
from inventory.domain.errors import InvalidQuantity, StockTooLow
from inventory.domain.events import TransferArrivedShort
from inventory.models import StockItem, StockLevel, Transfer, Warehouse
from inventory.queries.positions import list_stock_positions
from inventory.services.transfers import (
    Arrival,
    cancel_transfer,
    create_transfer,
    receive_transfer,
    send_transfer,
    write_transfer_line,
)
from shop.kernel.clock import now
from shop.kernel.errors import Invalid, NotAllowed
from shop.kernel.invariants import check_invariants
from shop.kernel.models import OutboxEvent
from tests.factories.inventory import (
    make_bare_variant,
    make_bin,
    make_lot,
    make_reservation,
    make_warehouse,
    put_stock,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Warehouse:
    return make_warehouse("THERE", priority=2)


@pytest.fixture
def here() -> Warehouse:
    return make_warehouse("HERE", priority=1)


def test_articles_gather_in_the_writers_draft(here: Warehouse, there: Warehouse) -> None:
    tea, cup = make_bare_variant("TEA"), make_bare_variant("CUP")
    for variant in (tea, cup):
        put_stock(variant, warehouse=here, quantity=9)

    def write(variant: Variant, quantity: int, *, number: str, actor: str = "ann") -> Transfer:
        return write_transfer_line(
            here.pk,
            destination_id=there.pk,
            variant_id=variant.pk,
            quantity=quantity,
            actor=actor,
            number=number,
        )

    draft = write(tea, 4, number="TR1")
    assert [write(cup, 2, number="TR2"), write(tea, 5, number="TR3")] == [draft, draft]
    assert sorted(draft.lines.values_list("variant__sku", "quantity")) == [("CUP", 2), ("TEA", 5)]
    with pytest.raises(InvalidQuantity):
        write(cup, 0, number="TR4")
    assert write(tea, 1, number="TR5", actor="bo") != draft
    send_transfer(draft.pk, actor="ann")
    assert write(tea, 1, number="TR6").number == "TR6"


def test_goods_are_in_neither_warehouse_while_they_travel(here: Warehouse, there: Warehouse) -> None:
    variant = make_bare_variant()
    lot = make_lot(variant, expires_on=now().date() + timedelta(days=30))
    put_stock(variant, warehouse=here, quantity=6, lot=lot, unit_cost=Decimal("2.50"))
    put_stock(variant, warehouse=here, quantity=4, unit_cost=Decimal("5.00"))
    transfer = create_transfer(here.pk, destination_id=there.pk, lines=[(variant.pk, 8)], actor="ann")
    send_transfer(transfer.pk, actor="ann")
    assert send_transfer(transfer.pk, actor="ann").status == "sent"
    lines = list(transfer.lines.all())
    assert [(line.lot_id, line.quantity, line.unit_cost) for line in lines] == [
        (lot.pk, 6, Decimal("3.5")),
        (None, 2, Decimal("3.5")),
    ]
    position = list_stock_positions([variant.pk])[variant.pk, there.pk]
    assert (position.on_hand, position.in_transit, position.available) == (0, 8, 0)
    bin_ = make_bin(there, "T1")
    arrivals = [Arrival(line_id=line.pk, received_quantity=line.quantity, bin_id=bin_.pk) for line in lines]
    for _ in range(2):
        receive_transfer(transfer.pk, arrivals=arrivals, is_last=True, token="t1", actor="bo")
    assert Transfer.objects.get().status == "closed"
    level = StockLevel.objects.get(warehouse=there)
    assert (level.on_hand, level.average_cost) == (8, Decimal("3.5"))
    assert StockItem.objects.get(warehouse=there, lot=lot, bin=bin_).quantity == 6
    assert check_invariants() == []


def test_what_is_missing_on_arrival_is_lost_and_somebody_is_told(
    here: Warehouse, there: Warehouse, drain: Callable[[], int]
) -> None:
    variant = make_bare_variant()
    put_stock(variant, warehouse=here, quantity=9)
    transfer = create_transfer(here.pk, destination_id=there.pk, lines=[(variant.pk, 9)], actor="ann")
    send_transfer(transfer.pk, actor="ann")
    line = transfer.lines.get()
    receive_transfer(
        transfer.pk,
        arrivals=[Arrival(line_id=line.pk, received_quantity=4)],
        is_last=False,
        token="t1",
        actor="bo",
    )
    assert Transfer.objects.get().status == "part_received"
    receive_transfer(
        transfer.pk,
        arrivals=[Arrival(line_id=line.pk, received_quantity=1, damaged_quantity=2)],
        is_last=True,
        token="t2",
        actor="bo",
    )
    line.refresh_from_db()
    assert (line.received_quantity, line.damaged_quantity, line.lost_quantity) == (5, 2, 2)
    level = StockLevel.objects.get(warehouse=there)
    assert (level.on_hand, level.blocked, level.available) == (7, 2, 5)
    drain()
    assert Ticket.objects.get(dedupe_key=f"transfer:{transfer.pk}").messages.get().text == (
        f"On the way from HERE to THERE. Pieces missing: 2. Arrived damaged: 2. Articles: {line.variant.sku}."
    )
    assert check_invariants() == []


def test_a_transfer_that_was_lost_whole_is_closed_once(here: Warehouse, there: Warehouse) -> None:
    variant = make_bare_variant()
    put_stock(variant, warehouse=here, quantity=1)
    transfer = create_transfer(here.pk, destination_id=there.pk, lines=[(variant.pk, 1)], actor="ann")
    send_transfer(transfer.pk, actor="ann")
    arrivals = [Arrival(line_id=transfer.lines.get().pk, received_quantity=0, damaged_quantity=0)]
    for _ in range(2):
        closed = receive_transfer(transfer.pk, arrivals=arrivals, is_last=True, token="t1", actor="bo")
        assert closed.status == "closed"
    assert transfer.lines.get().lost_quantity == 1
    assert OutboxEvent.objects.filter(topic=TransferArrivedShort.topic).count() == 1


def test_no_more_than_was_sent_arrives(here: Warehouse, there: Warehouse) -> None:
    variant = make_bare_variant()
    put_stock(variant, warehouse=here, quantity=3)
    transfer = create_transfer(here.pk, destination_id=there.pk, lines=[(variant.pk, 3)], actor="ann")
    with pytest.raises(NotAllowed):
        receive_transfer(transfer.pk, arrivals=[], is_last=True, token="t0", actor="bo")
    send_transfer(transfer.pk, actor="ann")
    arrival = Arrival(line_id=transfer.lines.get().pk, received_quantity=3, damaged_quantity=1)
    with pytest.raises(Invalid, match="Only 3 of"):
        receive_transfer(transfer.pk, arrivals=[arrival], is_last=True, token="t1", actor="bo")
    assert not StockLevel.objects.filter(warehouse=there).exists()
    with pytest.raises(NotAllowed):
        cancel_transfer(transfer.pk)


def test_held_stock_does_not_travel(here: Warehouse, there: Warehouse) -> None:
    variant = make_bare_variant()
    put_stock(variant, warehouse=here, quantity=5)
    make_reservation("order:S1", variant=variant, quantity=3)
    transfer = create_transfer(here.pk, destination_id=there.pk, lines=[(variant.pk, 3)], actor="ann")
    with pytest.raises(StockTooLow, match="Only 2 are free"):
        send_transfer(transfer.pk, actor="ann")
    assert StockLevel.objects.get().on_hand == 5
    assert cancel_transfer(transfer.pk).status == "cancelled"
    assert cancel_transfer(transfer.pk).status == "cancelled"


def test_a_transfer_says_what_and_where_to(here: Warehouse, there: Warehouse) -> None:
    variant = make_bare_variant()
    with pytest.raises(Invalid, match="another warehouse"):
        create_transfer(here.pk, destination_id=here.pk, lines=[(variant.pk, 1)], actor="ann")
    with pytest.raises(Invalid, match="what is to be sent"):
        create_transfer(here.pk, destination_id=there.pk, lines=[], actor="ann")
    with pytest.raises(InvalidQuantity):
        create_transfer(here.pk, destination_id=there.pk, lines=[(variant.pk, 0)], actor="ann")
