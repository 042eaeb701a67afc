"""The states of an import: a file is looked at before it is let in."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from shop.kernel.states import TransitionTable


class ImportState(StrEnum):
    """Where an import stands."""

    CHECKING = "checking"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


# States in which a worker has something to do.
AT_WORK = frozenset({ImportState.CHECKING, ImportState.RUNNING})
IMPORT_TRANSITIONS = TransitionTable(
    axis="import",
    edges={
        ImportState.CHECKING: frozenset({ImportState.READY, ImportState.FAILED, ImportState.CANCELLED}),
        ImportState.READY: frozenset({ImportState.RUNNING, ImportState.CANCELLED}),
        ImportState.RUNNING: frozenset({ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED}),
    },
    labels={
        ImportState.CHECKING: _("Being checked"),
        ImportState.READY: _("Waiting for your word"),
        ImportState.RUNNING: _("Running"),
        ImportState.DONE: _("Done"),
        ImportState.FAILED: _("Failed"),
        ImportState.CANCELLED: _("Cancelled"),
    },
)
