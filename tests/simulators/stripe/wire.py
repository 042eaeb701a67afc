"""One request and one answer, independent of the socket that carries them."""

import json
from dataclasses import dataclass, field

from tests.simulators.stripe.errors import Json


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    params: Json
    headers: dict[str, str]
    body: str = ""

    @property
    def idempotency_key(self) -> str | None:
        return self.headers.get("idempotency-key") or None if self.method != "GET" else None

    @property
    def fingerprint(self) -> str:
        return f"{self.method} {self.path} {json.dumps(self.params, sort_keys=True)}"


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Dropped(Exception):
    """Close the connection and say nothing."""


def json_response(content: object, *, status: int = 200) -> Response:
    return Response(status=status, body=json.dumps(content).encode())
