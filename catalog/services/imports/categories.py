"""Importing category trees: three levels, what lies deeper is folded into its third level."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from catalog.domain.reasons import Reason
from catalog.domain.records import CategoryStep
from catalog.domain.reports import ImportSummary, Outcome, RowReport
from catalog.gateways.feeds import CategoryRow, read_categories
from catalog.models import Category, ImportRun
from catalog.models.category import MAX_DEPTH
from catalog.services.imports.checkpoints import PREVIEW_ROWS, Report, keep_problems
from shop.kernel.transactions import transactional

BATCH_SIZE = 1000
LONGEST_PATH = 260


def import_tree(run: ImportRun, path: Path, *, report: Report) -> ImportSummary:
    """Bring the categories of a file into the shop, each batch in a transaction of its own.

    Known categories keep their names; a category that is not in the file stays. A level below the third makes no category:
    the report names the one that it is folded into. Repeatable.
    """
    summary = ImportSummary(file_name=run.file_name, format=run.format)
    rows = read_categories(path, format_name=run.format)
    while batch := list(islice(rows, BATCH_SIZE)):
        reports = _import_batch(run, batch, kept=summary.warning_count)
        for one in reports:
            summary.count_row(one)
            summary.products[one.outcome] += 1
            report(one)
    return summary


def check_tree(run: ImportRun, path: Path) -> ImportSummary:
    """Say what importing the tree would do, and keep the first rows as the run's preview; writes nothing else."""
    summary = ImportSummary(file_name=run.file_name, format=run.format)
    sample: list[dict[str, object]] = []
    rows = read_categories(path, format_name=run.format)
    while batch := list(islice(rows, BATCH_SIZE)):
        wanted = {_join(row.steps) for row in batch}
        missing = wanted - set(Category.objects.filter(path__in=wanted).values_list("path", flat=True))
        for row in batch:
            one = _report(row, missing)
            summary.count_row(one)
            summary.products[one.outcome] += 1
            if len(sample) < PREVIEW_ROWS:
                name = row.steps[-1].name if row.steps else ""
                sample.append({**one.to_json(), "name": name, "changes": []})
    run.preview = {**summary.to_json(), "sample": sample}
    return summary


@transactional
def _import_batch(run: ImportRun, rows: Sequence[CategoryRow], *, kept: int) -> list[RowReport]:
    good = [row for row in rows if not _find_problem(row)]
    made = _make_categories([row.steps[:MAX_DEPTH] for row in good])
    reports = [_report(row, made) for row in rows]
    keep_problems(run, reports, kept=kept)
    return reports


def _find_problem(row: CategoryRow) -> Reason | None:
    """Return why a row cannot be a category, None when it can."""
    if not row.steps:
        return Reason("path_missing")
    if any(not step.slug for step in row.steps[:MAX_DEPTH]):
        return Reason("level_unnamed")
    if len(_join(row.steps[:MAX_DEPTH])) > LONGEST_PATH:
        return Reason("path_long", most=LONGEST_PATH)
    return None


def _join(steps: Sequence[CategoryStep]) -> str:
    return "/".join(step.slug for step in steps)


def _make_categories(paths: Sequence[Sequence[CategoryStep]]) -> set[str]:
    """Create the missing categories level by level, parents first; returns the paths that were made."""
    wanted: dict[str, tuple[CategoryStep, int]] = {}
    for steps in paths:
        for depth, step in enumerate(steps, start=1):
            wanted.setdefault(_join(steps[:depth]), (step, depth))
    known = dict(Category.objects.filter(path__in=wanted).values_list("path", "pk"))
    made: set[str] = set()
    for level in range(1, MAX_DEPTH + 1):
        fresh = [
            Category(
                slug=step.slug,
                path=path,
                depth=depth,
                parent_id=known.get(path.rpartition("/")[0]),
                name_en=step.name,
                name_zh_hans=step.name_zh_hans or None,
            )
            for path, (step, depth) in wanted.items()
            if depth == level and path not in known
        ]
        Category.objects.bulk_create(fresh)
        known |= {category.path: category.pk for category in fresh}
        made |= {category.path for category in fresh}
    return made


def _report(row: CategoryRow, made: set[str]) -> RowReport:
    problem = _find_problem(row)
    if problem:
        return RowReport(row=row.number, product=row.title, outcome=Outcome.REFUSED, reason=problem)
    if len(row.steps) > MAX_DEPTH:
        into = " > ".join(step.name for step in row.steps[:MAX_DEPTH])
        return RowReport(
            row=row.number,
            product=row.title,
            outcome=Outcome.UNCHANGED,
            warnings=(Reason("level_folded", level=len(row.steps), path=into),),
        )
    # A category that two rows name is made by the first of them.
    path = _join(row.steps)
    is_new = path in made
    made.discard(path)
    return RowReport(
        row=row.number, product=row.title, outcome=Outcome.CREATED if is_new else Outcome.UNCHANGED
    )
