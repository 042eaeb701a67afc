"""What came of each row of an imported file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.domain.reasons import Reason, read_reason

MOST_REASONS = 50


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
    reason: Reason | None = None
    warnings: tuple[Reason, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the row as a preview shows it."""
        return {
            "row": self.row,
            "product": self.product,
            "outcome": self.outcome.value,
            "reason": self.reason.to_json() if self.reason else "",
            "warnings": [warning.to_json() for warning in self.warnings],
        }


@dataclass(kw_only=True, slots=True)
class ImportSummary:
    """Rows and products by outcome, and why rows were refused."""

    file_name: str
    format: str
    rows: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    products: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    reasons: dict[Reason, int] = field(default_factory=dict)
    warning_count: int = 0
    # What is to be looked at, by code: the first of its kind, and how many there are.
    marks: dict[str, tuple[Reason, int]] = field(default_factory=dict)

    @property
    def row_count(self) -> int:
        """Return how many rows were read."""
        return sum(self.rows.values())

    def count_row(self, report: RowReport) -> None:
        """Add one row."""
        self.rows[report.outcome] += 1
        self.warning_count += len(report.warnings)
        for warning in report.warnings:
            first, count = self.marks.get(warning.code, (warning, 0))
            self.marks[warning.code] = (first, count + 1)
        if report.reason:
            self.reasons[report.reason] = self.reasons.get(report.reason, 0) + 1

    def list_reasons(self) -> list[tuple[Reason, int]]:
        """Return why rows were refused, what befell most of them first."""
        return sorted(self.reasons.items(), key=lambda item: -item[1])[:MOST_REASONS]

    def to_json(self) -> dict[str, object]:
        """Return the counts as a run keeps them."""
        return {
            "rows": {outcome.value: count for outcome, count in self.rows.items()},
            "products": {outcome.value: count for outcome, count in self.products.items()},
            "reasons": [[reason.to_json(), count] for reason, count in self.list_reasons()],
            "warning_count": self.warning_count,
            "marks": [[first.to_json(), count] for first, count in self.marks.values()],
        }

    def take_json(self, counts: Mapping[str, Any]) -> None:
        """Go on counting from what `to_json` returned."""
        for outcome in Outcome:
            self.rows[outcome] = int(counts.get("rows", {}).get(outcome.value, 0))
            self.products[outcome] = int(counts.get("products", {}).get(outcome.value, 0))
        self.reasons = dict(read_reasons(counts))
        self.warning_count = int(counts.get("warning_count", 0))
        self.marks = {first.code: (first, count) for first, count in read_marks(counts)}


def read_reasons(counts: Mapping[str, Any]) -> list[tuple[Reason, int]]:
    """Return the reasons that `ImportSummary.to_json` gave, or that a run had kept as words."""
    kept = counts.get("reasons", [])
    pairs = kept.items() if isinstance(kept, dict) else kept
    return [(read_reason(reason), int(count)) for reason, count in pairs]


def read_marks(counts: Mapping[str, Any]) -> list[tuple[Reason, int]]:
    """Return what is to be looked at, as `ImportSummary.to_json` gave it: the first of each kind, and how many."""
    return [(read_reason(first), int(count)) for first, count in counts.get("marks", [])]
