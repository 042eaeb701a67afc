"""Following a parcel by pushes and polls, in any order, any number of times."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from orders.gateways import get_carrier
from orders.gateways.base import CarrierUnavailable
from orders.gateways.sandbox_carrier.provider import build_body, register_parcel
from orders.gateways.sandbox_carrier.signing import HEADER, list_secrets, sign_body
from orders.models import (
    CarrierCallback,
    Order,
    OrderEvent,
    SandboxParcel,
    SandboxPush,
    Shipment,
    TrackingNode,
)
from orders.services.tracking import (
    complete_delivered_orders,
    find_stalled_shipments,
    poll_shipments,
    process_carrier_callbacks,
    record_tracking,
)
from shop.kernel.clock import now, override_now
from shop.kernel.models import OutboxEvent
from tests.factories.orders import list_broken_invariants
from tests.factories.shipments import make_node, make_shipment
from tests.orderings import list_orderings, some_or_all

pytestmark = pytest.mark.django_db

WAY = ("collected", "in_transit", "out_for_delivery", "exception", "delivered")


def make_way() -> list[object]:
    return [make_node(f"n{number}", status, minutes_ago=60 - number) for number, status in enumerate(WAY)]


def test_news_move_parcel_and_order() -> None:
    shipment = make_shipment()
    assert record_tracking(shipment.pk, nodes=[make_node("n1", "in_transit")]) is True
    assert record_tracking(shipment.pk, nodes=[make_node("n1", "in_transit")]) is False
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"
    assert TrackingNode.objects.count() == 1
    record_tracking(shipment.pk, nodes=[make_node("n2", "delivered")])
    order = Order.objects.get()
    assert order.fulfilment_status == "delivered"
    kinds = list(OrderEvent.objects.filter(kind__startswith="shipment.").values_list("kind", flat=True))
    assert kinds == ["shipment.pending", "shipment.in_transit", "shipment.delivered"]
    assert list_broken_invariants() == []


@some_or_all
def test_five_news_end_the_same_in_any_order(most: int) -> None:
    shipment = make_shipment()
    nodes = make_way()
    ends = set()
    for order in list_orderings(nodes, most=most):
        TrackingNode.objects.all().delete()
        Shipment.objects.update(status="pending", delivered_at=None)
        for node in order:
            record_tracking(shipment.pk, nodes=[node])  # type: ignore[list-item]  nodes
        shipment.refresh_from_db()
        ends.add((shipment.status, shipment.delivered_at))
    assert len(ends) == 1
    assert ends.pop()[0] == "delivered"


def push(client: Client, body: bytes, *, signature: str | None = None) -> int:
    header = sign_body(body, secret=list_secrets()[0], at=now()) if signature is None else signature
    answer = client.post(
        "/carriers/callbacks/sandbox/", body, content_type="application/json", headers={HEADER: header}
    )
    return answer.status_code


def make_body(shipment: Shipment, status: str = "in_transit", event_id: str = "n1") -> bytes:
    return build_body(shipment.tracking_number, node=make_node(event_id, status)).encode()


def test_a_push_is_stored_once_and_worked_off_once(client: Client) -> None:
    shipment = make_shipment()
    body = make_body(shipment)
    assert [push(client, body) for _ in range(3)] == [200, 200, 200]
    assert CarrierCallback.objects.count() == 1
    assert not TrackingNode.objects.exists()
    assert process_carrier_callbacks() == 1
    assert process_carrier_callbacks() == 0
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"
    assert CarrierCallback.objects.get().outcome == "applied"


def test_a_push_that_says_what_a_poll_said_changes_nothing(client: Client) -> None:
    shipment = make_shipment()
    record_tracking(shipment.pk, nodes=[make_node("n1", "in_transit")])
    push(client, make_body(shipment))
    assert process_carrier_callbacks() == 1
    assert CarrierCallback.objects.get().outcome == "ignored-known"
    assert TrackingNode.objects.count() == 1


def sign_old(body: bytes, seconds: int) -> str:
    return sign_body(body, secret=list_secrets()[0], at=now() - timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [301, -301])
def test_an_old_or_future_push_is_refused(client: Client, seconds: int) -> None:
    body = make_body(make_shipment())
    assert push(client, body, signature=sign_old(body, seconds)) == 400
    assert not CarrierCallback.objects.exists()


@pytest.mark.parametrize("signature", ["", "t=1,v1=", "nonsense", "t=1,v1=" + "0" * 64, "v1=" + "0" * 64])
def test_what_is_not_signed_is_refused(client: Client, signature: str) -> None:
    assert push(client, make_body(make_shipment()), signature=signature) == 400


def test_an_altered_body_and_another_secret_are_refused(client: Client) -> None:
    body = make_body(make_shipment())
    signature = sign_body(body, secret=list_secrets()[0], at=now())
    assert push(client, body.replace(b"in_transit", b"delivered"), signature=signature) == 400
    assert push(client, json.dumps(json.loads(body)).encode(), signature=signature) == 400
    assert push(client, body, signature=sign_body(body, secret="other", at=now())) == 400
    assert not CarrierCallback.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b'{"id":1}', b'{"id":"e","tracking_number":"T","node":{"id":"n"}}']
)
def test_a_signed_body_that_is_no_update_is_refused(client: Client, body: bytes) -> None:
    assert push(client, body) == 400


def test_an_unknown_carrier_and_a_huge_body_are_refused(client: Client) -> None:
    assert (
        client.post("/carriers/callbacks/pigeon/", b"{}", content_type="application/json").status_code == 404
    )
    assert push(client, b"x" * 300_000) == 413
    assert client.get("/carriers/callbacks/sandbox/").status_code == 405


def test_a_push_before_its_parcel_is_known_waits_for_it(client: Client) -> None:
    shipment = make_shipment()
    number = shipment.tracking_number
    push(client, make_body(shipment))
    Shipment.objects.update(tracking_number="")
    assert process_carrier_callbacks() == 0
    Shipment.objects.update(tracking_number=number)
    assert process_carrier_callbacks() == 1
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"


def test_a_push_for_nobodys_parcel_is_given_up(client: Client) -> None:
    shipment = make_shipment()
    push(client, make_body(shipment))
    Shipment.objects.update(tracking_number="OTHER")
    with override_now(now() + timedelta(minutes=16)):
        assert process_carrier_callbacks() == 1
    assert CarrierCallback.objects.get().outcome == "ignored-unknown"


def test_polling_alone_brings_a_parcel_home(settings: Settings) -> None:
    settings.SANDBOX_CARRIER_MINUTES = 10
    shipment = make_shipment()
    SandboxParcel.objects.update(tracking_number="SBX0000000001")
    Shipment.objects.update(tracking_number="SBX0000000001")
    start = now()
    assert poll_shipments() == 0
    with override_now(start + timedelta(minutes=3)):
        assert poll_shipments() == 1
        assert poll_shipments() == 0
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"
    with override_now(start + timedelta(minutes=11)):
        assert poll_shipments() == 1
    shipment.refresh_from_db()
    assert shipment.status == "delivered"
    assert TrackingNode.objects.count() == 5
    with override_now(start + timedelta(minutes=20)):
        assert poll_shipments() == 0


def test_a_carrier_that_fails_a_poll_is_asked_later(monkeypatch: pytest.MonkeyPatch) -> None:
    make_shipment()

    def fail(tracking_number: str) -> list[object]:
        raise CarrierUnavailable("timeout")

    later = now() + timedelta(minutes=30)
    with monkeypatch.context() as broken, override_now(later):
        broken.setattr(get_carrier("sandbox"), "fetch_tracking", fail)
        assert poll_shipments() == 0
    with override_now(later + timedelta(minutes=2)):
        assert poll_shipments() == 1


def test_48_hours_without_news_are_told_once_per_stall(drain: Callable[[], int]) -> None:
    shipment = make_shipment()
    start = now()
    with override_now(start + timedelta(hours=47)):
        assert find_stalled_shipments() == 0
    with override_now(start + timedelta(hours=49)):
        assert find_stalled_shipments() == 1
        assert find_stalled_shipments() == 0
        record_tracking(shipment.pk, nodes=[make_node("n1", "in_transit")])
    with override_now(start + timedelta(hours=98)):
        assert find_stalled_shipments() == 1
    assert OutboxEvent.objects.filter(topic="orders.parcel_stalled").count() == 2


def test_a_delivered_parcel_never_stalls() -> None:
    shipment = make_shipment()
    record_tracking(shipment.pk, nodes=[make_node("n1", "delivered")])
    with override_now(now() + timedelta(days=9)):
        assert find_stalled_shipments() == 0


def test_an_order_completes_seven_days_after_it_arrived() -> None:
    shipment = make_shipment()
    record_tracking(shipment.pk, nodes=[make_node("n1", "delivered")])
    with override_now(now() + timedelta(days=7, hours=-1)):
        assert complete_delivered_orders() == 0
    with override_now(now() + timedelta(days=7, hours=1)):
        assert complete_delivered_orders() == 1
        assert complete_delivered_orders() == 0
    assert Order.objects.get().status == "completed"


def test_the_sandbox_plans_duplicates_and_late_pushes(settings: Settings) -> None:
    settings.SANDBOX_DUPLICATE_RATE = 1.0
    settings.SANDBOX_REORDER_RATE = 0.0
    make_shipment()
    ids = list(SandboxPush.objects.values_list("event_id", flat=True))
    assert len(ids) == 2 * len(set(ids))
    assert SandboxPush.objects.order_by("due_at").first()


def test_the_sandbox_refuses_what_is_too_heavy() -> None:
    from orders.gateways.base import CarrierRefused, LabelRequest
    from tests.factories.orders import ADDRESS

    request = LabelRequest(
        reference="P1",
        sender_country="NL",
        sender_name="W",
        recipient=ADDRESS,
        weight_grams=30_001,
        requested_at=now(),
    )
    with pytest.raises(CarrierRefused):
        register_parcel(request)
