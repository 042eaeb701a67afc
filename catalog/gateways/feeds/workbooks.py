"""XLSX workbooks: the first sheet, row by row, every cell as the text that a CSV file would hold."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, cast

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
# What lies in memory at once: all texts and styles of the book, then one row. A megabyte of XML takes six.
MOST_WHOLE_BYTES = 128 << 20
MOST_ROW_BYTES = 16 << 20


class _Archive(zipfile.ZipFile):
    """The parts of a workbook, of which only so much more may be read, whatever they are called."""

    left = MOST_WHOLE_BYTES

    def open(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        """Open a part that counts what is read of it."""
        return cast("IO[bytes]", _Part(super().open(*args, **kwargs), self))


class _Part(io.BufferedIOBase):
    def __init__(self, part: IO[bytes], archive: _Archive) -> None:
        self._part, self._archive = part, archive

    def read(self, size: int | None = -1, /) -> bytes:
        most = self._archive.left + 1
        content = self._part.read(most if size is None or size < 0 else min(size, most))
        self._archive.left -= len(content)
        if self._archive.left < 0:
            raise FileRefused(Reason("book_large"))
        return content

    def close(self) -> None:
        self._part.close()
        super().close()


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """Open the first sheet; raises FileRefused for anything that is no workbook or unfolds beyond measure."""
    # Here, not above: with the numpy that it loads it is a quarter of what a process takes to start.
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.utils.exceptions import InvalidFileException

    _check_size(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = ExcelReader(path, read_only=True, data_only=True)
            reader.archive = archive = _Archive(path)
            reader.read()
    except (InvalidFileException, KeyError, ValueError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise FileRefused(Reason("book_unreadable")) from error
    book = reader.wb
    try:
        sheet: Any = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise FileRefused(Reason("book_empty"))
        done, size = [0], sheet.max_row or 1
        # Else every row is padded to the size that the sheet says of itself: a few bytes claim 17 thousand million cells.
        sheet.reset_dimensions()
        yield _read_rows(sheet, done, archive), size, lambda: done[0]
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


def _read_rows(sheet: Any, done: list[int], archive: _Archive) -> Iterator[list[str]]:
    blank = 0
    archive.left = MOST_ROW_BYTES
    for cells in sheet.iter_rows(values_only=True):
        archive.left = MOST_ROW_BYTES
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
