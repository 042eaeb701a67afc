"""Competitors' prices by file: looked at first, then let in; a bad row never stops a good one."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from django.conf import settings
from django.db.models import Max
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from catalog import locks
from catalog.domain.errors import FileRefused
from catalog.domain.pricing.changes import BatchMoved
from catalog.domain.pricing.competitor_rows import CompetitorRow, RowRefused, read_row
from catalog.gateways.feeds.reading import Row, open_table
from catalog.models import CompetitorImport, CompetitorPrice, PricingRule, Variant
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

MOST_ROWS = 20_000
SLICE = 1_000
DEFAULT_FRESH_DAYS = 7
# What a workbook that is cut off or forged makes its reader raise.
BROKEN = (zipfile.BadZipFile, zlib.error, ParseError, EOFError, KeyError, ValueError)
Key = tuple[int, str, str]


@dataclass(kw_only=True)
class _Reading:
    """What a file has so far."""

    today: date
    rows: dict[Key, tuple[int, CompetitorRow]] = field(default_factory=dict)
    problems: list[list[Any]] = field(default_factory=list)
    quantity: int = 0

    def refuse(self, row: Row, message: str) -> None:
        """Note what is wrong with a row."""
        name = row.get("sku") or row.get("gtin")
        self.problems.append([row.number, name[:120], message])


def preview_competitors(path: Path, *, name: str, actor: str) -> CompetitorImport:
    """Read a file and keep what it would write; no price is written. Raises FileRefused for a file that is none."""
    reading = _Reading(today=localtime(now()).date())
    try:
        _read_file(path, reading)
    except BROKEN as error:
        raise FileRefused(_("The file is damaged. Save it anew, or as CSV.")) from error
    return _keep(reading, name=name, actor=actor)


def _read_file(path: Path, reading: _Reading) -> None:
    with open_table(path) as table:
        missing = {"competitor", "price", "currency"} - table.columns
        if missing or not table.columns & {"sku", "gtin"}:
            wanted = sorted(missing) or ["sku"]
            raise FileRefused(_("The file lacks the column %(name)s.") % {"name": ", ".join(wanted)})
        part: list[Row] = []
        for row in table.rows(lambda _done, _size: None):
            reading.quantity += 1
            if reading.quantity > MOST_ROWS:
                raise FileRefused(_("The file has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
            part.append(row)
            if len(part) == SLICE:
                _read_part(reading, part)
                part = []
        _read_part(reading, part)


def _read_part(reading: _Reading, part: Sequence[Row]) -> None:
    found: list[tuple[Row, CompetitorRow]] = []
    for row in part:
        try:
            if row.problem:
                raise RowRefused(row.problem)
            found.append((row, read_row(row.get, currencies=settings.CURRENCIES, today=reading.today)))
        except RowRefused as error:
            reading.refuse(row, str(error))
    by_sku, by_gtin = _find_variants([record for _row, record in found])
    for row, record in found:
        variants = [by_sku[record.sku]] if record.sku in by_sku else by_gtin.get(record.gtin, [])
        if record.sku and record.sku not in by_sku:
            reading.refuse(row, _("sku: there is no such article."))
        elif len(variants) != 1:
            reading.refuse(row, _("gtin: no article, or several, have this barcode; write the SKU."))
        else:
            _take(reading, row, variants[0], record)


def _find_variants(records: Sequence[CompetitorRow]) -> tuple[dict[str, int], dict[str, list[int]]]:
    skus = {record.sku for record in records if record.sku}
    gtins = {record.gtin for record in records if record.gtin and not record.sku}
    by_gtin: dict[str, list[int]] = {}
    if gtins:
        for barcode, variant_id in Variant.objects.filter(barcode__in=gtins).values_list("barcode", "pk"):
            by_gtin.setdefault(barcode, []).append(variant_id)
    by_sku = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "pk")) if skus else {}
    return by_sku, by_gtin


def _take(reading: _Reading, row: Row, variant_id: int, record: CompetitorRow) -> None:
    """Of two rows for one price the later day counts, of one day the later row."""
    key = (variant_id, record.competitor, record.currency)
    known = reading.rows.get(key)
    if known is not None and known[1].seen_on > record.seen_on:
        reading.refuse(row, _("Row %(row)d has a later price of this competitor.") % {"row": known[0]})
        return
    reading.rows[key] = (row.number, record)


@transactional
def _keep(reading: _Reading, *, name: str, actor: str) -> CompetitorImport:
    fresh = PricingRule.objects.running().aggregate(days=Max("fresh_days"))["days"] or DEFAULT_FRESH_DAYS
    oldest = reading.today - timedelta(days=fresh)
    rows = [
        [variant_id, competitor, currency, str(record.amount), record.url, record.seen_on.isoformat()]
        for (variant_id, competitor, currency), (_number, record) in reading.rows.items()
    ]
    return CompetitorImport.objects.create(
        name=name[:200],
        rows=rows,
        problems=reading.problems,
        row_quantity=reading.quantity,
        stale_quantity=sum(record.seen_on < oldest for _number, record in reading.rows.values()),
        created_by=actor,
        created_at=now(),
    )


@transactional
def apply_competitors(import_id: int, *, actor: str) -> CompetitorImport:
    """Write the prices of a preview, but none over one that was seen later. Locks the import. May be repeated.

    Raises BatchMoved for one that was dropped.
    """
    row = locks.lock_competitor_import(import_id)
    if row.state == CompetitorImport.State.APPLIED:
        return row
    if row.state != CompetitorImport.State.PREVIEW:
        raise BatchMoved
    row.written_quantity = sum(
        _write(row.rows[start : start + SLICE]) for start in range(0, len(row.rows), SLICE)
    )
    row.state = CompetitorImport.State.APPLIED
    row.rows = []
    row.save(update_fields=["state", "rows", "written_quantity"])
    record_audit(
        actor,
        action="prices.competitors_imported",
        target=f"competitor_import:{row.pk}",
        quantity=row.written_quantity,
    )
    return row


def _write(rows: Sequence[Sequence[Any]]) -> int:
    known = _list_seen({row[0] for row in rows})
    there = set(Variant.objects.filter(pk__in={row[0] for row in rows}).values_list("pk", flat=True))
    fresh = [
        CompetitorPrice(
            variant_id=variant_id,
            competitor=competitor,
            currency=currency,
            amount=Decimal(amount),
            url=url,
            seen_on=date.fromisoformat(seen_on),
        )
        for variant_id, competitor, currency, amount, url, seen_on in rows
        if variant_id in there
        and known.get((variant_id, competitor, currency), date.min) <= date.fromisoformat(seen_on)
    ]
    CompetitorPrice.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["variant", "competitor", "currency"],
        update_fields=["amount", "url", "seen_on"],
    )
    return len(fresh)


def _list_seen(variant_ids: set[int]) -> Mapping[Key, date]:
    rows = CompetitorPrice.objects.filter(variant__in=variant_ids)
    return {
        (variant_id, competitor, currency): seen_on
        for variant_id, competitor, currency, seen_on in rows.values_list(
            "variant_id", "competitor", "currency", "seen_on"
        )
    }


@transactional
def drop_competitors(import_id: int) -> CompetitorImport:
    """Forget a preview. Locks the import. May be repeated. Raises BatchMoved for one that was let in."""
    row = locks.lock_competitor_import(import_id)
    if row.state == CompetitorImport.State.APPLIED:
        raise BatchMoved
    row.state, row.rows = CompetitorImport.State.DROPPED, []
    row.save(update_fields=["state", "rows"])
    return row
