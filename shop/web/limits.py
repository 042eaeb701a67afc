"""How often something may be done: counted per caller in each process."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from django.conf import settings
from django.utils.translation import gettext as _

from shop.kernel.errors import TooMany

MOST_CALLERS = 20_000
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_RATE = re.compile(r"^(\d+)/(\d*)([smhd])")


@dataclass(frozen=True, slots=True)
class Limit:
    """How a caller stands after a call."""

    most: int
    window_seconds: int
    remaining: int
    reset_seconds: int
    is_kept: bool

    def list_headers(self) -> tuple[tuple[str, str], ...]:
        """The single headers in wide use, and those of draft-ietf-httpapi-ratelimit-headers."""
        return (
            ("RateLimit-Limit", str(self.most)),
            ("RateLimit-Remaining", str(self.remaining)),
            ("RateLimit-Reset", str(self.reset_seconds)),
            ("RateLimit-Policy", f'"default";q={self.most};w={self.window_seconds}'),
            ("RateLimit", f'"default";r={self.remaining};t={self.reset_seconds}'),
        )


class CallCounter:
    """A sliding window in two numbers per caller: calls of this window, and of the one before in proportion.

    It is kept per process: the limit protects the process, and no outage of another server can lift it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: OrderedDict[str, tuple[int, int, int]] = OrderedDict()

    def take(self, caller: str, *, most: int, window: int, at: float, is_counted: bool = True) -> Limit:
        """Count a call unless the limit is reached; not counted, only look how the caller stands."""
        number, passed = divmod(at, window)
        with self._lock:
            start, count, before = self._counts.get(caller, (int(number), 0, 0))
            if start != number:
                start, count, before = int(number), 0, count if start == number - 1 else 0
            used = count + before * (1 - passed / window)
            is_kept = used + 1 <= most
            self._counts[caller] = (start, count + (is_kept and is_counted), before)
            self._counts.move_to_end(caller)
            if len(self._counts) > MOST_CALLERS:
                self._counts.popitem(last=False)
        remaining = max(0, int(most - used - is_kept))
        reset = max(1, round(window - passed))
        return Limit(most, window, remaining, reset, is_kept)

    def forget(self) -> None:
        """Start anew: for tests."""
        with self._lock:
            self._counts.clear()


COUNTER = CallCounter()


@lru_cache(maxsize=16)
def parse_rate(rate: str) -> tuple[int, int]:
    """``600/min`` or ``10/10m`` as calls and seconds."""
    found = _RATE.match(rate)
    if found is None:
        raise ValueError(rate)
    return int(found.group(1)), int(found.group(2) or 1) * SECONDS[found.group(3)]


def check_tries(name: str, *, callers: Iterable[str]) -> None:
    """Raise ``TooMany`` when one of the callers has no try left at what ``GUEST_RATES`` names; counts nothing."""
    _take(name, callers, is_counted=False)


def count_try(name: str, *, callers: Iterable[str]) -> None:
    """Count one try for each of the callers; raises ``TooMany`` when one had none left."""
    _take(name, callers, is_counted=True)


def _take(name: str, callers: Iterable[str], *, is_counted: bool) -> None:
    rate = settings.GUEST_RATES[name]
    if not rate:
        return
    most, window = parse_rate(rate)
    for caller in callers:
        limit = COUNTER.take(
            f"{name}:{caller}", most=most, window=window, at=time.time(), is_counted=is_counted
        )
        if not limit.is_kept:
            raise TooMany(_("That was too often. Please try again a little later."))
