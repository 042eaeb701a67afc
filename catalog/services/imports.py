"""Importing a file of products: read, compare, write in batches, report every row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import DataError, IntegrityError

from catalog.domain.errors import FileRefused, PictureRefused
from catalog.domain.records import ParsedProduct, PictureRecord
from catalog.domain.reports import ImportSummary, Outcome, RowReport
from catalog.domain.words import make_key
from catalog.gateways.feeds import Progress, find_format, open_table, read_products
from catalog.gateways.pictures import compute_checksum, store_picture
from catalog.models import ImportRun
from catalog.queries.categories import forget_category_tree
from catalog.queries.import_state import ProductState, list_sku_owners, list_taken_slugs, load_states
from catalog.services.import_plans import (
    Plan,
    PlannedPicture,
    base_name,
    choose_slugs,
    decide_outcome,
    refuse_taken_skus,
)
from catalog.services.import_stock import leave_out_homeless_stock
from catalog.services.import_writes import write_plans
from catalog.services.pictures import PictureFolder
from shop.kernel.clock import now
from shop.kernel.leases import lease

BATCH_SIZE = 200
PICTURE_THREADS = 2
Report = Callable[[RowReport], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOptions:
    """What an import may do beyond reading the file."""

    currency: str = settings.DEFAULT_CURRENCY
    images: Path | None = None
    overwrite_stock: bool = False
    # For rows that say "in stock" without a number; 0 declares nothing.
    assumed_stock: int = 0


@dataclass(kw_only=True)
class _Import:
    """One run: what it is told to do, where it reports, what it has seen."""

    run: ImportRun
    options: ImportOptions
    folder: PictureFolder
    report: Report
    summary: ImportSummary
    taken_skus: dict[str, str]


def import_products(
    path: Path,
    *,
    report: Report,
    options: ImportOptions | None = None,
    progress: Progress = lambda _done, _size: None,
) -> ImportSummary:
    """Bring the products of a file into the shop; raises FileRefused when the file as a whole cannot be read.

    Each batch is one transaction; when the database refuses it, each product is tried by itself, so a bad one never stops
    a good one and none is half-written. Repeatable: what agrees with the file is not written. Publishes StockDeclared.
    One import runs at a time.
    """
    options = options or ImportOptions()
    with open_table(path) as table:
        name = find_format(table.columns)
    with lease("catalog-import") as is_ours:
        if not is_ours:
            raise FileRefused("Another import is running. Start this one when it has ended.")
        run = ImportRun.objects.create(file_name=path.name[:255], format=name, started_at=now())
        work = _Import(
            run=run,
            options=options,
            folder=PictureFolder(path=options.images),
            report=report,
            summary=ImportSummary(file_name=path.name, format=name),
            taken_skus={},
        )
        products = read_products(path, currency=options.currency, progress=progress)
        while batch := list(islice(products, BATCH_SIZE)):
            _import_batch(work, batch)
        _finish_run(run, work.summary)
        forget_category_tree()
    return work.summary


def _import_batch(work: _Import, batch: list[ParsedProduct]) -> None:
    plans = _build_plans(work, batch)
    for plan in plans:
        plan.outcome = decide_outcome(plan)
    changed = [plan for plan in plans if plan.outcome is not Outcome.UNCHANGED]
    # With --stock an unchanged product still declares its stock.
    if work.options.overwrite_stock:
        changed = plans
    if changed:
        _write(work, changed)
    outcomes = {id(plan.parsed): plan.outcome for plan in plans}
    for parsed in batch:
        _report_product(work, parsed, outcomes.get(id(parsed), Outcome.REFUSED))


def _build_plans(work: _Import, batch: list[ParsedProduct]) -> list[Plan]:
    """Return plans for the products that can be imported; asks the database in eleven queries for the whole batch."""
    leave_out_homeless_stock(batch, assumed_stock=work.options.assumed_stock)
    records = [parsed.record for parsed in batch if parsed.record]
    states = load_states(records)
    owners = list_sku_owners({variant.sku for record in records for variant in record.variants})
    plans = []
    for parsed in batch:
        if parsed.record is None:
            continue
        state = states.get(parsed.record.external_key)
        refuse_taken_skus(parsed, state, owners, work.taken_skus)
        if parsed.record is not None:
            plans.append(Plan(parsed=parsed, record=parsed.record, state=state))
    bases = {make_key(plan.record.handle, length=110) for plan in plans if plan.state is None}
    choose_slugs(plans, list_taken_slugs(bases))
    with ThreadPoolExecutor(PICTURE_THREADS) as pool:
        for plan, pictures in zip(
            plans, pool.map(lambda plan: _plan_pictures(work, plan), plans), strict=True
        ):
            plan.pictures = pictures
    return plans


def _plan_pictures(work: _Import, plan: Plan) -> list[PlannedPicture]:
    """Store the pictures that lie in the folder and are new; the others are noted in the report."""
    known = _list_known_pictures(plan.state)
    found = []
    for picture in plan.record.pictures:
        planned = _plan_picture(work, plan, picture, known)
        if planned:
            found.append(planned)
    return found


def _list_known_pictures(state: ProductState | None) -> dict[str, str]:
    return {image.source_name: image.checksum for image in state.images} if state else {}


def _plan_picture(
    work: _Import, plan: Plan, picture: PictureRecord, known: dict[str, str]
) -> PlannedPicture | None:
    name = base_name(picture.name)
    file = work.folder.find(name)
    if file is None:
        if name not in known:
            plan.parsed.warn(picture.row, f"picture not fetched: {picture.name}")
        return None
    content = file.read_bytes()
    checksum = compute_checksum(content)
    try:
        stored = None if known.get(name) == checksum else store_picture(content)
    except PictureRefused as error:
        plan.parsed.warn(picture.row, f"picture left out: {name}: {error.message}")
        return None
    return PlannedPicture(
        name=name,
        alt_en=picture.alt_en,
        alt_zh_hans=picture.alt_zh_hans,
        sku=picture.sku,
        stored=stored,
        checksum=checksum,
    )


def _write(work: _Import, plans: list[Plan]) -> None:
    """Write a batch at once, or, when the database refuses it, product by product."""
    try:
        _write_once(work, plans)
    except (IntegrityError, DataError):
        for plan in plans:
            try:
                _write_once(work, [plan])
            except (IntegrityError, DataError) as error:
                reason = str(error).splitlines()[0]
                plan.parsed.refuse_all(f"the database refused it: {reason}")
                plan.outcome = Outcome.REFUSED


def _write_once(work: _Import, plans: list[Plan]) -> None:
    write_plans(
        plans,
        stock_source=f"import-run-{work.run.pk}",
        is_stock_forced=work.options.overwrite_stock,
        assumed_stock=work.options.assumed_stock,
    )


def _report_product(work: _Import, parsed: ParsedProduct, outcome: Outcome) -> None:
    outcome = Outcome.REFUSED if parsed.record is None else outcome
    work.summary.products[outcome] += 1
    for report in _build_reports(parsed, outcome):
        work.summary.count_row(report)
        work.report(report)


def _build_reports(parsed: ParsedProduct, outcome: Outcome) -> Iterator[RowReport]:
    for row in sorted(parsed.rows):
        reason = parsed.refused.get(row, "")
        yield RowReport(
            row=row,
            product=parsed.key,
            outcome=Outcome.REFUSED if reason else outcome,
            reason=reason,
            warnings=tuple(parsed.warnings.get(row, ())),
        )


def _finish_run(run: ImportRun, summary: ImportSummary) -> None:
    run.finished_at = now()
    run.row_count = summary.row_count
    run.created_count = summary.rows[Outcome.CREATED]
    run.updated_count = summary.rows[Outcome.UPDATED]
    run.unchanged_count = summary.rows[Outcome.UNCHANGED]
    run.refused_count = summary.rows[Outcome.REFUSED]
    run.save()
