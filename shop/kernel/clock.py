"""The one clock of the house: everything that asks for the time asks here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.utils import timezone

_override: ContextVar[datetime | None] = ContextVar("clock_override", default=None)


def now() -> datetime:
    """The present instant in UTC, or the one that ``override_now`` set."""
    return _override.get() or datetime.now(UTC)


@contextmanager
def override_now(instant: datetime) -> Iterator[None]:
    """Let ``now()`` answer ``instant`` inside the block: for the demo's past orders and for tests."""
    if timezone.is_naive(instant):
        raise ValueError("instant must be aware")
    token = _override.set(instant)
    try:
        yield
    finally:
        _override.reset(token)
