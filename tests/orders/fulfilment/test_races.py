"""Two packers, two carriers' pushes, push against poll: one effect; each with a twin that removes the lock."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from inventory.models import StockLevel, StockMovement
from orders import locks
from orders.domain.errors import NothingToShip
from orders.models import CarrierCallback, Order, OrderEvent, OrderLine, Shipment, TrackingNode
from orders.services.fulfilment import ship_order
from orders.services.tracking import process_carrier_callback, record_tracking
from shop.kernel.clock import now
from tests.factories.orders import list_broken_invariants, make_article, make_order
from tests.factories.rivals import Meeting
from tests.factories.shipments import list_all_lines, make_node, make_shipment

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8


def run_at_once(work: Callable[[int], str]) -> list[str]:
    """Runs `work(number)` in as many connections at the same instant; the outcomes."""
    start = threading.Barrier(THREADS)

    def run(number: int) -> str:
        start.wait(timeout=20)
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def make_shipping_work(*, is_one_form: bool) -> Callable[[int], str]:
    order = make_order((make_article(stock=5), 2), is_paid=True)
    warehouse_id, lines = StockLevel.objects.get().warehouse_id, list_all_lines(order)

    def ship(number: int) -> str:
        try:
            ship_order(
                order.pk,
                warehouse_id=warehouse_id,
                carrier="sandbox",
                lines=lines,
                actor="packer",
                number="PONE" if is_one_form else f"P{number}",
            )
        except NothingToShip:
            return "nothing left"
        except IntegrityError:
            return "crash"
        return "shipped"

    return ship


def test_one_form_sent_from_many_places_packs_one_parcel() -> None:
    outcomes = run_at_once(make_shipping_work(is_one_form=True))
    assert outcomes == ["shipped"] * THREADS
    assert Shipment.objects.count() == 1
    assert StockMovement.objects.filter(kind="shipped").count() == 1
    assert list_broken_invariants() == []


def test_many_packers_ship_an_order_once() -> None:
    outcomes = run_at_once(make_shipping_work(is_one_form=False))
    assert (outcomes.count("shipped"), outcomes.count("nothing left")) == (1, THREADS - 1)
    assert OrderLine.objects.get().shipped_quantity == 2
    assert StockLevel.objects.get().on_hand == 3
    assert list_broken_invariants() == []


def read_order(order_id: int) -> Order:
    return Order.objects.get(pk=order_id)


def read_lines(order_id: int) -> list[OrderLine]:
    return list(OrderLine.objects.filter(order_id=order_id).order_by("pk"))


def read_shipment(shipment_id: int) -> Shipment:
    """The parcel and the nodes that it has now: what the service asks of it later is what it had then."""
    return Shipment.objects.prefetch_related("nodes").get(pk=shipment_id)


def test_twin_without_the_order_lock_packs_what_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "lock_order", read_order)
    monkeypatch.setattr(locks, "lock_order_lines", Meeting(THREADS).after(read_lines))
    work = make_shipping_work(is_one_form=False)

    def ship(number: int) -> str:
        try:
            return work(number)
        except Exception as error:
            return type(error).__name__

    outcomes = run_at_once(ship)
    assert sorted(outcomes) == ["NotReserved"] * (THREADS - 1) + ["shipped"]


def test_the_same_news_from_push_and_poll_is_recorded_once() -> None:
    shipment = make_shipment()
    node = make_node("n1", "delivered")
    outcomes = run_at_once(lambda _: str(record_tracking(shipment.pk, nodes=[node])))
    assert outcomes.count("True") == 1
    assert TrackingNode.objects.count() == 1
    assert OrderEvent.objects.filter(kind="shipment.delivered").count() == 1
    assert list_broken_invariants() == []


def test_twin_without_the_locks_records_twice_or_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    shipment = make_shipment()
    node = make_node("n1", "delivered")
    monkeypatch.setattr(locks, "lock_order", read_order)
    monkeypatch.setattr(locks, "lock_shipment", Meeting(THREADS).after(read_shipment))

    def record(_number: int) -> str:
        try:
            return str(record_tracking(shipment.pk, nodes=[node]))
        except IntegrityError:
            return "crash"

    assert sorted(run_at_once(record)) == ["True"] + ["crash"] * (THREADS - 1)


def make_callback(shipment: Shipment) -> CarrierCallback:
    from orders.gateways.sandbox_carrier.provider import build_body

    body = build_body(shipment.tracking_number, node=make_node("n1", "in_transit")).encode()
    return CarrierCallback.objects.create(carrier="sandbox", event_id="e1", body=body, received_at=now())


def test_a_push_is_worked_off_once_by_many_workers() -> None:
    callback = make_callback(make_shipment())
    outcomes = run_at_once(lambda _: str(process_carrier_callback(callback.pk)))
    assert outcomes.count("True") == 1
    callback.refresh_from_db()
    assert (callback.outcome, callback.attempts) == ("applied", 1)
