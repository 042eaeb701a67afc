"""An import as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.domain.import_states import AT_WORK, ImportState
from catalog.domain.reports import Outcome
from catalog.gateways.feeds import LABELS
from catalog.models import ImportProblem, ImportRun

SHOWN_PROBLEMS = 50
OUTCOME_LABELS = {
    Outcome.CREATED: _("created"),
    Outcome.UPDATED: _("updated"),
    Outcome.UNCHANGED: _("unchanged"),
    Outcome.REFUSED: _("refused"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """Rows of one outcome."""

    outcome: str
    label: object
    rows: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportView:
    """All that the page of an import shows."""

    format_label: str
    is_at_work: bool
    is_ready: bool
    is_over: bool
    can_retry: bool
    percent: int
    counts: list[Count]
    warning_count: int
    reasons: list[tuple[str, int]]
    sample: list[dict[str, Any]]
    problems: list[ImportProblem]
    problem_count: int


def build_import_view(run: ImportRun) -> ImportView:
    """Return what the page shows: what the check found before the start, what was done from then on. Two queries."""
    is_preview = run.state in {ImportState.CHECKING, ImportState.READY}
    preview: dict[str, Any] = run.preview
    problems = list(run.problems.order_by("-is_refused", "row")[:SHOWN_PROBLEMS])
    return ImportView(
        format_label=LABELS.get(run.format, run.format),
        is_at_work=run.state in AT_WORK,
        is_ready=run.state == ImportState.READY,
        is_over=run.state in {ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED},
        can_retry=run.state in {ImportState.DONE, ImportState.CANCELLED}
        and bool(run.upload)
        and any(problem.is_refused for problem in problems),
        percent=_find_percent(run),
        counts=_list_preview_counts(preview) if is_preview else _list_counts(run),
        warning_count=int(preview.get("warning_count", 0)) if is_preview else run.warning_count,
        reasons=[(str(reason), int(count)) for reason, count in preview.get("reasons", {}).items()][:10],
        sample=_list_sample(preview) if is_preview else [],
        problems=problems,
        problem_count=run.problems.count() if len(problems) == SHOWN_PROBLEMS else len(problems),
    )


def _find_percent(run: ImportRun) -> int:
    if run.state == ImportState.DONE:
        return 100
    return min(99, 100 * run.progress_count // run.progress_size) if run.progress_size else 0


def _list_preview_counts(preview: dict[str, Any]) -> list[Count]:
    rows: dict[str, int] = preview.get("rows", {})
    return [
        Count(outcome=outcome.value, label=label, rows=rows.get(outcome.value, 0))
        for outcome, label in OUTCOME_LABELS.items()
    ]


def _list_counts(run: ImportRun) -> list[Count]:
    rows = {
        Outcome.CREATED: run.created_count,
        Outcome.UPDATED: run.updated_count,
        Outcome.UNCHANGED: run.unchanged_count,
        Outcome.REFUSED: run.refused_count,
    }
    return [
        Count(outcome=outcome.value, label=label, rows=rows[outcome])
        for outcome, label in OUTCOME_LABELS.items()
    ]


def _list_sample(preview: dict[str, Any]) -> list[dict[str, Any]]:
    labels = {outcome.value: label for outcome, label in OUTCOME_LABELS.items()}
    return [{**row, "label": labels.get(row["outcome"], row["outcome"])} for row in preview.get("sample", [])]


def iterate_problem_rows(run: ImportRun) -> Iterator[list[str]]:
    """Yield row, product, outcome, reason and warnings of the rows that were refused or have something to mend."""
    for problem in run.problems.order_by("row", "pk").iterator(chunk_size=1000):
        outcome = Outcome.REFUSED.value if problem.is_refused else ""
        yield [str(problem.row), problem.product, outcome, problem.reason, "; ".join(problem.warnings)]
