"""Exports of prices: what `import_prices` takes back unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import IO

from django.db.models import QuerySet

from catalog.domain.cells import write_instant
from catalog.domain.own_rows import NO, YES, write_amount
from catalog.domain.pricing.list_rows import COLUMNS, iterate_cells
from catalog.models import PriceList
from catalog.queries.pricing.price_exports import iterate_base_rows, iterate_list_rows
from catalog.services.exports import stream_rows, write_book
from shop.kernel.audit import record_audit
from shop.kernel.transactions import transactional


def stream_prices(price_lists: QuerySet[PriceList], *, has_base: bool = False) -> Iterator[str]:
    """Yield the prices of these lists as CSV, base prices after them when asked. Memory stays flat."""
    return stream_rows(_iterate_cells(price_lists, has_base=has_base))


def write_price_book(price_lists: QuerySet[PriceList], *, file: IO[bytes], has_base: bool = False) -> int:
    """Write the same as a workbook; returns how many rows. Raises ExportRefused for what a sheet cannot hold."""
    return write_book(_iterate_cells(price_lists, has_base=has_base), file=file, title="prices")


@transactional
def note_price_export(*, actor: str, kind: str) -> None:
    """Leave an audit row: somebody takes the prices with them."""
    record_audit(actor, action="catalog.export_prices", target="prices", kind=kind)


def _iterate_cells(price_lists: QuerySet[PriceList], *, has_base: bool) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for row in chain(iterate_list_rows(price_lists), iterate_base_rows() if has_base else ()):
        yield list(iterate_cells(row, _write))


def _write(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime):
        return write_instant(value)
    return write_amount(value) if isinstance(value, Decimal) else str(value)
