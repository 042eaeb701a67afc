"""Stock that an import declares must have a place to lie: another app knows the places, an import asks before it promises."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from catalog.domain.reasons import Reason
from catalog.domain.records import ParsedProduct, VariantRecord
from catalog.domain.reports import Outcome
from catalog.services.imports.plans import Plan

WarehouseCheck = Callable[[Collection[str]], Collection[str]]
# A variant's id and a warehouse's code; an empty code means the shop's first warehouse.
Shelf = tuple[int, str]
StockReader = Callable[[Collection[Shelf]], Mapping[Shelf, int]]

_checks: list[WarehouseCheck] = []
_readers: list[StockReader] = []


def register_warehouse_check(check: WarehouseCheck) -> WarehouseCheck:
    """Add who can say which of some warehouse codes do not exist; an empty code means the shop's first warehouse."""
    _checks.append(check)
    return check


def register_stock_reader(reader: StockReader) -> StockReader:
    """Add who can say how many lie on some shelves."""
    _readers.append(reader)
    return reader


def list_declared_stock(variant: VariantRecord, *, assumed_stock: int) -> tuple[tuple[str, int], ...]:
    """Return what a row says of stock, as warehouse code and quantity."""
    is_assumed = variant.is_uncounted and assumed_stock
    return variant.stock or ((("", assumed_stock),) if is_assumed else ())


def note_changed_stock(plans: Sequence[Plan], *, assumed_stock: int) -> None:
    """Mark known products as updated of which the file, whose stock overwrites ours, says another quantity. One read."""
    wanted = {id(plan): _list_wanted(plan, assumed_stock=assumed_stock) for plan in plans}
    shelves = {shelf for stock in wanted.values() for shelf in stock}
    lying = (
        {shelf: count for reader in _readers for shelf, count in reader(shelves).items()} if shelves else {}
    )
    for plan in plans:
        if any(lying.get(shelf, count) != count for shelf, count in wanted[id(plan)].items()):
            plan.outcome, plan.changes = Outcome.UPDATED, (*plan.changes, "stock")


def _list_wanted(plan: Plan, *, assumed_stock: int) -> dict[Shelf, int]:
    """Return what is declared for the variants that are known; new ones are a change anyway."""
    known = plan.state.variants if plan.state else {}
    return {
        (known[variant.sku.casefold()].pk, code): count
        for variant in plan.record.variants
        if variant.sku.casefold() in known
        for code, count in list_declared_stock(variant, assumed_stock=assumed_stock)
    }


def leave_out_homeless_stock(batch: Iterable[ParsedProduct], *, assumed_stock: int) -> None:
    """Take out stock of warehouses that are not there, and say so in its row's report. One query for a batch."""
    products = [parsed for parsed in batch if parsed.record is not None]
    codes = {
        code
        for parsed in products
        for variant in (parsed.record.variants if parsed.record else ())
        for code in _list_codes(variant, assumed_stock=assumed_stock)
    }
    missing = {code for check in _checks for code in check(codes)} if codes else set()
    if not missing:
        return
    for parsed in products:
        if parsed.record is not None:
            variants = [
                _keep_housed(parsed, variant, missing=missing, assumed_stock=assumed_stock)
                for variant in parsed.record.variants
            ]
            parsed.record = replace(parsed.record, variants=tuple(variants))


def _list_codes(variant: VariantRecord, *, assumed_stock: int) -> set[str]:
    return {code for code, _quantity in list_declared_stock(variant, assumed_stock=assumed_stock)}


def _keep_housed(
    parsed: ParsedProduct, variant: VariantRecord, *, missing: Collection[str], assumed_stock: int
) -> VariantRecord:
    homeless = sorted(_list_codes(variant, assumed_stock=assumed_stock).intersection(missing))
    for code in homeless:
        reason = Reason("stock_homeless", code=code) if code else Reason("stock_no_warehouse")
        parsed.warn(variant.row, reason)
    if not homeless:
        return variant
    stock = tuple((code, quantity) for code, quantity in variant.stock if code not in missing)
    return replace(variant, stock=stock, is_uncounted=False)
