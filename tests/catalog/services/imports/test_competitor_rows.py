"""Competitors' prices by file: good rows come in, bad ones are told by row, nothing newer is overwritten."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.timezone import localtime
from openpyxl import Workbook

from catalog.domain.errors import FileRefused
from catalog.domain.reports import ImportSummary, Outcome, RowReport
from catalog.models import CompetitorPrice, ImportRun
from catalog.services.imports.whole_files import check_file, import_products
from shop.kernel.clock import now
from shop.kernel.models import AuditEntry
from tests.factories.catalog import make_variant
from tests.factories.repricing import make_rival

pytestmark = pytest.mark.django_db
HEADER = "sku,gtin,competitor,price,currency,url,seen_at"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "prices.csv"


def bring(file: Path, *lines: str, is_check: bool = False) -> tuple[ImportSummary, list[RowReport]]:
    file.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    reports: list[RowReport] = []
    summary = (check_file if is_check else import_products)(file, report=reports.append)
    return summary, reports


def today() -> date:
    return localtime(now()).date()


def test_good_rows_come_in_and_bad_ones_say_what_to_mend(file: Path) -> None:
    cup, pot = make_variant(sku="CUP"), make_variant(sku="POT")
    pot.barcode = "4006381333931"
    pot.save(update_fields=["barcode"])
    tomorrow = today() + timedelta(days=1)
    lines = [
        f"CUP,,Rival,18.50,EUR,https://rival.example/cup,{today()}",
        ",4006381333931,Rival,7,eur,,",
        "GONE,,Rival,7,EUR,,",
        ",123,Rival,7,EUR,,",
        "CUP,,,7,EUR,,",
        "CUP,,Rival,0,EUR,,",
        "CUP,,Rival,x,EUR,,",
        "CUP,,Rival,7,XXX,,",
        "CUP,,Rival,7,EUR,javascript:alert(1),",
        f"CUP,,Rival,7,EUR,,{tomorrow}",
        "CUP,,Rival,7,EUR,,soon",
        ",,Rival,7,EUR,,",
    ]
    summary, reports = bring(file, *lines, is_check=True)
    assert not CompetitorPrice.objects.exists()
    assert (summary.rows[Outcome.CREATED], summary.rows[Outcome.REFUSED]) == (2, 10)
    refused = [(one.row, one.product, (one.reason or "").split(":")[0]) for one in reports if one.reason]
    assert refused == [
        (4, "GONE", "sku"),
        (5, "123", "gtin"),
        (6, "CUP", "competitor"),
        (7, "CUP", "price"),
        (8, "CUP", "price"),
        (9, "CUP", "currency"),
        (10, "CUP", "url"),
        (11, "CUP", "seen_at"),
        (12, "CUP", "seen_at"),
        (13, "", "sku"),
    ]
    bring(file, *lines)
    found = CompetitorPrice.objects.order_by("variant__sku").values_list(
        "variant", "amount", "url", "seen_on"
    )
    assert list(found) == [
        (cup.pk, Decimal("18.50"), "https://rival.example/cup", today()),
        (pot.pk, Decimal(7), "", today()),
    ]
    assert AuditEntry.objects.get().action == "catalog.import_competitors"
    again, _reports = bring(file, *lines)
    assert (again.rows[Outcome.UNCHANGED], again.rows[Outcome.CREATED], again.rows[Outcome.UPDATED]) == (
        2,
        0,
        0,
    )


def test_what_was_seen_later_stays_and_old_prices_are_told(file: Path) -> None:
    variant = make_variant(sku="CUP")
    make_rival(variant, "20.00", name="Rival")
    old = today() - timedelta(days=30)
    summary, reports = bring(
        file, f"CUP,,Rival,10,EUR,,{old}", f"CUP,,Other,11,EUR,,{old}", f"CUP,,Other,12,EUR,,{today()}"
    )
    assert [report.outcome.value for report in reports] == ["unchanged", "created", "created"]
    assert {code: count for code, (_first, count) in summary.marks.items()} == {
        "price_seen_later": 1,
        "price_too_old": 2,
    }
    prices = CompetitorPrice.objects.order_by("competitor").values_list("competitor", "amount")
    assert list(prices) == [("Other", Decimal(12)), ("Rival", Decimal(20))]


def test_of_two_rows_for_one_price_the_later_day_counts(file: Path) -> None:
    make_variant(sku="CUP")
    yesterday = today() - timedelta(days=1)
    _summary, reports = bring(file, f"CUP,,Rival,10,EUR,,{today()}", f"CUP,,Rival,9,EUR,,{yesterday}")
    assert [(report.row, report.reason) for report in reports] == [
        (2, None),
        (3, "row 2 has a later price of this competitor"),
    ]


def test_a_workbook_is_read_too(tmp_path: Path) -> None:
    make_variant(sku="CUP")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["SKU", "Competitor", "Price", "Currency"])
    sheet.append(["CUP", "Rival", 18.9, "EUR"])
    path = tmp_path / "prices.xlsx"
    book.save(path)
    import_products(path, report=lambda _row: None)
    assert CompetitorPrice.objects.get().amount == Decimal("18.90")


@pytest.mark.parametrize(
    "content", [b"", b"name,price\nCUP,1", b"PK\x03\x04 no archive", b"\xff\xfe\x00\x81"]
)
def test_a_file_that_is_none_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(FileRefused):
        import_products(file, report=lambda _row: None)
    assert not ImportRun.objects.exists()
