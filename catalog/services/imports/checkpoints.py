"""What a run keeps of its work, written in the transaction that did it: counts, rows to mend, and where to go on."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from catalog.domain.reports import ImportSummary, Outcome, RowReport
from catalog.gateways.feeds import Progress
from catalog.models import ImportProblem, ImportRun

# Rows that were refused are all kept, as they can be tried again; of those with mere warnings enough to see what is wrong.
MOST_WARNINGS_KEPT = 5000
# A preview shows the first rows, and of the others those with something to look at.
PREVIEW_ROWS = 50
PREVIEW_MARKED_ROWS = 150
Report = Callable[[RowReport], None]
Item = TypeVar("Item")


@dataclass(kw_only=True)
class FileWork(ABC, Generic[Item]):
    """One run of one file: read bit by bit, worked off in batches, noted with each of them."""

    run: ImportRun
    path: Path
    report: Report
    summary: ImportSummary
    # Of prices that carry none in the file.
    currency: str
    # Only looked at: nothing is written but what the check found.
    is_check: bool = False
    # Of an earlier run's file only the items with one of these rows.
    only_rows: frozenset[int] | None = None
    preview: list[dict[str, object]] = field(default_factory=list)
    _marked_count: int = 0

    @property
    @abstractmethod
    def batch_size(self) -> int:
        """Items between two checkpoints."""

    @abstractmethod
    def read(self, progress: Progress) -> Iterator[Item]:
        """Yield what the file holds, always the same."""

    @abstractmethod
    def remember(self, items: Iterator[Item]) -> None:
        """Take note of items that are done already."""

    @abstractmethod
    def import_batch(self, batch: list[Item]) -> None:
        """Bring these into the shop and note that they are done."""

    def work_off(
        self,
        *,
        progress: Progress,
        deadline: float | None = None,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> bool:
        """Go on where the run stands; True when the file is done, False when the time is up or somebody stopped it."""

        def note(done: int, size: int) -> None:
            self.run.progress_count, self.run.progress_size = done, size
            progress(done, size)

        items = self.read(note)
        self.remember(islice(items, self.run.done_count))
        while batch := list(islice(items, self.batch_size)):
            self.import_batch(batch)
            if (deadline is not None and time.monotonic() > deadline) or not goes_on():
                return False
        return True

    def show(self, report: RowReport, facts: Mapping[str, object]) -> None:
        """Put a row into the preview while there is room for it."""
        if not self.is_check:
            return
        is_marked = bool(report.reason or report.warnings)
        is_first = len(self.preview) - self._marked_count < PREVIEW_ROWS
        if is_first or (is_marked and self._marked_count < PREVIEW_MARKED_ROWS):
            self._marked_count += not is_first
            self.preview.append({**report.to_json(), **facts})

    def note(self, summary: ImportSummary, reports: Sequence[RowReport], *, done_count: int) -> None:
        """Write that a batch is done and what came of it, in the caller's transaction."""
        self.run.done_count += done_count
        self.run.start_count = 0
        fields = ["done_count", "progress_count", "progress_size", "start_count"]
        if self.is_check:
            self.run.preview = {**summary.to_json(), "sample": self.preview}
            fields.append("preview")
        else:
            fields += fill_counts(self.run, summary)
            keep_problems(self.run, reports, kept=self.summary.warning_count)
        self.run.save(update_fields=fields)


def fill_counts(run: ImportRun, summary: ImportSummary) -> list[str]:
    """Write the summary into the run; returns the names of the fields."""
    run.row_count = summary.row_count
    run.created_count = summary.rows[Outcome.CREATED]
    run.updated_count = summary.rows[Outcome.UPDATED]
    run.unchanged_count = summary.rows[Outcome.UNCHANGED]
    run.refused_count = summary.rows[Outcome.REFUSED]
    run.warning_count = summary.warning_count
    return [
        "row_count",
        "created_count",
        "updated_count",
        "unchanged_count",
        "refused_count",
        "warning_count",
    ]


def keep_problems(run: ImportRun, reports: Sequence[RowReport], *, kept: int) -> None:
    """Keep the rows that were refused or have something to mend, for download and for another try."""
    problems = [
        ImportProblem(
            run=run,
            row=report.row,
            product=report.product[:255],
            is_refused=report.outcome is Outcome.REFUSED,
            told=report.reason.to_json() if report.reason else {},
            warnings=[warning.to_json() for warning in report.warnings],
        )
        for report in reports
        if report.outcome is Outcome.REFUSED or (report.warnings and kept < MOST_WARNINGS_KEPT)
    ]
    if problems:
        ImportProblem.objects.bulk_create(problems, ignore_conflicts=True)
