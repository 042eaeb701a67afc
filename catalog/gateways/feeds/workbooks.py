"""XLSX workbooks: the first sheet, row by row, every cell as the text that a CSV file would hold."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from catalog.domain.errors import FileRefused
from catalog.domain.reasons import Reason

# The rows, their number (or another measure of size), and how much of it is read.
Sheet = tuple[Iterator[list[str]], int, Callable[[], int]]
MOST_UNPACKED_BYTES = 1 << 30
# Repeated rows of a real sheet pack to 1 : 60; a bomb to 1 : 1000.
HIGHEST_RATIO = 200
SMALL_BYTES = 10 << 20
MOST_COLUMNS = 1_000
MOST_BLANK_ROWS = 10_000


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """Open the first sheet; raises FileRefused for anything that is no workbook or unfolds beyond measure."""
    # Here, not above: with the numpy that it loads it is a quarter of what a process takes to start.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _check_size(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise FileRefused(Reason("book_unreadable")) from error
    try:
        sheet: Any = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise FileRefused(Reason("book_empty"))
        done, size = [0], sheet.max_row or 1
        # Else every row is padded to the size that the sheet says of itself: a few bytes claim 17 thousand million cells.
        sheet.reset_dimensions()
        yield _read_rows(sheet, done), size, lambda: done[0]
    finally:
        book.close()


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise FileRefused(Reason("book_damaged")) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if unpacked > MOST_UNPACKED_BYTES or (unpacked > SMALL_BYTES and unpacked / packed > HIGHEST_RATIO):
        raise FileRefused(Reason("book_large"))


def _read_rows(sheet: Any, done: list[int]) -> Iterator[list[str]]:
    blank = 0
    for cells in sheet.iter_rows(values_only=True):
        done[0] += 1
        if len(cells) > MOST_COLUMNS:
            raise FileRefused(Reason("columns_many", row=done[0], most=MOST_COLUMNS))
        texts = [_write_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        blank = 0 if texts else blank + 1
        if blank > MOST_BLANK_ROWS:
            raise FileRefused(Reason("rows_blank", row=done[0], most=MOST_BLANK_ROWS))
        yield texts


def _write_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        # 19.9 is stored as 19.899999999999999; 15 digits are what a spreadsheet shows.
        return f"{cell:.15g}" if abs(cell) < 1e15 else f"{cell:.0f}"  # noqa: PLR2004  the digits of a double
    if isinstance(cell, datetime) and cell.time() == time():
        # A sheet knows no days without a time.
        return cell.date().isoformat()
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)
