"""Prices by file: lists and base prices come in row by row, again without harm, and go out as they came."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import translation

from catalog.domain.reports import ImportSummary, Outcome, RowReport
from catalog.models import ImportRun, Listing, Price, PriceHistory, PriceList, PriceListItem, UnitCost
from catalog.services.imports import rows as import_rows
from catalog.services.imports.runs import keep_upload, start_import, work_on_imports
from catalog.services.imports.whole_files import ImportOptions, check_file, import_products
from catalog.services.pricing.price_exports import stream_prices, write_price_book
from shop.kernel.clock import now
from shop.kernel.models import AuditEntry
from tests.factories.catalog import make_product, make_variant

pytestmark = pytest.mark.django_db
HEADER = "list,list_name,currency,tier,channel,valid_from,valid_until,priority,active,sku,min_quantity,price"
VIP = "vip,VIP prices,EUR,gold,,2026-01-01T00:00Z,2027-01-01T00:00Z,10,1"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "prices.csv"


@pytest.fixture(autouse=True)
def _uploads(settings: Any, tmp_path: Path) -> None:
    settings.IMPORTS_ROOT = str(tmp_path / "imports")


def bring(
    file: Path, *lines: str, header: str = HEADER, is_check: bool = False
) -> tuple[ImportSummary, list[RowReport]]:
    file.write_text("\n".join([header, *lines]), encoding="utf-8")
    reports: list[RowReport] = []
    summary = (check_file if is_check else import_products)(file, report=reports.append)
    return summary, reports


def tell(reports: list[RowReport]) -> list[tuple[int, str, str]]:
    return [(one.row, one.outcome.value, str(one.reason or "")) for one in reports]


def list_items() -> list[tuple[str, str, int, Decimal]]:
    rows = PriceListItem.objects.order_by("price_list__key", "variant__sku", "min_quantity")
    return list(rows.values_list("price_list__key", "variant__sku", "min_quantity", "amount"))


def test_a_list_is_made_with_its_steps_and_again_nothing_changes(file: Path) -> None:
    make_variant(sku="CUP")
    make_variant(sku="POT")
    lines = [f"{VIP},CUP,1,18", "vip,,,,,,,,,cup,10,16.5", "vip,,,,,,,,,POT,,30"]
    summary, reports = bring(file, *lines, is_check=True)
    assert tell(reports) == [(2, "created", ""), (3, "created", ""), (4, "created", "")]
    assert not PriceList.objects.exists()
    bring(file, *lines)
    found = PriceList.objects.get()
    assert (found.key, found.name, found.currency, found.tier, found.priority, found.is_active) == (
        "vip",
        "VIP prices",
        "EUR",
        "gold",
        10,
        True,
    )
    assert (found.starts_at, found.ends_at) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )
    assert list_items() == [
        ("vip", "CUP", 1, Decimal(18)),
        ("vip", "CUP", 10, Decimal("16.5")),
        ("vip", "POT", 1, Decimal(30)),
    ]
    summary, _reports = bring(file, *lines)
    assert (summary.rows[Outcome.UNCHANGED], summary.row_count) == (3, 3)
    # What changes in the list alone is one row's change; what the file does not name stays.
    summary, reports = bring(file, "vip,,,,,,2028-01-01T00:00Z,,,CUP,1,18", "vip,,,,,,,,,POT,1,29")
    assert [one.outcome.value for one in reports] == ["updated", "updated"]
    found.refresh_from_db()
    assert found.ends_at == datetime(2028, 1, 1, tzinfo=UTC)
    assert [amount for *_place, amount in list_items()] == [Decimal(18), Decimal("16.5"), Decimal(29)]
    assert {entry.action for entry in AuditEntry.objects.all()} == {"catalog.import_prices"}


def test_bad_rows_say_what_to_mend_and_never_stop_good_ones(file: Path) -> None:
    make_variant(sku="CUP")
    PriceList.objects.create(key="usd", name="In dollars", currency="USD", tier="gold")
    _summary, reports = bring(
        file,
        f"{VIP},CUP,1,18",
        "vip,,,,,,,,,CUP,1,17",
        "vip,,,,,,,,,GONE,1,17",
        "vip,,,,,,,,,,1,17",
        "vip,,USD,,,,,,,CUP,2,17",
        "vip,,,silver,,,,,,CUP,2,17",
        "usd,,EUR,,,,,,,CUP,1,17",
        "vip,,,,,,,,,CUP,none,17",
        "vip,,,,,,,,,CUP,2,free",
        "vip,,,,,,,,,CUP,2,-1",
        "vip,,,,,soon,,,,CUP,2,17",
        "late,,EUR,gold,,2026-01-02,2026-01-01,,,CUP,2,17",
        ",,EUR,gold,,,,,,CUP,1,17",
        "价格,,EUR,gold,,,,,,CUP,1,17",
        "vip,,XXX,,,,,,,CUP,2,17",
        "vip,,,,,,,,,CUP,5,15",
    )
    assert tell(reports) == [
        (2, "created", ""),
        (3, "refused", "row 2 sets this price already"),
        (4, "refused", "sku: there is no article GONE."),
        (5, "refused", "sku: write the article's SKU."),
        (6, "refused", "currency: row 2 says something else about the list vip."),
        (7, "refused", "tier: row 2 says something else about the list vip."),
        (8, "refused", "currency: the list usd is in USD."),
        (9, "refused", "min_quantity: “none” is not a whole number from 1 to 1000000."),
        (10, "refused", "“free” is not a price"),
        (11, "refused", "the price -1 is below zero"),
        (12, "refused", "valid_from: “soon” is no instant. Write it as 2026-03-31T08:00Z."),
        (13, "refused", "valid_until: it is not after valid_from."),
        (
            14,
            "refused",
            "list: name the price list. Without one it is the base price, which has no quantity, tier, channel or window.",
        ),
        (15, "refused", "list: “价格” makes no key. Write Latin letters and digits, such as vip-eur."),
        (16, "refused", "currency: write one of CNY, EUR, USD."),
        (17, "created", ""),
    ]
    assert list_items() == [("vip", "CUP", 1, Decimal(18)), ("vip", "CUP", 5, Decimal(15))]
    assert set(PriceList.objects.values_list("key", flat=True)) == {"vip", "usd"}


@pytest.mark.parametrize("nothing", ["-", "none", "None", "—", "无"])
def test_a_dash_empties_what_an_empty_cell_leaves(file: Path, nothing: str) -> None:
    make_variant(sku="CUP")
    make_variant(sku="POT")
    bring(file, f"{VIP},CUP,1,18", "vip,,,,,,,,,POT,1,30")
    found = PriceList.objects.get()
    lines = [f"vip,,,,,,{nothing},,,CUP,1,18", "vip,,,,,,,,,POT,1,30"]
    _summary, reports = bring(file, *lines, is_check=True)
    assert [(one.outcome.value, [*map(str, one.warnings)]) for one in reports] == [
        ("updated", ["valid_until of the list vip is emptied; it was 2027-01-01T00:00:00+00:00"]),
        ("unchanged", []),
    ]
    found.refresh_from_db()
    assert found.ends_at == datetime(2027, 1, 1, tzinfo=UTC)
    bring(file, *lines)
    found.refresh_from_db()
    assert (found.starts_at, found.ends_at, found.tier) == (datetime(2026, 1, 1, tzinfo=UTC), None, "gold")
    summary, _reports = bring(file, *lines)
    assert summary.rows[Outcome.UNCHANGED] == 2
    _summary, reports = bring(
        file, f"vip,,,{nothing},web,{nothing},{nothing},,,CUP,1,18", "vip,,,,,,2028-01-01,,,POT,1,30"
    )
    assert tell(reports)[1] == (3, "refused", "valid_until: row 2 says something else about the list vip.")
    found.refresh_from_db()
    assert (found.starts_at, found.ends_at, found.tier, found.channel) == (None, None, "", "web")


def test_a_dash_takes_a_compare_at_price_away(file: Path) -> None:
    make_variant(sku="CUP", price="20.00")
    Price.objects.update(compare_at_amount=Decimal(25))
    header = "sku,price,currency,compare_at"
    _summary, reports = bring(file, "CUP,20,EUR,-", header=header)
    assert tell(reports) == [(2, "updated", "")]
    assert Price.objects.values_list("compare_at_amount", flat=True).get() is None
    summary, _reports = bring(file, "CUP,20,EUR,-", header=header)
    assert summary.rows[Outcome.UNCHANGED] == 1


def test_a_row_without_a_list_is_the_base_price(file: Path) -> None:
    variant = make_variant(sku="CUP", price="20.00")
    header = "sku,price,currency,compare_at"
    Price.objects.update(compare_at_amount=Decimal(25))
    _summary, reports = bring(file, "CUP,18,EUR,", "CUP,20,USD,22", "CUP,9,CNY,8", header=header)
    assert tell(reports) == [
        (2, "updated", ""),
        (3, "created", ""),
        (4, "refused", "compare_at: 8.00 is not above the price 9.00."),
    ]
    prices = Price.objects.order_by("currency").values_list("currency", "amount", "compare_at_amount")
    assert list(prices) == [("EUR", Decimal(18), Decimal(25)), ("USD", Decimal(20), Decimal(22))]
    assert Listing.objects.get(currency="EUR").amount == Decimal(18)
    assert PriceHistory.objects.filter(variant=variant, currency="EUR").count() == 2
    summary, _reports = bring(file, "CUP,18,EUR,", "CUP,20,USD,22", header=header)
    assert summary.rows[Outcome.UNCHANGED] == 2


def test_the_preview_says_what_to_look_at(file: Path) -> None:
    cup = make_variant(sku="CUP", price="20.00")
    make_variant(sku="POT", price="20.00")
    UnitCost.objects.create(variant=cup, currency="EUR", amount=Decimal(15), updated_at=now())
    summary, reports = bring(
        file,
        "all,,EUR,,,,,,,CUP,1,14.99",
        "all,,,,,,,,,POT,2,13.99",
        "all,,,,,,,,,POT,3,14",
        ",,EUR,,,,,,,POT,1,26.20",
        is_check=True,
    )
    assert [[warning.code for warning in one.warnings] for one in reports] == [
        ["price_below_cost", "price_never_counts"],
        ["price_far_from_base"],
        [],
        ["price_moves_far"],
    ]
    assert reports[0].warnings[0] == "14.99 EUR is below the cost, 15.00 EUR"
    assert reports[3].warnings[0] == "it moves by 31.0 %, more than 30 %"
    assert [count for _first, count in summary.marks.values()] == [1, 1, 1, 1]
    run = ImportRun.objects.get()
    assert (run.state, run.preview["sample"][3]["before"], run.preview["sample"][3]["after"]) == (
        "cancelled",
        ["20.000", "EUR"],
        ["26.20", "EUR"],
    )


def test_what_goes_out_comes_back_unchanged(file: Path, tmp_path: Path) -> None:
    make_variant(sku="CUP", price="20.00")
    make_variant(sku="=POT", price="7.00")
    bring(file, f"{VIP},CUP,1,18", "vip,,,,,,,,,CUP,10,16.5", "Web_2,,USD,,web,,,,0,CUP,3,9.9")
    out = tmp_path / "out.csv"
    out.write_text("".join(stream_prices(PriceList.objects.all(), has_base=True)), encoding="utf-8")
    book = tmp_path / "out.xlsx"
    with book.open("wb") as target:
        assert write_price_book(PriceList.objects.all(), file=target, has_base=True) == 5
    before = list_items()
    for path in (out, book):
        reports: list[RowReport] = []
        summary = import_products(path, report=reports.append)
        assert (summary.rows[Outcome.UNCHANGED], summary.row_count) == (5, 5), tell(reports)
    assert list_items() == before


def test_a_killed_worker_leaves_what_is_done_and_the_next_one_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_rows, "BATCH_SIZE", 2)
    product = make_product()
    lines = [f"{VIP},S0,1,18"] + [f"vip,,,,,,,,,S{number},1,18" for number in range(1, 5)]
    for number in range(5):
        make_variant(product=product, sku=f"S{number}", options={"Size": f"s{number}"})
    content = "\n".join([HEADER, *lines, "vip,,,,,,,,,S0,1,17"]).encode()
    run = keep_upload(
        ContentFile(content, name="prices.csv"), archive=None, options=ImportOptions(), actor="anna"
    )
    assert work_on_imports() == 1
    start_import(run.pk, actor="anna")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION pg_temp.die() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the server is shutting down' USING ERRCODE = '57P01'; END $$;
            CREATE TRIGGER die BEFORE UPDATE ON catalog_importrun FOR EACH ROW
            WHEN (new.done_count = 4) EXECUTE FUNCTION pg_temp.die()
            """
        )
    with pytest.raises(OperationalError):
        work_on_imports()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER die ON catalog_importrun")
    run.refresh_from_db()
    assert (run.state, run.done_count, PriceListItem.objects.count()) == ("running", 2, 2)
    assert work_on_imports() == 1
    run.refresh_from_db()
    assert (run.state, run.created_count, run.refused_count) == ("done", 5, 1)
    assert run.problems.get().say_reason() == "row 2 sets this price already"
    with translation.override("zh-hans"):
        assert run.problems.get().told == {"code": "row_price_again", "facts": {"row": 2}}


def test_the_commands_say_what_would_be_done_and_what_was(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_variant(sku="CUP", price="20.00")
    file.write_text(f"{HEADER}\n{VIP},CUP,1,9\n", encoding="utf-8")
    call_command("import_prices", str(file), "--check")
    told = capsys.readouterr().out
    assert "created          1 rows" in told
    assert "to look at 1: it is 55.0 % off the base price, more than 30 %" in told
    assert not PriceList.objects.exists()
    call_command("import_prices", str(file))
    capsys.readouterr()
    call_command("export_prices", str(tmp_path / "out.csv"), "--list", "vip")
    assert capsys.readouterr().out == "out.csv: 1 rows\n"
