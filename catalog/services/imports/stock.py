"""Stock that an import declares must have a place to lie: another app knows the places, an import asks before it promises."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from catalog.domain.reasons import Reason
from catalog.domain.records import ParsedProduct, VariantRecord

WarehouseCheck = Callable[[Collection[str]], Collection[str]]

_checks: list[WarehouseCheck] = []


def register_warehouse_check(check: WarehouseCheck) -> WarehouseCheck:
    """Add who can say which of some warehouse codes do not exist; an empty code means the shop's first warehouse."""
    _checks.append(check)
    return check


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
    assumed = {""} if variant.is_uncounted and assumed_stock else set()
    return {code for code, _quantity in variant.stock} or assumed


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
