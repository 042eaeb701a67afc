"""Competitors' prices by file: good rows come in, bad ones are told by row, nothing newer is overwritten."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.timezone import localtime
from openpyxl import Workbook

from catalog.domain.errors import FileRefused
from catalog.domain.pricing.changes import BatchMoved
from catalog.models import CompetitorImport, CompetitorPrice
from catalog.services.pricing.competitors import apply_competitors, drop_competitors, preview_competitors
from shop.kernel.clock import now
from tests.factories.catalog import make_variant
from tests.factories.repricing import make_rival

pytestmark = pytest.mark.django_db
HEADER = "sku,gtin,competitor,price,currency,url,seen_at"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "prices.csv"


def preview(file: Path, *lines: str, header: str = HEADER) -> CompetitorImport:
    file.write_text("\n".join([header, *lines]), encoding="utf-8")
    return preview_competitors(file, name="prices.csv", actor="ada")


def today() -> date:
    return localtime(now()).date()


def test_good_rows_come_in_and_bad_ones_say_what_to_mend(file: Path) -> None:
    cup, pot = make_variant(sku="CUP"), make_variant(sku="POT")
    pot.barcode = "4006381333931"
    pot.save(update_fields=["barcode"])
    tomorrow = today() + timedelta(days=1)
    row = preview(
        file,
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
    )
    assert CompetitorPrice.objects.count() == 0
    assert [(number, name, message.split(":")[0]) for number, name, message in row.problems] == [
        (6, "CUP", "competitor"),
        (7, "CUP", "price"),
        (8, "CUP", "price"),
        (9, "CUP", "currency"),
        (10, "CUP", "url"),
        (11, "CUP", "seen_at"),
        (12, "CUP", "seen_at"),
        (13, "", "sku"),
        (4, "GONE", "sku"),
        (5, "123", "gtin"),
    ]
    done = apply_competitors(row.pk, actor="ada")
    assert (done.row_quantity, done.written_quantity, done.rows) == (12, 2, [])
    found = CompetitorPrice.objects.order_by("variant__sku").values_list(
        "variant", "amount", "url", "seen_on"
    )
    assert list(found) == [
        (cup.pk, Decimal("18.50"), "https://rival.example/cup", today()),
        (pot.pk, Decimal(7), "", today()),
    ]
    assert apply_competitors(row.pk, actor="ada").written_quantity == 2


def test_what_was_seen_later_stays_and_old_prices_are_told(file: Path) -> None:
    variant = make_variant(sku="CUP")
    make_rival(variant, "20.00", name="Rival")
    old = today() - timedelta(days=30)
    row = preview(
        file, f"CUP,,Rival,10,EUR,,{old}", f"CUP,,Other,11,EUR,,{old}", f"CUP,,Other,12,EUR,,{today()}"
    )
    assert (row.stale_quantity, row.problems) == (1, [])
    assert apply_competitors(row.pk, actor="ada").written_quantity == 1
    prices = CompetitorPrice.objects.order_by("competitor").values_list("competitor", "amount")
    assert list(prices) == [("Other", Decimal(12)), ("Rival", Decimal(20))]


def test_of_two_rows_for_one_price_the_later_day_counts(file: Path) -> None:
    make_variant(sku="CUP")
    yesterday = today() - timedelta(days=1)
    row = preview(file, f"CUP,,Rival,10,EUR,,{today()}", f"CUP,,Rival,9,EUR,,{yesterday}")
    assert row.problems == [[3, "CUP", "Row 2 has a later price of this competitor."]]


def test_a_workbook_is_read_too(tmp_path: Path) -> None:
    make_variant(sku="CUP")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["SKU", "Competitor", "Price", "Currency"])
    sheet.append(["CUP", "Rival", 18.9, "EUR"])
    path = tmp_path / "prices.xlsx"
    book.save(path)
    row = preview_competitors(path, name="prices.xlsx", actor="ada")
    assert (row.problems, row.rows[0][1:4]) == ([], ["Rival", "EUR", "18.90"])


@pytest.mark.parametrize(
    "content", [b"", b"name,price\nCUP,1", b"PK\x03\x04 no archive", b"\xff\xfe\x00\x81"]
)
def test_a_file_that_is_none_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(FileRefused):
        preview_competitors(file, name="prices.csv", actor="ada")
    assert CompetitorImport.objects.count() == 0


def test_a_dropped_file_is_not_let_in(file: Path) -> None:
    make_variant(sku="CUP")
    row = preview(file, "CUP,,Rival,10,EUR,,")
    assert drop_competitors(row.pk).state == "dropped"
    with pytest.raises(BatchMoved):
        apply_competitors(row.pk, actor="ada")
    assert CompetitorPrice.objects.count() == 0
