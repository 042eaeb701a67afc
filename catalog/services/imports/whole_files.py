"""Importing a file of products or categories: one entry for the command, one for the worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.domain.errors import FileRefused
from catalog.domain.import_states import ImportState
from catalog.domain.reasons import Reason
from catalog.domain.reports import ImportSummary
from catalog.gateways.feeds import COMPETITORS, PRICES, TREES, Progress, detect_format
from catalog.gateways.folders import FileFolder
from catalog.models import ImportProblem, ImportRun
from catalog.queries.categories import forget_category_tree
from catalog.services.imports.batches import ImportWork
from catalog.services.imports.categories import check_tree, import_tree
from catalog.services.imports.checkpoints import FileWork, Report, fill_counts
from catalog.services.imports.competitor_rows import CompetitorWork
from catalog.services.imports.files import FilePlanner
from catalog.services.imports.price_rows import PriceWork
from catalog.services.imports.rows import RowWork
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.leases import lease
from shop.kernel.transactions import transactional

LEASE = "catalog-import"
ROWS: dict[str, type[RowWork[Any]]] = {PRICES: PriceWork, COMPETITORS: CompetitorWork}


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOptions:
    """What an import may do beyond reading the file."""

    currency: str = settings.DEFAULT_CURRENCY
    images: Path | None = None
    overwrite_stock: bool = False
    # For rows that say "in stock" without a number; 0 declares nothing.
    assumed_stock: int = 0
    # Whether pictures that are not in the folder are fetched from their web address.
    fetch_pictures: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return what a run keeps; the folder belongs to the machine that works."""
        return {
            "currency": self.currency,
            "overwrite_stock": self.overwrite_stock,
            "assumed_stock": self.assumed_stock,
            "fetch_pictures": self.fetch_pictures,
        }


def import_products(
    path: Path,
    *,
    report: Report,
    options: ImportOptions | None = None,
    progress: Progress = lambda _done, _size: None,
) -> ImportSummary:
    """Bring the products, categories or prices of a file into the shop; raises FileRefused when the file cannot be read at all.

    Each batch is one transaction; when the database refuses it, each product is tried by itself, so a bad one never stops
    a good one and none is half-written. Repeatable: what agrees with the file is not written. Publishes StockDeclared.
    One import runs at a time.
    """
    return _take_in(path, report=report, options=options or ImportOptions(), progress=progress)


def check_file(
    path: Path,
    *,
    report: Report,
    options: ImportOptions | None = None,
    progress: Progress = lambda _done, _size: None,
) -> ImportSummary:
    """Say what `import_products` would do with a file, row by row, and write nothing but the run's preview."""
    return _take_in(path, report=report, options=options or ImportOptions(), progress=progress, is_check=True)


def _take_in(
    path: Path, *, report: Report, options: ImportOptions, progress: Progress, is_check: bool = False
) -> ImportSummary:
    name = detect_format(path)
    with lease(LEASE) as is_ours:
        if not is_ours:
            raise FileRefused(Reason("import_running"))
        _close_orphans()
        run = ImportRun.objects.create(
            file_name=path.name[:255],
            format=name,
            state=(ImportState.CHECKING if is_check else ImportState.RUNNING).value,
            options=options.to_json(),
            started_at=now(),
        )
        if name in TREES:
            summary = check_tree(run, path) if is_check else import_tree(run, path, report=report)
        else:
            work = build_work(run, path, options=options, report=report, is_check=is_check)
            work.work_off(progress=progress)
            summary = work.summary
        if is_check:
            # The file is not kept: nobody can let it in from here.
            run.state, run.finished_at = ImportState.CANCELLED.value, now()
            run.save(update_fields=["state", "finished_at", "preview"])
        else:
            finish_run(run, summary)
    return summary


def _close_orphans() -> None:
    """Close runs of a command that was killed: the lease is ours, so none of them is alive."""
    ImportRun.objects.filter(state=ImportState.RUNNING, upload="").update(
        state=ImportState.FAILED,
        failure_told=Reason("command_stopped").to_json(),
        finished_at=now(),
    )


def build_work(
    run: ImportRun, path: Path, *, options: ImportOptions, report: Report, is_check: bool = False
) -> FileWork[Any]:
    """Return the work of a run, standing where the run stands."""
    summary = ImportSummary(file_name=run.file_name, format=run.format)
    shared: dict[str, Any] = {
        "run": run,
        "path": path,
        "report": report,
        "summary": summary,
        "currency": options.currency,
        "is_check": is_check,
        "only_rows": _list_failed_rows(run),
    }
    work: FileWork[Any]
    if run.format in ROWS:
        work = ROWS[run.format](**shared)
    else:
        folder = FileFolder(options.images)
        work = ImportWork(
            **shared,
            planner=FilePlanner(folder=folder, fetches=options.fetch_pictures, is_check=is_check),
            overwrites_stock=options.overwrite_stock,
            assumed_stock=options.assumed_stock,
        )
    if run.done_count:
        summary.take_json(run.preview if is_check else _count_rows(run))
        work.preview = list(run.preview.get("sample", [])) if is_check else []
    return work


def _list_failed_rows(run: ImportRun) -> frozenset[int] | None:
    """Return the rows that an earlier run refused, None when this run takes the whole file."""
    if run.retry_of_id is None:
        return None
    problems = ImportProblem.objects.filter(run_id=run.retry_of_id, is_refused=True)
    return frozenset(problems.values_list("row", flat=True))


def _count_rows(run: ImportRun) -> dict[str, Any]:
    """Return what a run had counted when its worker died."""
    return {
        "rows": {
            "created": run.created_count,
            "updated": run.updated_count,
            "unchanged": run.unchanged_count,
            "refused": run.refused_count,
        },
        "warning_count": run.warning_count,
    }


def finish_run(run: ImportRun, summary: ImportSummary) -> None:
    """Write what came of a run; one that was cancelled meanwhile stays cancelled. Prices leave an audit row."""
    counts = {name: getattr(run, name) for name in fill_counts(run, summary)}
    if run.format in ROWS:
        _close_audited(run, counts)
    else:
        _close(run, counts)
    forget_category_tree()


def _close(run: ImportRun, counts: dict[str, int]) -> bool:
    running = ImportRun.objects.filter(pk=run.pk, state=ImportState.RUNNING)
    return bool(running.update(state=ImportState.DONE, finished_at=now(), **counts))


@transactional
def _close_audited(run: ImportRun, counts: dict[str, int]) -> None:
    if _close(run, counts):
        record_audit(
            run.actor or "command",
            action=f"catalog.import_{run.format}",
            target=f"import:{run.pk}",
            created=run.created_count,
            updated=run.updated_count,
        )
