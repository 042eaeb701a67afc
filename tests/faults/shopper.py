"""Shoppers who speak HTTP: by program, each over a connection of their own, stubborn when the shop is in trouble."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

ADDRESS = {
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Jansen",
    "line1": "Keizersgracht 1",
    "city": "Amsterdam",
    "postal_code": "1015 CN",
    "country": "NL",
}
UNAVAILABLE = 503
_lock = threading.Lock()


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        """A problem's code."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


class Unreachable(Exception):
    """No answer: whether the shop has done it is unknown."""


@dataclass
class Shopper:
    """One client; counts every status it has seen."""

    base: str
    timeout: float = 60
    seen: Counter[str] = field(default_factory=Counter)
    _connection: http.client.HTTPConnection | None = None

    def call(
        self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request; raises Unreachable when no answer comes."""
        parts = urlsplit(self.base)
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                parts.hostname or "", parts.port, timeout=self.timeout
            )
        text = None if body is None else body if isinstance(body, bytes) else json.dumps(body)
        try:
            self._connection.request(
                method, path, text, {"Content-Type": "application/json", **(headers or {})}
            )
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            self._count("unreachable")
            raise Unreachable(type(error).__name__) from error
        if response.will_close:
            self.close()
        self._count(str(response.status))
        is_json = "json" in response.headers.get("Content-Type", "")
        return Answer(
            response.status,
            json.loads(content) if is_json and content else content.decode(errors="replace"),
            {name.lower(): value for name, value in response.headers.items()},
        )

    def _count(self, outcome: str) -> None:
        with _lock:
            self.seen[outcome] += 1

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def insist(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
        seconds: float = 90,
    ) -> Answer:
        """Ask again until the shop answers other than by silence, 503 or 500."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = self.call(method, path, body, headers=headers)
                if answer.status < 500:
                    return answer
            except Unreachable:
                answer = None
            if time.monotonic() > deadline:
                raise AssertionError(f"{method} {path}: no answer in {seconds:g} s, last {answer}")
            time.sleep(0.1)

    def fill_cart(self, sku: str, *, quantity: int = 1) -> tuple[str, Answer]:
        """A cart with article, address and delivery; its id, and the last answer (a refusal when it went wrong)."""
        cart = self.insist("POST", "/api/v1/carts/", {"currency": "EUR"}).body["id"]
        path = f"/api/v1/carts/{cart}"
        answer = self.insist("POST", f"{path}/lines/", {"sku": sku, "quantity": quantity})
        if answer.status == 201:
            self.insist("PUT", f"{path}/address/", ADDRESS)
            answer = self.insist("PUT", f"{path}/shipping-method/", {"code": "standard"})
        return cart, answer

    def place(self, cart: str, *, key: str, headers: dict[str, str] | None = None) -> Answer:
        """One try to order; raises Unreachable."""
        return self.call(
            "POST", f"/api/v1/carts/{cart}/checkout/", {}, headers={"Idempotency-Key": key, **(headers or {})}
        )

    def insist_to_place(self, cart: str, *, key: str) -> Answer:
        """Order with one key until there is an answer."""
        return self.insist("POST", f"/api/v1/carts/{cart}/checkout/", {}, headers={"Idempotency-Key": key})
