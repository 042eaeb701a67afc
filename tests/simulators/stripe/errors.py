"""The error answers of the simulated API, shaped as Stripe shapes them."""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """One refused request; `saved` tells whether the answer is kept under the idempotency key."""

    status = 400
    kind = "invalid_request_error"
    saved = True

    def __init__(self, message: str, **fields: object) -> None:
        super().__init__(message)
        self.message = message
        self.fields = {name: value for name, value in fields.items() if value is not None}
        self.headers: dict[str, str] = {}

    def body(self) -> Json:
        return {"error": {"type": self.kind, "message": self.message, **self.fields}}


class InvalidParameter(ApiError):
    """Refused before anything ran, hence never saved under a key."""

    saved = False


class UnexpectedState(ApiError):
    def __init__(self, message: str, **fields: object) -> None:
        super().__init__(message, code=fields.pop("code", "payment_intent_unexpected_state"), **fields)


class ResourceMissing(ApiError):
    status = 404

    def __init__(self, kind: str, identifier: str, *, param: str = "id") -> None:
        super().__init__(f"No such {kind}: '{identifier}'", code="resource_missing", param=param)


class Unauthorized(ApiError):
    status = 401
    saved = False


class CardError(ApiError):
    status = 402
    kind = "card_error"


class IdempotencyMismatch(ApiError):
    kind = "idempotency_error"
    saved = False


class KeyInUse(ApiError):
    status = 409
    kind = "idempotency_error"
    saved = False


class ScriptedError(ApiError):
    """An error that a test asked for through the control plane."""

    def __init__(self, *, status: int, saved: bool, headers: dict[str, str], code: str | None = None) -> None:
        kinds = {429: "invalid_request_error", 409: "idempotency_error", 402: "card_error"}
        codes = {429: "rate_limit", 409: "lock_timeout"}
        super().__init__("Scripted by the test.", code=code or codes.get(status))
        self.status = status
        self.kind = kinds.get(status, "api_error")
        self.saved = saved
        self.headers = headers
