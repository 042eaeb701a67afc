from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from catalog.domain.errors import FileRefused
from catalog.gateways.feeds import workbooks
from catalog.gateways.feeds.workbooks import open_sheet

SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>'
)


def _write(path: Path, *places: tuple[str, str]) -> Path:
    """A workbook that says it is as large as can be, with these cells."""
    book = Workbook()
    book.save(path.with_suffix(".plain"))
    rows = "".join(
        f'<row r="{place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}">'
        f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'
        for place, text in places
    )
    with zipfile.ZipFile(path.with_suffix(".plain")) as source, zipfile.ZipFile(path, "w") as copy:
        for entry in source.infolist():
            is_sheet = entry.filename.endswith("sheet1.xml")
            copy.writestr(entry.filename, SHEET.format(rows=rows) if is_sheet else source.read(entry))
    return path


def _read(path: Path) -> list[list[str]]:
    with open_sheet(path) as (rows, _size, _tell):
        return list(rows)


def test_a_sheet_is_as_large_as_its_cells_not_as_it_says(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.xlsx", ("A1", "name"), ("C3", "mug"))
    started = time.monotonic()
    assert _read(path) == [["name"], [], ["", "", "mug"]]
    assert time.monotonic() - started < 5


def test_a_row_far_below_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.xlsx", ("A1", "name"), ("A1048576", "mug"))
    with pytest.raises(FileRefused, match="More than 10000 rows up to row 10002 are empty"):
        _read(path)


def test_blank_rows_here_and_there_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_BLANK_ROWS", 2)
    path = _write(tmp_path / "a.xlsx", ("A1", "name"), ("A4", "mug"), ("A7", "bowl"))
    assert [row for row in _read(path) if row] == [["name"], ["mug"], ["bowl"]]


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="Row 2 has more than 1000 columns"):
        _read(_write(tmp_path / "a.xlsx", ("A1", "name"), ("ALM2", "x")))
    assert len(_read(_write(tmp_path / "b.xlsx", ("A1", "name"), ("ALL2", "x")))[1]) == 1000
