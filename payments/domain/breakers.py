"""When a provider that does not answer is left alone for a while (a circuit breaker)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

PROBE_PATIENCE: Final = timedelta(seconds=60)
"""Longer than any adapter waits for one call: a probe whose process died does not block the next one for ever."""


@dataclass(frozen=True, kw_only=True)
class BreakerRules:
    """`failures` calls in a row without an answer within `window` open the breaker; after `pause` one call probes."""

    failures: int
    window: timedelta
    pause: timedelta

    def counts_from(self, now: datetime) -> datetime:
        """Failures whose series began before this instant are forgotten."""
        return now - self.window

    def cooled_at(self, now: datetime) -> datetime:
        """What opened at or before this instant may be probed."""
        return now - self.pause
