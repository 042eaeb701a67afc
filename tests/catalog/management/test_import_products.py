from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Product

pytestmark = pytest.mark.django_db
GOOD = "handle,name_en,sku,price_eur\nmug,Mug,M,9\n=cmd,Evil,E,free\n"


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "products.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_summary_says_what_came_of_it(tmp_path: Path) -> None:
    out, progress = io.StringIO(), io.StringIO()
    call_command("import_products", _write(tmp_path, GOOD), stdout=out, stderr=progress)
    lines = out.getvalue().splitlines()
    assert lines[0] == "products.csv: own, 2 rows"
    assert lines[1].split() == ["created", "1", "rows,", "1", "products"]
    assert lines[4].split() == ["refused", "1", "rows,", "1", "products"]
    assert lines[5] == "  refused 1: “free” is not a price"
    assert Product.objects.get().slug == "mug"


def test_the_report_has_a_line_per_row_and_no_formula(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    call_command("import_products", _write(tmp_path, GOOD), report=report, stdout=io.StringIO())
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["row", "product", "outcome", "reason", "warnings"],
        ["2", "mug", "created", "", ""],
        ["3", "'=cmd", "refused", "“free” is not a price", ""],
    ]


def test_what_cannot_be_imported_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="none of the formats"):
        call_command("import_products", _write(tmp_path, "a,b\n1,2\n"))
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_products", tmp_path / "nothing.csv")
