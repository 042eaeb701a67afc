"""An import as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.domain.import_states import AT_WORK, ImportState
from catalog.domain.reasons import read_reason
from catalog.domain.reports import Outcome, read_marks, read_reasons
from catalog.gateways.feeds import LABELS
from catalog.models import ImportProblem, ImportRun
from shop.kernel.money import Money, format_money

SHOWN_PROBLEMS = 50
SHOWN_REASONS = 10
OUTCOME_LABELS = {
    Outcome.CREATED: _("created"),
    Outcome.UPDATED: _("updated"),
    Outcome.UNCHANGED: _("unchanged"),
    Outcome.REFUSED: _("refused"),
}
# Words for what differs, as services.imports.plans names it.
CHANGES = {
    "name": _("name"),
    "published": _("published"),
    "description": _("description"),
    "brand": _("brand"),
    "category": _("category"),
    "product type": _("product type"),
    "name zh hans": _("Chinese name"),
    "description zh hans": _("Chinese description"),
    "seo title en": _("title for search engines"),
    "seo title zh hans": _("title for search engines in Chinese"),
    "seo description en": _("description for search engines"),
    "seo description zh hans": _("description for search engines in Chinese"),
    "is featured": _("featured"),
    "is digital": _("digital"),
    "is custom made": _("made to order"),
    "is fresh": _("fresh goods"),
    "return policy": _("returns"),
    "warranty months": _("warranty (months)"),
    "publish at": _("publish at"),
    "unpublish at": _("unpublish at"),
    "variants": _("variants"),
    "prices": _("prices"),
    "options": _("options"),
    "attributes": _("attributes"),
    "tags": _("tags"),
    "collections": _("collections"),
    "pictures": _("pictures"),
    "documents": _("documents"),
    "price list": _("price list"),
    "stock": _("stock"),
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

    format_label: str | Promise
    is_at_work: bool
    is_ready: bool
    is_over: bool
    can_retry: bool
    percent: int
    counts: list[Count]
    warning_count: int
    reasons: list[tuple[str, int]]
    marks: list[tuple[str, int]]
    sample: list[dict[str, Any]]
    has_amounts: bool
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
        reasons=[(reason.say(), count) for reason, count in read_reasons(preview)[:SHOWN_REASONS]],
        marks=[(first.say(), count) for first, count in read_marks(preview)] if is_preview else [],
        sample=_list_sample(preview) if is_preview else [],
        has_amounts=any("after" in row for row in preview.get("sample", [])),
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
    return [
        {
            **row,
            "label": labels.get(row["outcome"], row["outcome"]),
            "reason": read_reason(row["reason"]).say(),
            "warnings": [read_reason(warning).say() for warning in row["warnings"]],
            "before": _say_money(row.get("before")),
            "after": _say_money(row.get("after")),
            "changes": [CHANGES.get(change, change) for change in row["changes"]],
        }
        for row in preview.get("sample", [])
    ]


def _say_money(kept: list[str] | None) -> str:
    if not kept:
        return ""
    amount, currency = kept
    return format_money(Money(Decimal(amount), currency), get_language() or settings.LANGUAGE_CODE)


def iterate_problem_rows(run: ImportRun) -> Iterator[list[str]]:
    """Yield row, product, outcome, reason and warnings of the rows that were refused or have something to mend."""
    for problem in run.problems.order_by("row", "pk").iterator(chunk_size=1000):
        outcome = str(OUTCOME_LABELS[Outcome.REFUSED]) if problem.is_refused else ""
        reason, warnings = problem.say_reason(), problem.say_warnings()
        yield [str(problem.row), problem.product, outcome, reason, "; ".join(warnings)]
