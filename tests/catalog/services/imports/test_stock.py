"""Stock for a warehouse that is not there is left out and told in the report, not promised to nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.domain.reports import ImportSummary, RowReport
from catalog.models import Variant
from catalog.services.imports.whole_files import ImportOptions, import_products
from inventory.queries.levels import list_available
from shop.kernel.models import OutboxEvent
from shop.kernel.relay import drain_outbox
from tests.factories.inventory import make_warehouse

pytestmark = pytest.mark.django_db

HEADER = "handle,name_en,sku,price_eur,stock"
NOWHERE = (
    "stock left out: there is no active warehouse; add it in the back office, then import again with --stock"
)


def bring(folder: Path, *rows: str, is_forced: bool = False) -> tuple[ImportSummary, list[RowReport]]:
    path = folder / "products.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    reports: list[RowReport] = []
    options = ImportOptions(overwrite_stock=is_forced)
    return import_products(path, report=reports.append, options=options), reports


def count_available(sku: str) -> int:
    drain_outbox()
    variant = Variant.objects.get(sku=sku)
    return list_available([variant.pk])[variant.pk]


def test_shop_without_a_warehouse_is_told_at_once_and_nothing_waits(tmp_path: Path) -> None:
    summary, (mug, bowl) = bring(tmp_path, "mug,Mug,MUG,19.90,12", "bowl,Bowl,BOWL,9,")
    assert (mug.outcome, mug.warnings, bowl.warnings) == ("created", (NOWHERE,), ())
    assert summary.warning_count == 1
    assert not OutboxEvent.objects.filter(topic="catalog.stock_declared").exists()


def test_inactive_warehouse_is_none(tmp_path: Path) -> None:
    make_warehouse("OLD", is_active=False)
    _summary, (mug,) = bring(tmp_path, "mug,Mug,MUG,19.90,12")
    assert mug.warnings == (NOWHERE,)


def test_unknown_warehouse_is_named_and_the_others_get_their_stock(tmp_path: Path) -> None:
    make_warehouse("RTM")
    _summary, (mug,) = bring(tmp_path, "mug,Mug,MUG,19.90,RTM:12|XXX:40")
    assert mug.warnings == (
        "stock left out: there is no warehouse XXX; add it in the back office, then import again with --stock",
    )
    assert count_available("MUG") == 12


def test_second_import_with_the_warehouse_brings_what_was_left_out(tmp_path: Path) -> None:
    bring(tmp_path, "mug,Mug,MUG,19.90,12")
    make_warehouse("RTM")
    _summary, (mug,) = bring(tmp_path, "mug,Mug,MUG,19.90,12", is_forced=True)
    assert mug.warnings == ()
    assert count_available("MUG") == 12


def test_stock_alone_is_an_update_once(tmp_path: Path) -> None:
    make_warehouse("RTM", priority=1)
    make_warehouse("SHA", priority=2)
    rows = ("mug,Mug,MUG,19.90,12", "bowl,Bowl,BOWL,9,RTM:3|SHA:4")
    bring(tmp_path, *rows)
    assert (count_available("MUG"), count_available("BOWL")) == (12, 7)

    def count_outcomes(*changed: str, is_forced: bool = True) -> list[str]:
        _summary, reports = bring(tmp_path, *changed, is_forced=is_forced)
        drain_outbox()
        return [report.outcome.value for report in reports]

    assert count_outcomes(*rows) == ["unchanged", "unchanged"]
    changed = ("mug,Mug,MUG,19.90,11", "bowl,Bowl,BOWL,9,RTM:3|SHA:0")
    assert count_outcomes(*changed, is_forced=False) == ["unchanged", "unchanged"]
    assert count_outcomes(*changed) == ["updated", "updated"]
    assert count_outcomes(*changed) == ["unchanged", "unchanged"]
    assert (count_available("MUG"), count_available("BOWL")) == (11, 3)
