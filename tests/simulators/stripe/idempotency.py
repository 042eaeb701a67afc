"""Answers kept under idempotency keys, as API v1 keeps them: the first one, a 500 included."""

import threading
from dataclasses import dataclass, replace

from tests.simulators.stripe.errors import IdempotencyMismatch, KeyInUse
from tests.simulators.stripe.wire import Response


@dataclass
class Saved:
    fingerprint: str
    response: Response | None = None


class KeyStore:
    def __init__(self) -> None:
        self._saved: dict[str, Saved] = {}
        self._lock = threading.Lock()

    def begin(self, key: str | None, *, fingerprint: str) -> Response | None:
        """The kept answer, or None and the key is now in use until `finish`."""
        if key is None:
            return None
        with self._lock:
            saved = self._saved.get(key)
            if saved is None:
                self._saved[key] = Saved(fingerprint)
                return None
            if saved.fingerprint != fingerprint:
                message = (
                    "Keys for idempotent requests can only be used with the same parameters they were "
                    f"first used with. Try using a key other than '{key}' if you meant to execute a "
                    "different request."
                )
                raise IdempotencyMismatch(message)
            if saved.response is None:
                message = (
                    "There is currently another in-progress request using this Idempotent Key (that probably "
                    "means you submitted twice, and the other request is still going through)."
                )
                raise KeyInUse(message, code="idempotency_key_in_use")
            return replace(saved.response, headers={**saved.response.headers, "Idempotent-Replayed": "true"})

    def finish(self, key: str | None, response: Response, *, saved: bool) -> None:
        if key is None:
            return
        with self._lock:
            if saved:
                self._saved[key].response = response
            else:
                del self._saved[key]

    def clear(self) -> None:
        with self._lock:
            self._saved.clear()
