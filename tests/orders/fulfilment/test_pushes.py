"""The sandbox carrier's pushes cross real HTTP and arrive in spite of failures."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from orders.gateways.sandbox_carrier.pushes import deliver_due_pushes
from orders.models import CarrierCallback, SandboxParcel, SandboxPush, Shipment
from orders.services.tracking import process_carrier_callbacks
from shop.kernel.clock import now, override_now
from shop.kernel.transactions import NetworkInsideTransaction, transaction
from tests.factories.shipments import make_shipment

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_parcel_is_followed_home_by_pushes(live_server: LiveServer, settings: Settings) -> None:
    settings.SANDBOX_CALLBACK_BASE_URL = live_server.url
    settings.SANDBOX_CARRIER_MINUTES = 1
    settings.SANDBOX_DUPLICATE_RATE = 0.5
    settings.SANDBOX_REORDER_RATE = 0.5
    shipment = make_shipment()
    last = max(SandboxPush.objects.values_list("due_at", flat=True))
    assert deliver_due_pushes() == 0
    SandboxPush.objects.update(due_at=now() - timedelta(seconds=1))
    assert last > now()
    while deliver_due_pushes():
        pass
    assert not SandboxPush.objects.filter(delivered_at=None).exists()
    assert CarrierCallback.objects.count() == SandboxPush.objects.values("event_id").distinct().count()
    process_carrier_callbacks()
    shipment.refresh_from_db()
    is_lost = SandboxParcel.objects.get().tracking_number.endswith("9")
    assert shipment.status == ("in_transit" if is_lost else "delivered")


class _Broken(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(500)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        """Quiet."""


@pytest.fixture
def broken_server() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Broken)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_failed_push_is_sent_again_later(broken_server: str, settings: Settings) -> None:
    settings.SANDBOX_CALLBACK_BASE_URL = broken_server
    make_shipment()
    SandboxPush.objects.exclude(pk=SandboxPush.objects.order_by("pk")[0].pk).delete()
    SandboxPush.objects.update(due_at=now() - timedelta(seconds=1))
    assert deliver_due_pushes() == 0
    push = SandboxPush.objects.get()
    assert (push.attempts, push.error, push.delivered_at) == (1, "HTTP 500", None)
    assert push.due_at > now()
    for _ in range(20):
        with override_now(SandboxPush.objects.get().due_at + timedelta(seconds=1)):
            deliver_due_pushes()
    assert SandboxPush.objects.get().given_up_at is not None


def test_no_push_is_sent_inside_a_transaction() -> None:
    with pytest.raises(NetworkInsideTransaction), transaction():
        deliver_due_pushes()


def test_two_parcels_have_two_numbers() -> None:
    make_shipment()
    make_shipment()
    assert Shipment.objects.values("tracking_number").distinct().count() == 2
