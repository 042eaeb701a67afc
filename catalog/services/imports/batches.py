"""Importing batch by batch: read, compare, write, report; what is done is noted in the transaction that did it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError

from catalog.domain.reasons import Reason
from catalog.domain.records import ParsedProduct
from catalog.domain.reports import Outcome, RowReport
from catalog.domain.words import make_key
from catalog.gateways.feeds import Progress, read_products
from catalog.queries.import_state import (
    ProductState,
    list_rule_collections,
    list_sku_owners,
    list_taken_slugs,
    load_attributes,
    load_states,
)
from catalog.services.imports.checkpoints import FileWork
from catalog.services.imports.files import FilePlanner
from catalog.services.imports.plans import (
    Plan,
    choose_slugs,
    decide_outcome,
    refuse_taken_skus,
    state_attributes,
    warn_of_rules,
)
from catalog.services.imports.stock import leave_out_homeless_stock, note_changed_stock
from catalog.services.imports.writes import write_plans
from shop.kernel.transactions import is_in_transaction, savepoint, transactional

BATCH_SIZE = 200
# A picture takes a second to encode and may take many to arrive: a checkpoint must come more often.
BATCH_SIZE_WITH_FILES = 20


@dataclass(kw_only=True)
class ImportWork(FileWork[ParsedProduct]):
    """One run of products: what it is told to do, where it reports, what it has seen."""

    planner: FilePlanner
    overwrites_stock: bool = False
    assumed_stock: int = 0
    _taken_skus: dict[str, str] = field(default_factory=dict)
    _seen_products: dict[int, str] = field(default_factory=dict)

    @property
    def batch_size(self) -> int:
        """Few where each product brings pictures."""
        return BATCH_SIZE_WITH_FILES if self.planner.is_slow else BATCH_SIZE

    def read(self, progress: Progress) -> Iterator[ParsedProduct]:
        """Yield the products that this run is about."""
        return self._select(
            read_products(self.path, currency=self.currency, progress=progress, format_name=self.run.format)
        )

    def _select(self, products: Iterator[ParsedProduct]) -> Iterator[ParsedProduct]:
        for parsed in products:
            if self.only_rows is None or not self.only_rows.isdisjoint(parsed.rows):
                yield parsed

    def remember(self, items: Iterator[ParsedProduct]) -> None:
        """Take note of products that are done already: their SKUs must not come again."""
        for parsed in items:
            for variant in parsed.record.variants if parsed.record else ():
                self._taken_skus.setdefault(variant.sku.casefold(), parsed.key)

    def import_batch(self, batch: list[ParsedProduct]) -> None:
        """Import these products; those that the database refuses are left out one by one."""
        plans = self._build_plans(batch)
        for plan in plans:
            plan.outcome = decide_outcome(plan)
        if self.overwrites_stock:
            note_changed_stock(plans, assumed_stock=self.assumed_stock)
        # When stock is overwritten, an unchanged product still declares its own: another declaration may be on its way.
        changed = [plan for plan in plans if self.overwrites_stock or plan.outcome is not Outcome.UNCHANGED]
        if self.is_check:
            reports = self._commit(batch, plans, [])
        else:
            try:
                with _attempt():
                    reports = self._commit(batch, plans, changed)
            except (IntegrityError, DataError):
                self._write_each(changed)
                reports = self._commit(batch, plans, [])
        for report in reports:
            self.report(report)

    def _build_plans(self, batch: list[ParsedProduct]) -> list[Plan]:
        """Return plans for the products that can be imported; asks the database in a dozen queries for the whole batch."""
        leave_out_homeless_stock(batch, assumed_stock=self.assumed_stock)
        records = [parsed.record for parsed in batch if parsed.record]
        states = load_states(records)
        owners = list_sku_owners({variant.sku for record in records for variant in record.variants})
        plans = []
        for parsed in batch:
            plan = self._build_plan(parsed, states, owners)
            if plan:
                plans.append(plan)
        self._prepare(plans)
        return plans

    def _build_plan(
        self, parsed: ParsedProduct, states: dict[str, ProductState], owners: dict[str, tuple[int, str]]
    ) -> Plan | None:
        if parsed.record is None:
            return None
        state = states.get(parsed.record.external_key)
        if state and self._seen_products.setdefault(state.product.pk, parsed.key) != parsed.key:
            parsed.refuse_all(Reason("same_product", product=self._seen_products[state.product.pk]))
            return None
        refuse_taken_skus(parsed, state, owners, self._taken_skus)
        if parsed.record is None:
            return None
        return Plan(parsed=parsed, record=parsed.record, state=state)

    def _prepare(self, plans: list[Plan]) -> None:
        """Give plans their addresses, their attributes, and their files."""
        choose_slugs(
            plans,
            list_taken_slugs(
                {make_key(plan.record.handle, length=110) for plan in plans if plan.state is None}
            ),
        )
        keys = {attribute.key for plan in plans for attribute in plan.record.attributes}
        known = load_attributes(keys) if keys else {}
        slugs = {collection.key for plan in plans for collection in plan.record.collections}
        ruled = list_rule_collections(slugs) if slugs else set()
        for plan in plans:
            state_attributes(plan, known)
            warn_of_rules(plan, ruled)
        with ThreadPoolExecutor(self.planner.thread_count) as pool:
            list(pool.map(self.planner.plan_files, plans))

    def _write_each(self, plans: list[Plan]) -> None:
        """Write product by product, so that the one which the database refuses stops nobody else."""
        for plan in plans:
            try:
                with _attempt():
                    self._write([plan])
            except (IntegrityError, DataError) as error:
                plan.parsed.refuse_all(Reason("database_refused", text=str(error).splitlines()[0]))
                plan.outcome = Outcome.REFUSED

    def _write(self, plans: list[Plan]) -> None:
        write_plans(
            plans,
            stock_source=f"import-run-{self.run.pk}",
            is_stock_forced=self.overwrites_stock,
            assumed_stock=self.assumed_stock,
        )

    @transactional
    def _commit(self, batch: list[ParsedProduct], plans: list[Plan], changed: list[Plan]) -> list[RowReport]:
        """Write the changed products and, in the same transaction, that the batch is done."""
        if changed:
            self._write(changed)
        planned = {id(plan.parsed): plan for plan in plans}
        summary = copy.deepcopy(self.summary)
        reports: list[RowReport] = []
        for parsed in batch:
            plan = planned.get(id(parsed))
            outcome = plan.outcome if plan and parsed.record else Outcome.REFUSED
            summary.products[outcome] += 1
            for report in build_reports(parsed, outcome):
                summary.count_row(report)
                reports.append(report)
                self.show(report, _describe(plan, outcome))
        self.note(summary, reports, done_count=len(batch))
        self.summary = summary
        return reports


def _attempt() -> AbstractContextManager[None]:
    """Inside a caller's transaction a failed try must not undo the whole."""
    return savepoint() if is_in_transaction() else nullcontext()


def _describe(plan: Plan | None, outcome: Outcome) -> dict[str, object]:
    """Return what a preview shows beside the report."""
    is_updated = plan is not None and outcome is Outcome.UPDATED
    return {
        "name": plan.record.name_en if plan else "",
        "changes": list(plan.changes) if plan and is_updated else [],
    }


def build_reports(parsed: ParsedProduct, outcome: Outcome) -> Iterator[RowReport]:
    """Yield a report for each row of a product."""
    for row in sorted(parsed.rows):
        reason = parsed.refused.get(row)
        yield RowReport(
            row=row,
            product=parsed.key,
            outcome=Outcome.REFUSED if reason else outcome,
            reason=reason,
            warnings=tuple(parsed.warnings.get(row, ())),
        )
