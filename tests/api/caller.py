"""A partner's program: JSON in and out, a key if it has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

ROOT = "/api/v1/"
ADDRESS = {
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Jansen",
    "line1": "Keizersgracht 1",
    "city": "Amsterdam",
    "postal_code": "1015 CN",
    "country": "NL",
}


@dataclass
class Caller:
    """One program; ``path`` is relative to ``/api/v1/``."""

    key: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        self.client = Client()

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            own["Authorization"] = f"Bearer {self.key}"
        if self.language:
            own["Accept-Language"] = self.language
        url = path if path.startswith("/") else ROOT + path
        if body is None:
            return self.client.generic(method.upper(), url, headers=own)
        request = getattr(self.client, method.lower())
        return request(url, data=body, content_type="application/json", headers=own)

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        return read(self.send("get", path, **headers), status)

    def post(self, path: str, body: object, status: int = 201, **headers: str) -> Any:
        return read(self.send("post", path, body, **headers), status)

    def put(self, path: str, body: object, status: int = 200) -> Any:
        return read(self.send("put", path, body), status)

    def patch(self, path: str, body: object, status: int = 200) -> Any:
        return read(self.send("patch", path, body), status)

    def open_cart(self, **fields: str) -> str:
        return f"carts/{self.post('carts/', fields)['id']}/"

    def fill_cart(self, sku: str, quantity: int = 1, *, code: str = "standard", **fields: str) -> str:
        cart = self.open_cart(**fields)
        self.post(f"{cart}lines/", {"sku": sku, "quantity": quantity})
        self.put(f"{cart}address/", ADDRESS)
        self.put(f"{cart}shipping-method/", {"code": code})
        return cart

    def check_out(self, cart: str, body: object = None, status: int = 201, key: str = "") -> Any:
        return self.post(f"{cart}checkout/", body or {}, status, Idempotency_Key=key or uuid4().hex)

    def pay(
        self, order: dict[str, Any], method: str = "tok_success", status: int = 201, key: str = ""
    ) -> Any:
        path = f"orders/{order['number']}/payments/?token={order['token']}"
        body = {"gateway": "sandbox", "method_token": method}
        return self.post(path, body, status, Idempotency_Key=key or uuid4().hex)

    def read_order(self, order: dict[str, Any]) -> Any:
        return self.get(f"orders/{order['number']}/?token={order['token']}")


def read(response: HttpResponse, status: int) -> Any:
    """The body of an answer that has this status; problems must look like problems."""
    assert response.status_code == status, (response.status_code, response.content)
    if status >= 400:
        assert response["Content-Type"] == "application/problem+json"
        problem = response.json()  # type: ignore[attr-defined]
        assert {"type", "title", "status", "code", "detail", "errors"} <= set(problem)
        assert problem["status"] == status
        return problem
    if status == 204:
        return None
    assert response["Content-Type"] == "application/json"
    return response.json()  # type: ignore[attr-defined]
