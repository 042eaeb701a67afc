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


STRINGS = (
    '<Override PartName="/xl/texts.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _replace(path: Path, **parts: str) -> Path:
    """The same workbook with other parts, or with more of them; all texts are in a part of an unusual name."""
    target = path.with_name("new.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            content = source.read(entry).decode()
            if entry.filename == "[Content_Types].xml":
                content = content.replace("</Types>", STRINGS)
            name = entry.filename.rpartition("/")[2].partition(".")[0]
            copy.writestr(entry.filename, parts.pop(name, content))
        copy.writestr("xl/texts.xml", parts.pop("texts", f"<sst {NAMESPACE}/>"))
    return target


def test_texts_beyond_measure_are_not_taken_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks._Archive, "left", 200_000)
    plain = _write(tmp_path / "a.xlsx", ("A1", "name"))
    assert _read(_replace(plain, texts=f"<sst {NAMESPACE}>{'<si><t>a</t></si>' * 5_000}</sst>")) == [["name"]]
    for name, item in (("texts", "<si><t>a</t></si>"), ("styles", "<x/>")):
        bomb = _replace(plain, **{name: f"<sst {NAMESPACE}>{item * 50_000}</sst>"})
        with pytest.raises(FileRefused, match="unfolds to more than can be read"):
            _read(bomb)


def test_a_row_without_an_end_is_not_taken_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROW_BYTES", 200_000)
    plain = _write(tmp_path / "a.xlsx", ("A1", "name"))
    row = "<row><c><v>1</v></c></row>"
    many = _replace(plain, sheet1=SHEET.format(rows=row * 20_000))
    assert len(_read(many)) == 20_000
    endless = _replace(plain, sheet1=SHEET.format(rows=f"<row>{'<c><v>1</v></c>' * 20_000}</row>"))
    with pytest.raises(FileRefused, match="unfolds to more than can be read"):
        _read(endless)


def test_a_part_that_is_no_xml_is_told_in_words(tmp_path: Path) -> None:
    plain = _write(tmp_path / "a.xlsx", ("A1", "name"))
    with pytest.raises(FileRefused, match="no XLSX workbook that can be read"):
        _read(_replace(plain, workbook="<a><b></a>"))
