"""Webhooks of the Stripe simulator: signed, repeated, held, reordered."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe

from tests.simulators.stripe import StripeSimulator
from tests.simulators.stripe.shopper import CARD_EVENTS, pay


class Receiver(ThreadingHTTPServer):
    """Takes webhooks, verifies them with the real library and answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ReceiverHandler)
        self.received: list[stripe.Event] = []
        self.refusals = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class ReceiverHandler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], "whsec_simulator")
        refused = self.server.refusals > 0
        self.server.refusals -= refused
        if not refused:
            self.server.received.append(event)
        self.send_response(503 if refused else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  named by the base class
        """Silent."""


@pytest.fixture
def receiver(simulator: StripeSimulator) -> Iterator[Receiver]:
    server = Receiver()
    simulator.set_webhooks(url=server.url)
    yield server
    server.shutdown()
    server.server_close()


def received_types(simulator: StripeSimulator, receiver: Receiver) -> list[str]:
    assert simulator.wait_until_delivered(seconds=10)
    return [event.type for event in receiver.received]


def test_webhooks_are_signed_and_delivered(
    simulator: StripeSimulator, client: stripe.StripeClient, receiver: Receiver
) -> None:
    intent = pay(client)
    assert received_types(simulator, receiver) == CARD_EVENTS
    body: Any = receiver.received[2].data.object
    assert body.id == intent.id
    assert client.v1.events.list({"delivery_success": False}).data == []


def test_refused_webhook_is_sent_again(
    simulator: StripeSimulator, client: stripe.StripeClient, receiver: Receiver
) -> None:
    receiver.refusals = 2
    pay(client)
    assert sorted(received_types(simulator, receiver)) == sorted(CARD_EVENTS)
    assert [one["status"] for one in simulator.list_deliveries()].count(503) == 2


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ({"mode": "reverse"}, list(reversed(CARD_EVENTS))),
        ({"mode": "duplicate", "count": 3}, [name for name in CARD_EVENTS for _ in range(3)]),
        ({"mode": "delay", "seconds": 0.1}, CARD_EVENTS),
        ({"mode": "drop"}, []),
        ({"mode": "hold"}, []),
    ],
)
def test_webhook_modes(
    simulator: StripeSimulator,
    client: stripe.StripeClient,
    receiver: Receiver,
    mode: dict[str, Any],
    expected: list[str],
) -> None:
    simulator.set_webhooks(**mode)
    pay(client)
    assert received_types(simulator, receiver) == expected


def test_held_events_leave_in_the_order_given(
    simulator: StripeSimulator, client: stripe.StripeClient, receiver: Receiver
) -> None:
    simulator.set_webhooks("hold")
    pay(client)
    ids = [event["id"] for event in simulator.list_held_events()]
    simulator.flush_events([ids[3], ids[0]])
    assert received_types(simulator, receiver) == [CARD_EVENTS[3], CARD_EVENTS[0]]
    simulator.resend_event(ids[3], times=2)
    assert len(received_types(simulator, receiver)) == 4
    assert [event["id"] for event in simulator.list_held_events()] == ids[1:3]


def test_signature_carries_every_active_secret(simulator: StripeSimulator) -> None:
    body, header = simulator.sign_event({"object": "event", "id": "evt_1"})
    assert stripe.WebhookSignature.verify_header(body, header, simulator.webhook_secret, 300)
    assert json.loads(body)["id"] == "evt_1"
