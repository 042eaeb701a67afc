"""How commands tell how far an import is and what came of it."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from catalog.domain.cells import guard_formula
from catalog.domain.reports import ImportSummary, Outcome, RowReport
from catalog.services.imports.checkpoints import Report

BAR_WIDTH = 30
LINE_SECONDS = 5.0
BAR_SECONDS = 0.1
REASONS_SHOWN = 10


class Meter:
    """A bar on a terminal; elsewhere a plain line now and then."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.is_terminal = stream.isatty()
        self.shown_at = 0.0 if self.is_terminal else time.monotonic()

    def show(self, done: int, size: int) -> None:
        """Draw how far the file is read."""
        wait = BAR_SECONDS if self.is_terminal else LINE_SECONDS
        if done < size and time.monotonic() - self.shown_at < wait:
            return
        self.shown_at = time.monotonic()
        share = done / size if size else 1.0
        if not self.is_terminal:
            self.stream.write(f"read {share:.0%}\n")
            return
        filled = round(share * BAR_WIDTH)
        end = "\n" if done >= size else ""
        self.stream.write(f"\r[{'█' * filled}{'·' * (BAR_WIDTH - filled)}] {share:4.0%}{end}")
        self.stream.flush()


@contextmanager
def open_report(path: Path | None) -> Iterator[Report]:
    """Give what writes one line per row into a CSV file; nowhere without a path."""
    if path is None:
        yield lambda _row: None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "product", "outcome", "reason", "warnings"])
        yield lambda row: writer.writerow(_list_cells(row))


def _list_cells(row: RowReport) -> list[str | int]:
    reason = row.reason.say() if row.reason else ""
    texts = [row.product, row.outcome.value, reason, "; ".join(warning.say() for warning in row.warnings)]
    return [row.row, *(guard_formula(text) for text in texts)]


def describe_summary(summary: ImportSummary) -> str:
    """Return what came of an import, in some lines."""
    lines = [f"{summary.file_name}: {summary.format}, {summary.row_count} rows"]
    lines += [f"  {outcome.value:<10} {_count(summary, outcome)}" for outcome in Outcome]
    if summary.warning_count:
        lines.append(f"  {summary.warning_count} warnings (see --report)")
    reasons = summary.list_reasons()
    lines += [f"  refused {quantity}: {reason.say()}" for reason, quantity in reasons[:REASONS_SHOWN]]
    if len(reasons) > REASONS_SHOWN:
        lines.append(f"  and {len(reasons) - REASONS_SHOWN} other reasons (see --report)")
    return "\n".join(lines)


def _count(summary: ImportSummary, outcome: Outcome) -> str:
    rows = f"{summary.rows[outcome]:>7} rows"
    # A row of prices is no product.
    return f"{rows}, {summary.products[outcome]:>6} products" if any(summary.products.values()) else rows
