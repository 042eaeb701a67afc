"""Faults that a test scripts for the next requests: hangs, cut connections, error answers."""

import re
import threading
import time
from dataclasses import dataclass, field

from tests.simulators.stripe.errors import Json, ScriptedError
from tests.simulators.stripe.wire import Dropped, Request

# hang: wait, then work. hang_after: work, then wait. drop_before: close unheard. drop_after: work,
# then close without an answer. error: refuse without working. error_after: work, then answer the error.
UNKEPT_STATUSES = frozenset({409, 429})
KINDS = frozenset({"hang", "hang_after", "drop_before", "drop_after", "error", "error_after"})


@dataclass
class Fault:
    kind: str
    path: str = ".*"
    method: str = ""
    times: int = 1
    skip: int = 0
    seconds: float = 0.0
    status: int = 500
    code: str | None = None
    saved: bool | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(self.kind)

    def matches(self, request: Request) -> bool:
        wanted = self.method in {"", request.method}
        return wanted and re.search(self.path, request.path) is not None

    def at_the_door(self) -> None:
        """A limiter refuses before the key is even looked at."""
        if self.kind == "error" and self.status in UNKEPT_STATUSES:
            raise self._error()

    def before(self) -> None:
        if self.kind == "hang":
            time.sleep(self.seconds)
        if self.kind == "error":
            raise self._error()

    def after(self) -> None:
        if self.kind == "error_after":
            raise self._error()

    def on_the_way_back(self) -> None:
        if self.kind == "hang_after":
            time.sleep(self.seconds)
        if self.kind == "drop_after":
            raise Dropped

    def _error(self) -> ScriptedError:
        # Only an answer that began to execute is kept under its key: a 500 or 402, not a 409 or 429.
        saved = self.status not in UNKEPT_STATUSES if self.saved is None else self.saved
        return ScriptedError(status=self.status, saved=saved, headers=self.headers, code=self.code)


NO_FAULT = Fault(kind="hang")


class FaultPlan:
    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, given: Json) -> None:
        with self._lock:
            self._faults.append(Fault(**given))

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, request: Request) -> Fault:
        with self._lock:
            for fault in self._faults:
                if not fault.matches(request):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    return NO_FAULT
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return NO_FAULT
