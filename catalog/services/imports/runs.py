"""Imports by upload: checked first, let in by the operator's word, worked off in slices that any worker can go on with."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files import File
from django.db import OperationalError
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.domain.errors import FileRefused
from catalog.domain.import_states import AT_WORK, IMPORT_TRANSITIONS, ImportState
from catalog.domain.reasons import Reason
from catalog.domain.reports import ImportSummary
from catalog.gateways.archives import unpack_archive
from catalog.gateways.feeds import TREES, detect_format
from catalog.locks import lock_import
from catalog.models import ImportRun
from catalog.services.imports.categories import check_tree, import_tree
from catalog.services.imports.checkpoints import FileWork
from catalog.services.imports.whole_files import LEASE, ImportOptions, build_work, finish_run
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import NotAllowed
from shop.kernel.ids import new_token
from shop.kernel.leases import lease
from shop.kernel.transactions import forbid_transaction, transactional

log = structlog.get_logger(__name__)
MOST_STARTS = 3
SLICE_SECONDS = 60.0
"""Shorter than a task may run; the next slice goes on at the checkpoint."""


def keep_upload(
    upload: File[bytes], *, archive: File[bytes] | None, options: ImportOptions, actor: str
) -> ImportRun:
    """Keep an uploaded file and its archive, and have them checked; nothing of them is in the shop yet.

    Writes the files before the row, outside any transaction. Records an audit row.
    """
    forbid_transaction()
    folder = new_token()
    run = ImportRun(
        file_name=Path(upload.name or "").name[:255],
        state=ImportState.CHECKING.value,
        actor=actor,
        options=options.to_json(),
        started_at=now(),
    )
    # The name that a file came with says its kind to people only; its content says it to the reader.
    run.upload.save(f"{folder}/upload{Path(upload.name or '').suffix.lower()[:8]}", upload, save=False)
    if archive is not None:
        run.archive.save(f"{folder}/archive.zip", archive, save=False)
    return _record_upload(run)


@transactional
def _record_upload(run: ImportRun) -> ImportRun:
    run.save()
    record_audit(run.actor, action="catalog.upload_import", target=f"import:{run.pk}", file=run.file_name)
    return run


@transactional
def start_import(run_id: int, *, actor: str) -> ImportRun:
    """Let a checked file into the shop. Locks the run, records an audit row; "already running" returns. Repeatable."""
    run = lock_import(run_id)
    if IMPORT_TRANSITIONS.check(run.state, ImportState.RUNNING.value):
        run.state = ImportState.RUNNING.value
        run.done_count = run.progress_count = run.start_count = 0
        run.started_at = now()
        run.save(update_fields=["state", "done_count", "progress_count", "start_count", "started_at"])
        record_audit(actor, action="catalog.start_import", target=f"import:{run.pk}", file=run.file_name)
    return run


@transactional
def cancel_import(run_id: int, *, actor: str) -> ImportRun:
    """Stop an import after the batch it is at; what is in the shop stays. Locks the run, audits. Repeatable."""
    run = lock_import(run_id)
    if IMPORT_TRANSITIONS.check(run.state, ImportState.CANCELLED.value):
        run.state = ImportState.CANCELLED.value
        run.finished_at = now()
        run.save(update_fields=["state", "finished_at"])
        record_audit(actor, action="catalog.cancel_import", target=f"import:{run.pk}", file=run.file_name)
    return run


@transactional
def retry_import(run_id: int, *, actor: str) -> ImportRun:
    """Try again the products that have a refused row, as a run of its own on the same file.

    Raises NotAllowed when none was refused or the file is not kept any more. Records an audit row.
    """
    run = lock_import(run_id)
    if not run.upload or not Path(run.upload.path).is_file():
        raise NotAllowed(_("The file is not kept any more. Upload it again."))
    if (
        run.state not in {ImportState.DONE, ImportState.CANCELLED}
        or not run.problems.filter(is_refused=True).exists()
    ):
        raise NotAllowed(_("No row of this import was refused."))
    retry = ImportRun.objects.create(
        file_name=run.file_name,
        format=run.format,
        state=ImportState.RUNNING.value,
        actor=actor,
        upload=run.upload.name,
        archive=run.archive.name if run.archive else "",
        options=run.options,
        retry_of=run,
        started_at=now(),
    )
    record_audit(actor, action="catalog.retry_import", target=f"import:{retry.pk}", file=run.file_name)
    return retry


def work_on_imports(*, seconds: float = SLICE_SECONDS) -> int:
    """Go on with the oldest import that waits for a worker; returns how many were brought to an end.

    Takes the lease of imports, so that one runs at a time. A worker that dies leaves the run at its last batch, and the next
    call goes on there. Opens a transaction per batch only.
    """
    ended = 0
    deadline = time.monotonic() + seconds
    with lease(LEASE) as is_ours:
        while is_ours and time.monotonic() < deadline:
            run = ImportRun.objects.filter(state__in=AT_WORK).exclude(upload="").order_by("pk").first()
            if run is None:
                break
            ended += _work_on(run, deadline)
    return ended


def _work_on(run: ImportRun, deadline: float) -> int:
    if run.start_count >= MOST_STARTS:
        _fail(run, Reason("work_cut_off", count=run.start_count))
        return 1
    run.start_count += 1
    run.save(update_fields=["start_count"])
    try:
        return int(_go_on(run, deadline))
    except FileRefused as error:
        _fail(run, error.reason)
    except (OperationalError, SoftTimeLimitExceeded):
        # Not the file's fault, or not yet: it is tried again, a few times.
        raise
    except Exception as error:
        # A file that breaks the reader would break it at every try, and hold up all files behind it.
        log.exception("import.failed", run=run.pk)
        _fail(run, Reason("file_breaks", kind=type(error).__name__))
    return 1


def _go_on(run: ImportRun, deadline: float) -> bool:
    path = Path(run.upload.path)
    if not run.format:
        run.format = detect_format(path)
        run.save(update_fields=["format"])
    is_check = run.state == ImportState.CHECKING
    options = _read_options(run)
    if run.format in TREES:
        summary = check_tree(run, path) if is_check else import_tree(run, path, report=lambda _row: None)
    else:
        work = build_work(run, path, options=options, report=lambda _row: None, is_check=is_check)
        if not _import_until(work, deadline):
            return False
        summary = work.summary
    return _end(run, summary, is_check=is_check)


def _import_until(work: FileWork[Any], deadline: float) -> bool:
    """Import until the time is up or somebody cancels; True when the file is done."""

    def stop_when_cancelled() -> bool:
        return ImportRun.objects.filter(pk=work.run.pk, state=work.run.state).exists()

    return work.work_off(progress=lambda _done, _size: None, deadline=deadline, goes_on=stop_when_cancelled)


def _end(run: ImportRun, summary: ImportSummary, *, is_check: bool) -> bool:
    # One conditional update each: who cancelled meanwhile wins.
    if is_check:
        preview = run.preview or {**summary.to_json(), "sample": []}
        ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKING).update(
            state=ImportState.READY, preview=preview, progress_count=run.progress_size
        )
    else:
        finish_run(run, summary)
    return True


def _fail(run: ImportRun, reason: Reason) -> None:
    ImportRun.objects.filter(pk=run.pk, state__in=AT_WORK).update(
        state=ImportState.FAILED, failure_told=reason.to_json(), finished_at=now()
    )


def _read_options(run: ImportRun) -> ImportOptions:
    kept: dict[str, Any] = run.options
    return ImportOptions(
        currency=str(kept.get("currency", settings.DEFAULT_CURRENCY)),
        overwrite_stock=bool(kept.get("overwrite_stock")),
        assumed_stock=int(kept.get("assumed_stock", 0)),
        fetch_pictures=bool(kept.get("fetch_pictures")),
        images=_unpack(run) if run.archive else None,
    )


def _unpack(run: ImportRun) -> Path:
    """Return the folder with the archive's files; unpacked once, and anew when that was cut off."""
    archive = Path(run.archive.path)
    folder, done = archive.parent / "files", archive.parent / "unpacked"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        unpack_archive(archive, folder=folder)
        done.touch()
    return folder


def forget_old_uploads(*, at: datetime | None = None) -> int:
    """Delete the files of imports that failed, or that ended IMPORT_KEPT_DAYS ago; the record stays.

    Returns how many. Repeatable.
    """
    before = (at or now()) - timedelta(days=settings.IMPORT_KEPT_DAYS)
    over = Q(started_at__lt=before) | Q(state=ImportState.FAILED)
    runs = ImportRun.objects.filter(over).exclude(upload="").exclude(state__in=AT_WORK)
    needed = ImportRun.objects.filter(started_at__gte=before).exclude(state=ImportState.FAILED)
    done = 0
    for run in runs:
        # A retry works on the file of the run before it; one that failed cannot be retried.
        if needed.filter(upload=run.upload.name).exists():
            continue
        with suppress(FileNotFoundError):
            shutil.rmtree(Path(run.upload.path).parent)
        ImportRun.objects.filter(pk=run.pk).update(upload="", archive="")
        done += 1
    return done
