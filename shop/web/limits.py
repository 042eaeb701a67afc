"""How often something may be done: counted per caller, for all processes together."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from shop.kernel.errors import TooMany
from shop.kernel.valkey import Script, Valkey, ValkeyAway, get_valkey

MOST_CALLERS = 20_000
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_RATE = re.compile(r"^(\d+)/(\d*)([smhd])")
COUNT_IN_WINDOW: Final = Script("""
local most, window = tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000000
local time = redis.call('TIME')
local instant = time[1] * 1000000 + time[2]
local passed = instant % window
local number = (instant - passed) / window
local kept = redis.call('HMGET', KEYS[1], 'window', 'count', 'before')
local start, count, before = tonumber(kept[1] or number), tonumber(kept[2] or 0), tonumber(kept[3] or 0)
if start ~= number then
    before = start == number - 1 and count or 0
    count = 0
end
local room = math.floor(most - count - before * (1 - passed / window))
local taken = math.max(0, math.min(room, tonumber(ARGV[3])))
if taken > 0 then
    redis.call('HSET', KEYS[1], 'window', number, 'count', count + taken, 'before', before)
    redis.call('PEXPIRE', KEYS[1], 2 * window / 1000)
end
return {room, taken, passed}
""")
"""A caller's key; how many calls in how many seconds; how many to count. All at once, as Valkey runs scripts."""
GIVE_BACK: Final = Script("""
local time = redis.call('TIME')
local number = math.floor(time[1] / tonumber(ARGV[1]))
local kept = redis.call('HMGET', KEYS[1], 'window', 'count')
if tonumber(kept[1] or -1) == number and tonumber(kept[2]) > 0 then
    redis.call('HINCRBY', KEYS[1], 'count', -1)
end
""")
"""A caller's key; the seconds of its window. What was counted in a window that has ended stays."""
LOTS_IN_A_WINDOW: Final = 300


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

    What one process counts by itself while Valkey is away.
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
        return Limit(most, window, remaining, max(1, round(window - passed)), is_kept)

    def give_back(self, caller: str, *, window: int, at: float) -> None:
        """Take back one call of this window."""
        with self._lock:
            start, count, before = self._counts.get(caller, (0, 0, 0))
            if start == at // window and count:
                self._counts[caller] = (start, count - 1, before)


@dataclass(slots=True)
class _Lot:
    """Calls that are counted already and not made yet."""

    left: int
    remaining: int
    ends_at: float


class SharedCounter:
    """The same window counted in Valkey for all processes together, by its clock, in one round trip.

    Of a large limit a process takes a 300th at once and keeps what is left of it until the window ends, so that not every
    call asks Valkey: a caller may be refused that much early for each process, and never gets more than the limit.
    """

    def __init__(self, valkey: Valkey, *, prefix: str) -> None:
        self._valkey = valkey
        self._prefix = prefix
        self._alone = CallCounter()
        self._lock = Lock()
        self._lots: OrderedDict[tuple[str, int, int], _Lot] = OrderedDict()

    def take(self, caller: str, *, most: int, window: int) -> Limit:
        """Count a call unless the limit is reached; alone, and from nothing, while Valkey is away."""
        mark = caller, most, window
        if (lot := self._take_from_lot(mark)) is not None:
            remaining, reset_seconds = lot
            return Limit(most, window, remaining, reset_seconds, is_kept=True)
        key = f"{self._prefix}:limit:{caller}"
        wanted = max(1, most // LOTS_IN_A_WINDOW)
        try:
            room, taken, passed = self._valkey.run(COUNT_IN_WINDOW, 1, key, most, window, wanted)
        except ValkeyAway:
            return self._alone.take(caller, most=most, window=window, at=time.time())
        seconds = window - passed / 1_000_000
        if taken > 1:
            self._keep_lot(mark, _Lot(taken - 1, room - taken, time.monotonic() + seconds))
        remaining = max(0, room - 1)
        return Limit(most, window, remaining, max(1, round(seconds)), room > 0)

    def give_back(self, caller: str, *, window: int) -> None:
        """Take back one call of this window, wherever it was counted."""
        self._alone.give_back(caller, window=window, at=time.time())
        try:
            self._valkey.run(GIVE_BACK, 1, f"{self._prefix}:limit:{caller}", window)
        except ValkeyAway:
            return

    def _take_from_lot(self, mark: tuple[str, int, int]) -> tuple[int, int] | None:
        """Take one call of what is counted already; returns how many are left in all, and for how many seconds."""
        with self._lock:
            lot = self._lots.get(mark)
            seconds = lot.ends_at - time.monotonic() if lot else 0
            if lot is None or not lot.left or seconds <= 0:
                return None
            lot.left -= 1
            return lot.remaining + lot.left, max(1, round(seconds))

    def _keep_lot(self, mark: tuple[str, int, int], lot: _Lot) -> None:
        with self._lock:
            self._lots[mark] = lot
            self._lots.move_to_end(mark)
            if len(self._lots) > MOST_CALLERS:
                self._lots.popitem(last=False)


@cache
def get_counter() -> SharedCounter:
    """The process's own counter of what all processes count."""
    return SharedCounter(get_valkey(settings.REDIS_URL), prefix=settings.SHARED_KEY_PREFIX)


@lru_cache(maxsize=16)
def parse_rate(rate: str) -> tuple[int, int]:
    """``600/min`` or ``10/10m`` as calls and seconds."""
    found = _RATE.match(rate)
    if found is None:
        raise ValueError(rate)
    return int(found.group(1)), int(found.group(2) or 1) * SECONDS[found.group(3)]


def take_call(caller: str, *, rate: str) -> Limit:
    """Count a call of this caller at this rate, unless there were too many."""
    most, window = parse_rate(rate)
    return get_counter().take(caller, most=most, window=window)


def count_try(name: str, *, callers: Iterable[str]) -> None:
    """Count one try of what ``GUEST_RATES`` names for all of the callers; raises ``TooMany`` when one had none left.

    Where only wrong tries count: count before it is known, and ``give_back_try`` a right one. Rivals that look first and
    count later would all be let in.
    """
    if not settings.GUEST_RATES[name]:
        return
    most, window = parse_rate(settings.GUEST_RATES[name])
    counted: list[str] = []
    for caller in callers:
        limit = get_counter().take(f"{name}:{caller}", most=most, window=window)
        if not limit.is_kept:
            give_back_try(name, callers=counted)
            message = _("That was too often. Please try again a little later.")
            raise TooMany(message, wait_seconds=limit.reset_seconds)
        counted.append(caller)


def give_back_try(name: str, *, callers: Iterable[str]) -> None:
    """What was counted for each of the callers shall not count."""
    if not settings.GUEST_RATES[name]:
        return
    for caller in callers:
        get_counter().give_back(f"{name}:{caller}", window=parse_rate(settings.GUEST_RATES[name])[1])
