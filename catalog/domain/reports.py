"""What came of each row of an imported file."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What an import did with a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class RowReport:
    """One row of the report."""

    row: int
    product: str
    outcome: Outcome
    reason: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(kw_only=True, slots=True)
class ImportSummary:
    """Rows and products by outcome, and why rows were refused."""

    file_name: str
    format: str
    rows: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    products: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    reasons: dict[str, int] = field(default_factory=dict)
    warning_count: int = 0

    @property
    def row_count(self) -> int:
        """Return how many rows were read."""
        return sum(self.rows.values())

    def count_row(self, report: RowReport) -> None:
        """Add one row."""
        self.rows[report.outcome] += 1
        self.warning_count += len(report.warnings)
        if report.reason:
            self.reasons[report.reason] = self.reasons.get(report.reason, 0) + 1
