"""The simulated account: every object in memory, one lock, one stream of events."""

import base64
import copy
import secrets
import string
import threading
import time
from dataclasses import dataclass, field

from tests.simulators.stripe.cards import Card
from tests.simulators.stripe.errors import Json, ResourceMissing

ALPHABET = string.ascii_letters + string.digits
API_VERSION = "2026-10-28.endive"
LABELS = {
    "payment_intent": "payment_intent",
    "payment_method": "PaymentMethod",
    "confirmation_token": "ConfirmationToken",
    "charge": "charge",
    "refund": "refund",
    "balance_transaction": "balance transaction",
    "event": "event",
    "payout": "payout",
    "dispute": "dispute",
}


def make_id(prefix: str, *, length: int = 24) -> str:
    return prefix + "_" + "".join(secrets.choice(ALPHABET) for _ in range(length))


def encode_base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


@dataclass
class Attempt:
    """What the API does not show of a payment that waits for its customer or its bank."""

    method_id: str
    return_url: str | None = None


@dataclass
class World:
    """All state. `lock` is held for every request, so each one is atomic as it is at Stripe."""

    base_url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)
    objects: dict[str, dict[str, Json]] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    token_methods: dict[str, str] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    paid_out: dict[str, str] = field(default_factory=dict)
    fresh_events: list[Json] = field(default_factory=list)
    request_id: str | None = None
    request_key: str | None = None
    clock_offset: int = 0
    event_version: str = API_VERSION
    livemode: bool = False
    automatic_async: bool = True

    def now(self) -> int:
        return int(time.time()) + self.clock_offset

    def add(self, obj: Json) -> Json:
        self.objects.setdefault(obj["object"], {})[obj["id"]] = obj
        return obj

    def get(self, kind: str, identifier: str, *, param: str = "id") -> Json:
        found = self.objects.get(kind, {}).get(identifier)
        if found is None:
            raise ResourceMissing(LABELS[kind], identifier, param=param)
        return found

    def newest(self, kind: str) -> list[Json]:
        """Newest first, as every list of the API is."""
        return list(reversed(self.objects.get(kind, {}).values()))

    def emit(self, event_type: str, obj: Json, *, previous: Json | None = None) -> None:
        data: Json = {"object": copy.deepcopy(obj)}
        if previous is not None:
            data["previous_attributes"] = previous
        event = {
            "id": make_id("evt"),
            "object": "event",
            "api_version": self.event_version,
            "created": self.now(),
            "data": data,
            "livemode": self.livemode,
            "pending_webhooks": 1,
            "request": {"id": self.request_id, "idempotency_key": self.request_key},
            "type": event_type,
        }
        self.add(event)
        self.fresh_events.append(event)

    def take_events(self) -> list[Json]:
        taken, self.fresh_events = self.fresh_events, []
        return taken
