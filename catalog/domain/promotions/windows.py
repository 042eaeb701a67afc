"""Where a promotion stands, derived from what was decided and the time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """Draft, scheduled, running, paused or over."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


def derive_state(
    status: str, *, starts_at: datetime | None, ends_at: datetime | None, now: datetime
) -> RunState:
    """Return the state; a window that is over has ended, whatever was decided."""
    if status == "ended" or (status != "draft" and ends_at is not None and ends_at <= now):
        return RunState.ENDED
    if status != "active":
        return RunState(status)
    return RunState.SCHEDULED if starts_at is not None and starts_at > now else RunState.RUNNING
