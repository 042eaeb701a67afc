"""Importing what competitors ask: the latest look at a price counts, whatever order the files come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from django.conf import settings
from django.db.models import Max
from django.utils.timezone import localtime

from catalog.domain.errors import RowRefused
from catalog.domain.pricing.competitor_rows import CompetitorRow, read_row
from catalog.domain.reasons import Reason
from catalog.domain.reports import Outcome
from catalog.gateways.feeds.prices import read_cell
from catalog.gateways.feeds.reading import Row
from catalog.models import CompetitorPrice, PricingRule, Variant
from catalog.queries.pricing.price_rows import find_variants
from catalog.services.imports.rows import PlannedRow, RowWork
from shop.kernel.clock import now
from shop.kernel.money import Money

DEFAULT_FRESH_DAYS = 7
# Of which variant, whose price, in which currency.
Key = tuple[int, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class CompetitorRecord:
    """A row that can be written."""

    row: CompetitorRow
    variant_id: int

    @property
    def key(self) -> Key:
        """Whose price of what it is."""
        return self.variant_id, self.row.competitor, self.row.currency


Planned = PlannedRow[CompetitorRecord]


@dataclass(kw_only=True)
class CompetitorWork(RowWork[CompetitorRecord]):
    """One run of a file of competitors' prices."""

    # The latest day that the file has told of a price, and in which row.
    _told: dict[Key, tuple[date, int]] = field(default_factory=dict)

    def plan(self, rows: Sequence[Row]) -> list[Planned]:
        """Read and compare, four queries for a batch."""
        by_sku = find_variants({sku for row in rows if (sku := read_cell(row, "sku"))})
        by_gtin = _find_by_gtin({gtin for row in rows if (gtin := read_cell(row, "gtin"))})
        today = localtime(now()).date()
        planned = [self._read(row, by_sku, by_gtin, today) for row in rows]
        known = _list_known({one.record.variant_id for one in planned if one.record})
        days = PricingRule.objects.running().aggregate(days=Max("fresh_days"))["days"] or DEFAULT_FRESH_DAYS
        for one in planned:
            if one.record is not None:
                _compare(one, one.record, known)
                if one.record.row.seen_on < today - timedelta(days=days):
                    one.warnings.append(Reason("price_too_old", days=days))
        return planned

    def _read(
        self, row: Row, by_sku: dict[str, Variant], by_gtin: dict[str, list[int]], today: date
    ) -> Planned:
        planned = Planned(number=row.number, name=(read_cell(row, "sku") or read_cell(row, "gtin"))[:120])
        try:
            if row.problem:
                raise RowRefused(row.problem)
            read = read_row(partial(read_cell, row), currencies=settings.CURRENCIES, today=today)
            planned.record = CompetitorRecord(row=read, variant_id=_find_variant(read, by_sku, by_gtin))
            self._take_turn(planned.record, row.number)
        except RowRefused as error:
            planned.record, planned.reason = None, error.reason
        return planned

    def _take_turn(self, record: CompetitorRecord, number: int) -> None:
        """Of two rows for one price the later day counts, of one day the later row."""
        told = self._told.get(record.key)
        if told is not None and told[0] > record.row.seen_on:
            raise RowRefused(Reason("row_seen_later", row=told[1]))
        self._told[record.key] = (record.row.seen_on, number)

    def write(self, rows: Sequence[Planned]) -> None:
        """Write each price once: the last row of a batch that tells it."""
        fresh = {row.record.key: row.record for row in rows if row.record}
        CompetitorPrice.objects.bulk_create(
            [
                CompetitorPrice(
                    variant_id=record.variant_id,
                    competitor=record.row.competitor,
                    currency=record.row.currency,
                    amount=record.row.amount,
                    url=record.row.url,
                    seen_on=record.row.seen_on,
                )
                for record in fresh.values()
            ],
            update_conflicts=True,
            unique_fields=["variant", "competitor", "currency"],
            update_fields=["amount", "url", "seen_on"],
        )


def _find_by_gtin(gtins: set[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    if gtins:
        for barcode, variant_id in Variant.objects.filter(barcode__in=gtins).values_list("barcode", "pk"):
            found.setdefault(barcode, []).append(variant_id)
    return found


def _find_variant(row: CompetitorRow, by_sku: dict[str, Variant], by_gtin: dict[str, list[int]]) -> int:
    if row.sku:
        variant = by_sku.get(row.sku.casefold())
        if variant is None:
            raise RowRefused(Reason("row_sku_unknown", sku=row.sku[:120]))
        return variant.pk
    variants = by_gtin.get(row.gtin, [])
    if len(variants) != 1:
        raise RowRefused(Reason("row_gtin_unknown"))
    return variants[0]


def _list_known(variant_ids: set[int]) -> dict[Key, CompetitorPrice]:
    rows = CompetitorPrice.objects.filter(variant__in=variant_ids)
    return {(row.variant_id, row.competitor, row.currency): row for row in rows}


def _compare(planned: Planned, record: CompetitorRecord, known: dict[Key, CompetitorPrice]) -> None:
    old, row = known.get(record.key), record.row
    planned.after = Money(row.amount, row.currency)
    planned.before = Money(old.amount, row.currency).quantized() if old else None
    if old is None:
        planned.outcome = Outcome.CREATED
        return
    if old.seen_on > row.seen_on:
        planned.outcome, planned.after = Outcome.UNCHANGED, planned.before
        planned.warnings.append(Reason("price_seen_later"))
        return
    is_same = (old.amount, old.url, old.seen_on) == (row.amount, row.url, row.seen_on)
    planned.outcome = Outcome.UNCHANGED if is_same else Outcome.UPDATED
