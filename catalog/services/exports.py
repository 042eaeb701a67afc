"""Exports in our own format: streamed, safe to open in a spreadsheet, and taken back unchanged by an import."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from catalog.domain.cells import guard_formula
from catalog.domain.errors import ExportRefused
from catalog.domain.own_rows import build_rows, list_columns
from catalog.models import Category, Product
from catalog.queries.export_rows import iterate_products, list_attribute_columns, list_price_currencies
from catalog.queries.import_state import name_image
from shop.kernel.audit import record_audit
from shop.kernel.transactions import forbid_transaction, transactional

# What a sheet and one of its cells can hold.
MOST_SHEET_ROWS = 1_048_575
MOST_CELL_LETTERS = 32_767
BYTE_ORDER_MARK = "\ufeff"


def stream_csv(products: QuerySet[Product]) -> Iterator[str]:
    """Yield the products as CSV, a row per variant. Products without a variant have no row. Memory stays flat."""
    return stream_rows(_iterate_cells(products))


def stream_rows(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield rows as CSV, safe to open in a spreadsheet."""
    yield BYTE_ORDER_MARK
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for cells in rows:
        writer.writerow([guard_formula(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def stream_categories() -> Iterator[str]:
    """Yield the category tree as JSON, each category with its path from the top: an import takes it back unchanged."""
    steps: dict[str, dict[str, str]] = {}
    yield "["
    for category in Category.objects.order_by("path").iterator(chunk_size=2000):
        path = category.path
        above = [path[:end] for end, letter in enumerate(path) if letter == "/"]
        yield ",\n" if steps else "\n"
        steps[path] = {
            "slug": category.slug,
            "name": category.name_en,
            "name_zh": category.name_zh_hans or "",
        }
        yield json.dumps({"path": [steps[place] for place in [*above, path]]}, ensure_ascii=False)
    yield "\n]\n"


def write_xlsx(products: QuerySet[Product], *, file: IO[bytes]) -> int:
    """Write the products as a workbook; returns how many rows. Raises ExportRefused for what a sheet cannot hold."""
    return write_book(_iterate_cells(products), file=file, title="products")


def write_book(rows: Iterable[Sequence[str]], *, file: IO[bytes], title: str) -> int:
    """Write rows as a workbook; returns how many after the header. Raises ExportRefused for what a sheet cannot hold."""
    # Here, not above: with the numpy that it loads it is a quarter of what a process takes to start.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    count = -1
    for count, cells in enumerate(rows):
        if count > MOST_SHEET_ROWS:
            raise ExportRefused(
                _("A workbook holds %(count)d rows at most. Export CSV.") % {"count": MOST_SHEET_ROWS}
            )
        row = []
        for text in map(guard_formula, cells):
            if len(text) > MOST_CELL_LETTERS:
                raise ExportRefused(
                    _("“%(product)s” has a text that is too long for a workbook. Export CSV.")
                    % {"product": cells[0]}
                )
            cell = WriteOnlyCell(sheet, text)
            # Text, whatever it looks like: a SKU keeps its zeros, nothing runs.
            cell.data_type = "s"
            row.append(cell if text else None)
        sheet.append(row)
    book.save(file)
    return max(count, 0)


def _iterate_cells(products: QuerySet[Product]) -> Iterator[list[str]]:
    attributes = list_attribute_columns(products)
    columns = list_columns(list_price_currencies(products), attributes)
    yield columns
    for _product, exported in iterate_products(products):
        for row in build_rows(exported, attributes):
            yield _order(row, columns)


def _order(row: Mapping[str, str], columns: list[str]) -> list[str]:
    return [row.get(column, "") for column in columns]


def copy_files(products: QuerySet[Product], *, folder: Path) -> int:
    """Copy pictures and documents to folder/handle/name, where an import finds them; returns how many."""
    forbid_transaction()
    done = 0
    for product in products.order_by("pk").prefetch_related("images", "documents").iterator(chunk_size=200):
        for image in product.images.all():
            done += _copy(image.original, folder / product.slug, name_image(image))
        for document in product.documents.all():
            done += _copy(document.file, folder / product.slug, (document.file.name or "").rpartition("/")[2])
    return done


def _copy(file: FieldFile, folder: Path, name: str) -> int:
    source = file.name or ""
    if not source or not name or not default_storage.exists(source):
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    with default_storage.open(source) as original, (folder / Path(name).name).open("wb") as copy:
        for chunk in original.chunks():
            copy.write(chunk)
    return 1


@transactional
def note_export(products: QuerySet[Product], *, actor: str, kind: str) -> None:
    """Leave an audit row: somebody takes the catalogue with them."""
    record_audit(
        actor, action="catalog.export_products", target="products", kind=kind, products=products.count()
    )
