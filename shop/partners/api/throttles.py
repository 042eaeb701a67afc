"""Rate limits per key or address, told in the ``RateLimit`` headers."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from django.conf import settings
from rest_framework.request import Request

from shop.partners.models import ApiKey

MOST_CALLERS = 20_000
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_RATE = re.compile(r"^(\d+)/([smhd])")


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

    def take(self, caller: str, *, most: int, window: int, at: float) -> Limit:
        """Count a call unless the limit is reached."""
        number, passed = divmod(at, window)
        with self._lock:
            start, count, before = self._counts.get(caller, (int(number), 0, 0))
            if start != number:
                start, count, before = int(number), 0, count if start == number - 1 else 0
            used = count + before * (1 - passed / window)
            is_kept = used + 1 <= most
            self._counts[caller] = (start, count + is_kept, before)
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


def count_call(request: Request) -> Limit:
    """Count a call of this key, or of this address for a call without one."""
    if isinstance(request.auth, ApiKey):
        caller, rate = f"key:{request.auth.pk}", settings.API_RATE_KEY
    else:
        caller, rate = f"ip:{find_client_address(request)}", settings.API_RATE_ANONYMOUS
    most, window = parse_rate(rate)
    return COUNTER.take(caller, most=most, window=window, at=time.time())


@lru_cache(maxsize=16)
def parse_rate(rate: str) -> tuple[int, int]:
    """``600/min`` as calls and seconds."""
    found = _RATE.match(rate)
    if found is None:
        raise ValueError(rate)
    return int(found.group(1)), SECONDS[found.group(2)]


def find_client_address(request: Request) -> str:
    """Who calls: what our own proxies wrote into ``X-Forwarded-For``; without proxies, only the connection counts."""
    own: str = request.META.get("REMOTE_ADDR", "")
    count: int = settings.AXES_IPWARE_PROXY_COUNT
    if not count:
        return own
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    return hops[-count] if len(hops) >= count else own
