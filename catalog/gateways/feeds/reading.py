"""Reading a table, CSV of unknown encoding or XLSX, as a stream."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from catalog.domain.cells import clean_text
from catalog.domain.errors import FileRefused
from catalog.domain.reasons import Reason
from catalog.gateways.feeds.workbooks import Sheet, open_sheet

# Called with the bytes read so far and the file's size.
Progress = Callable[[int, int], None]
CHUNK = 1 << 20
LONGEST_CELL = 1 << 20
# Chinese text in GB18030 is nearly all of the GB2312 block, whose second byte is 0xA1 or above; accented Latin letters
# read as GB18030 pair up with the ASCII letter after them.
LEAST_CHINESE_SHARE = 0.7
_LEAD, _TRAIL = 0x81, 0xA1
PROGRESS_ROWS = 200
# A spreadsheet program may leave some empty cells behind the last column.
MOST_EMPTY_CELLS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One record: its number as a spreadsheet shows it (the header is 1) and its cells by lower-case column."""

    number: int
    cells: dict[str, str]
    problem: Reason | None = None

    def get(self, column: str) -> str:
        """Return a cell without control characters and outer blanks; empty when the column is not there."""
        return clean_text(self.cells.get(column, ""))


@dataclass(kw_only=True)
class Table:
    """An open file."""

    titles: list[str]
    size: int
    reader: Iterator[list[str]]
    # How much of `size` is read.
    tell: Callable[[], int]
    first_number: int = 2
    header: list[str] = field(init=False)
    columns: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Fold the titles, so that "SKU" and "sku" are one column."""
        self.header = [clean_text(name).casefold() for name in self.titles]
        self.columns = frozenset(self.header)

    def rows(self, progress: Progress) -> Iterator[Row]:
        """Yield the records; empty lines are passed over, broken ones carry their problem."""
        number = self.first_number - 1
        while True:
            number += 1
            try:
                cells = next(self.reader)
            except StopIteration:
                progress(self.size, self.size)
                return
            except csv.Error:
                yield Row(
                    number=number,
                    cells={},
                    problem=Reason("cell_long"),
                )
                continue
            if number % PROGRESS_ROWS == 0:
                progress(min(self.tell(), self.size), self.size)
            if any(cells):
                yield self._build_row(number, cells)

    def _build_row(self, number: int, cells: list[str]) -> Row:
        values = dict(zip(self.header, cells, strict=False))
        extra = sum(1 for cell in cells[len(self.header) :] if cell)
        problem = (
            Reason("cells_many", count=len(cells), most=len(self.header))
            if extra or len(cells) > len(self.header) + MOST_EMPTY_CELLS
            else None
        )
        return Row(number=number, cells=values, problem=problem)


@contextmanager
def open_table(path: Path, *, titles: list[str] | None = None) -> Iterator[Table]:
    """Open a CSV or XLSX file; raises FileRefused when it is none. `titles` are given for a file without a header."""
    with open_sheet(path) if is_workbook(path) else _open_csv(path) as (reader, size, tell):
        first = titles or next(reader, [])
        if not any(clean_text(name) for name in first):
            raise FileRefused(Reason("file_empty"))
        yield Table(titles=first, size=size, reader=reader, tell=tell, first_number=1 if titles else 2)


def is_workbook(path: Path) -> bool:
    """Return whether a file is an XLSX workbook (or another ZIP archive, which opening then refuses)."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


@contextmanager
def _open_csv(path: Path) -> Iterator[Sheet]:
    encoding = detect_encoding(path)
    csv.field_size_limit(LONGEST_CELL)
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
        first = text.readline()
        text.seek(0)
        yield csv.reader(text, delimiter=_find_delimiter(first)), path.stat().st_size, raw.tell


def detect_encoding(path: Path) -> str:
    """Return utf-8-sig, gb18030 or cp1252, whichever reads the whole file; raises FileRefused when none does."""
    if _can_read(path, "utf-8"):
        return "utf-8-sig"
    if _can_read(path, "gb18030") and _is_mostly_chinese(path):
        return "gb18030"
    if _can_read(path, "cp1252"):
        return "cp1252"
    raise FileRefused(Reason("file_no_text"))


def _can_read(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_chinese(path: Path) -> bool:
    pairs = high = 0
    for chunk in _chunks(path):
        index = 0
        while index < len(chunk) - 1:
            if chunk[index] < _LEAD:
                index += 1
                continue
            pairs += 1
            high += chunk[index + 1] >= _TRAIL
            index += 2
    return pairs > 0 and high / pairs >= LEAST_CHINESE_SHARE


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _find_delimiter(first_line: str) -> str:
    counts = {delimiter: first_line.count(delimiter) for delimiter in (",", ";", "\t")}
    return max(counts, key=lambda delimiter: counts[delimiter])
