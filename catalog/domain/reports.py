"""What came of each row of an imported file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

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
    reason: str = ""
    warnings: tuple[str, ...] = ()

    def to_json(self, *, name: str, changes: Sequence[str] = ()) -> dict[str, object]:
        """Return the row as a preview shows it."""
        return {
            "row": self.row,
            "product": self.product,
            "name": name,
            "outcome": self.outcome.value,
            "changes": list(changes),
            "reason": self.reason,
            "warnings": list(self.warnings),
        }


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

    def to_json(self) -> dict[str, object]:
        """Return the counts as a run keeps them."""
        return {
            "rows": {outcome.value: count for outcome, count in self.rows.items()},
            "products": {outcome.value: count for outcome, count in self.products.items()},
            "reasons": dict(sorted(self.reasons.items(), key=lambda item: -item[1])[:MOST_REASONS]),
            "warning_count": self.warning_count,
        }

    def take_json(self, counts: Mapping[str, Any]) -> None:
        """Go on counting from what `to_json` returned."""
        for outcome in Outcome:
            self.rows[outcome] = int(counts.get("rows", {}).get(outcome.value, 0))
            self.products[outcome] = int(counts.get("products", {}).get(outcome.value, 0))
        self.reasons = {str(reason): int(count) for reason, count in counts.get("reasons", {}).items()}
        self.warning_count = int(counts.get("warning_count", 0))
