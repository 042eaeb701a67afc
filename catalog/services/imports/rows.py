"""Importing a file row by row: each row is compared, written and told by itself, a batch of them in one transaction."""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

from catalog.domain.reasons import Reason
from catalog.domain.reports import Outcome, RowReport
from catalog.gateways.feeds.prices import read_rows
from catalog.gateways.feeds.reading import Progress, Row
from catalog.services.imports.checkpoints import FileWork
from shop.kernel.money import Money
from shop.kernel.transactions import transactional

BATCH_SIZE = 500
Record = TypeVar("Record")


@dataclass(kw_only=True, slots=True)
class PlannedRow(Generic[Record]):
    """What becomes of a row; `record` is None where it was refused."""

    number: int
    name: str
    record: Record | None = None
    outcome: Outcome = Outcome.REFUSED
    reason: Reason | None = None
    warnings: list[Reason] = field(default_factory=list)
    changes: tuple[str, ...] = ()
    before: Money | None = None
    after: Money | None = None

    def to_report(self) -> RowReport:
        """Return its line of the report."""
        return RowReport(
            row=self.number,
            product=self.name,
            outcome=self.outcome,
            reason=self.reason,
            warnings=tuple(self.warnings),
        )

    def to_preview(self) -> dict[str, object]:
        """Return what a preview shows beside the report."""
        return {
            "name": self.name,
            "changes": list(self.changes),
            "before": _keep(self.before),
            "after": _keep(self.after),
        }


def _keep(money: Money | None) -> list[str]:
    return [str(money.amount), money.currency] if money else []


@dataclass(kw_only=True)
class RowWork(FileWork[Row], Generic[Record]):
    """One run of a file whose rows stand each for itself."""

    @property
    def batch_size(self) -> int:
        """Rows between two checkpoints."""
        return BATCH_SIZE

    def read(self, progress: Progress) -> Iterator[Row]:
        """Yield the rows that this run is about."""
        for row in read_rows(self.path, progress=progress):
            if self.only_rows is None or row.number in self.only_rows:
                yield row

    def remember(self, items: Iterator[Row]) -> None:
        """Go through what is done already, as what it says counts for what comes after it."""
        while batch := list(islice(items, self.batch_size)):
            self.plan(batch)

    def import_batch(self, batch: list[Row]) -> None:
        """Bring these rows into the shop, those that are refused left out, and note that they are done."""
        for planned in self._commit(self.plan(batch)):
            self.report(planned.to_report())

    @transactional
    def _commit(self, rows: Sequence[PlannedRow[Record]]) -> Sequence[PlannedRow[Record]]:
        changed = [row for row in rows if row.outcome in {Outcome.CREATED, Outcome.UPDATED}]
        if changed and not self.is_check:
            self.write(changed)
        summary = copy.deepcopy(self.summary)
        reports = [row.to_report() for row in rows]
        for row, report in zip(rows, reports, strict=True):
            summary.count_row(report)
            self.show(report, row.to_preview())
        self.note(summary, reports, done_count=len(rows))
        self.summary = summary
        return rows

    @abstractmethod
    def plan(self, rows: Sequence[Row]) -> list[PlannedRow[Record]]:
        """Read and compare a batch, in a few queries for all of it; writes nothing."""

    @abstractmethod
    def write(self, rows: Sequence[PlannedRow[Record]]) -> None:
        """Write what is new or differs, in the caller's transaction. Repeatable."""
