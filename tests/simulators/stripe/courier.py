"""Delivery of signed webhooks: at least once, in no promised order, as the test wishes."""

import heapq
import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from stripe import WebhookSignature

from tests.simulators.stripe.errors import Json

MODES = frozenset({"normal", "hold", "drop", "duplicate", "reverse", "delay"})
RETRY_DELAYS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
TIMEOUT_SECONDS = 10
ACCEPTED = range(200, 300)


@dataclass(order=True)
class Parcel:
    due_at: float
    number: int
    event: Json = field(compare=False)
    attempt: int = field(default=0, compare=False)


def sign(body: str, *, secrets: list[str], timestamp: int | None = None) -> str:
    """One header with a signature for each active secret, as while a secret is being rolled."""
    at = int(time.time()) if timestamp is None else timestamp
    headers = [WebhookSignature.generate_signature_header(body, secret, at) for secret in secrets]
    return ",".join([f"t={at}", *(header.split(",", 1)[1] for header in headers)])


class Courier(threading.Thread):
    def __init__(self, *, url: str, secrets: list[str], clock: Callable[[], int]) -> None:
        super().__init__(daemon=True, name="courier")
        self.url = url
        self.secrets = secrets
        self.mode: Json = {"mode": "normal", "count": 2, "seconds": 0.0}
        self.held: list[Json] = []
        self.deliveries: list[Json] = []
        self.clock = clock
        self._queue: list[Parcel] = []
        self._number = 0
        self._under_way = 0
        self._ready = threading.Condition()

    def post(self, events: list[Json]) -> None:
        """The events of one request, treated as the mode in force says."""
        mode = self.mode["mode"]
        if mode == "hold" or not self.url:
            self.held.extend(events)
        elif mode != "drop":
            ordered = list(reversed(events)) if mode == "reverse" else events
            times = int(self.mode["count"]) if mode == "duplicate" else 1
            delay = float(self.mode["seconds"]) if mode == "delay" else 0.0
            self.enqueue([event for event in ordered for _ in range(times)], delay=delay)

    def enqueue(self, events: list[Json], *, delay: float = 0.0, attempt: int = 0) -> None:
        with self._ready:
            for event in events:
                self._number += 1
                heapq.heappush(self._queue, Parcel(time.monotonic() + delay, self._number, event, attempt))
            self._ready.notify_all()

    def flush(self, order: list[str] | None = None) -> int:
        """Sends what is held, in the order of the ids given; ids left out stay held."""
        by_id = {event["id"]: event for event in self.held}
        chosen = [by_id[identifier] for identifier in (order if order is not None else by_id)]
        sent = {event["id"] for event in chosen}
        self.held = [event for event in self.held if event["id"] not in sent]
        self.enqueue(chosen)
        return len(chosen)

    def clear(self) -> None:
        with self._ready:
            self._queue.clear()
        self.held.clear()
        self.deliveries.clear()

    def wait_until_idle(self, *, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        with self._ready:
            while self._queue or self._under_way:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._ready.wait(left)
        return True

    def run(self) -> None:
        while True:
            self._deliver(self._take())
            with self._ready:
                self._under_way -= 1
                self._ready.notify_all()

    def _take(self) -> Parcel:
        with self._ready:
            while not self._queue or self._queue[0].due_at > time.monotonic():
                wait = self._queue[0].due_at - time.monotonic() if self._queue else None
                self._ready.wait(wait)
            self._under_way += 1
            return heapq.heappop(self._queue)

    def _deliver(self, parcel: Parcel) -> None:
        body = json.dumps(parcel.event, indent=2)
        status = self._send(body)
        self.deliveries.append({
            "event": parcel.event["id"],
            "type": parcel.event["type"],
            "attempt": parcel.attempt,
            "status": status,
        })  # fmt: skip
        if status in ACCEPTED:
            parcel.event["pending_webhooks"] = 0
        elif parcel.attempt < len(RETRY_DELAYS):
            self.enqueue([parcel.event], delay=RETRY_DELAYS[parcel.attempt], attempt=parcel.attempt + 1)

    def _send(self, body: str) -> int:
        """The status of the answer, 0 when there was none."""
        target = urlsplit(self.url)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(body, secrets=self.secrets, timestamp=self.clock()),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        connection = http.client.HTTPConnection(
            target.hostname or "", target.port or 80, timeout=TIMEOUT_SECONDS
        )
        try:
            connection.request("POST", target.path or "/", body.encode(), headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
