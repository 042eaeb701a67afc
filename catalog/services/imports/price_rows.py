"""Importing prices: those of price lists, and base prices where a row names no list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.utils.timezone import localtime

from catalog.domain.errors import RowRefused
from catalog.domain.pricing.list_rows import Bound, ListFacts, ListRow, read_list_key, read_list_row
from catalog.domain.reasons import Reason
from catalog.domain.reports import Outcome
from catalog.gateways.feeds.prices import read_cell
from catalog.gateways.feeds.reading import Row
from catalog.models import PriceList, PriceListItem, Variant
from catalog.queries.pricing.price_exports import read_list_facts
from catalog.queries.pricing.price_rows import PriceState, find_variants, list_price_lists, load_price_state
from catalog.services.imports.rows import PlannedRow, RowWork
from catalog.services.pricing.base_prices import BasePriceDraft, write_base_prices
from catalog.services.pricing.price_lists import write_price_lists
from shop.kernel.clock import now
from shop.kernel.money import Money

HUNDRED = Decimal(100)
NEW_LIST = ListFacts(
    tier="", channel="", starts_at=Bound.OPEN, ends_at=Bound.OPEN, priority=100, is_active=True
)


@dataclass(kw_only=True, slots=True)
class _ToldList:
    """A list as the file has told of it so far: what it is to be, and which row said so."""

    facts: ListFacts
    row: int
    # As the shop has it; None while it is not there.
    known: PriceList | None
    is_changed: bool
    # Columns that lose what they held, with that.
    emptied: list[tuple[str, str]]
    # Some row has it written.
    is_announced: bool = False


@dataclass(kw_only=True, slots=True)
class PriceRecord:
    """A row that can be written: which article, at which price, in which list (None: the base price)."""

    row: ListRow
    variant: Variant
    compare_at: Decimal | None
    # The list as it is to be, where this row has it written.
    announced: ListFacts | None = None


Planned = PlannedRow[PriceRecord]


@dataclass(kw_only=True)
class PriceWork(RowWork[PriceRecord]):
    """One run of a file of prices."""

    _lists: dict[str, _ToldList] = field(default_factory=dict)
    _known: dict[str, PriceList] = field(default_factory=dict)
    _places: dict[tuple[str, str, str, int], int] = field(default_factory=dict)

    def plan(self, rows: Sequence[Row]) -> list[Planned]:
        """Read and compare; what a row says of its list holds for all that follow."""
        self._known |= list_price_lists(set(_list_keys(rows)) - self._lists.keys())
        found = find_variants({sku for row in rows if (sku := read_cell(row, "sku"))})
        planned = [self._read(row, found) for row in rows]
        state = self._load_state(planned)
        for one in planned:
            if one.record is not None:
                self._compare(one, one.record, state)
        return planned

    def _load_state(self, planned: Sequence[Planned]) -> PriceState:
        records = [one.record for one in planned if one.record]
        lists = {record.row.list_key for record in records}
        known = [self._lists[key].known for key in lists if key]
        return load_price_state(
            {record.variant.pk for record in records},
            list_ids=[found.pk for found in known if found],
            currencies={record.row.currency for record in records},
            today=localtime(now()).date(),
        )

    def _read(self, row: Row, variants: dict[str, Variant]) -> Planned:
        planned = Planned(number=row.number, name=read_cell(row, "sku")[:120])
        try:
            if row.problem:
                raise RowRefused(row.problem)
            planned.record = self._read_record(row, variants)
            if planned.record.row.list_key and read_cell(row, "compare_at"):
                planned.warnings.append(Reason("row_compare_at_of_list"))
        except RowRefused as error:
            planned.reason = error.reason
        return planned

    def _read_record(self, row: Row, variants: dict[str, Variant]) -> PriceRecord:
        read = read_list_row(
            partial(read_cell, row), currency_of=self._find_currency, currencies=settings.CURRENCIES
        )
        if read.list_key:
            self._meet_list(read, row.number)
        variant = variants.get(read.sku.casefold())
        if variant is None:
            raise RowRefused(Reason("row_sku_unknown", sku=read.sku[:120]))
        first = self._places.setdefault(read.place, row.number)
        if first != row.number:
            raise RowRefused(Reason("row_price_again", row=first))
        if read.compare_at is not None and read.compare_at <= read.amount:
            raise RowRefused(Reason("row_compare_at", before=str(read.compare_at), amount=str(read.amount)))
        return PriceRecord(row=read, variant=variant, compare_at=read.compare_at)

    def _find_currency(self, key: str) -> str:
        """The currency of a list that is known from the file or the shop; else that of the whole file."""
        if key in self._lists:
            return self._lists[key].facts.currency or self.currency
        return self._known[key].currency if key in self._known else self.currency

    def _meet_list(self, read: ListRow, number: int) -> None:
        """Take down what a row says of its list; raises RowRefused when that does not go with what is known."""
        stated = replace(read.facts, currency=read.currency)
        told = self._lists.get(read.list_key)
        if told is not None:
            if column := told.facts.find_difference(stated):
                raise RowRefused(Reason("row_list_differs", column=column, row=told.row, list=read.list_key))
            return
        known = self._known.get(read.list_key)
        if known is not None and known.currency != read.currency:
            raise RowRefused(Reason("row_list_currency", list=read.list_key, currency=known.currency))
        before = read_list_facts(known) if known else NEW_LIST.merge(ListFacts(name=read.list_key))
        facts = before.merge(stated)
        if facts.is_window_reversed:
            raise RowRefused(Reason("row_window"))
        self._lists[read.list_key] = _ToldList(
            facts=facts,
            row=number,
            known=known,
            is_changed=known is None or facts != before,
            emptied=before.list_emptied(facts),
        )

    def _compare(self, planned: Planned, record: PriceRecord, state: PriceState) -> None:
        """Decide what becomes of a row that can be written, and say what to look at."""
        row = record.row
        base = state.base.get((record.variant.pk, row.currency))
        told = self._lists[row.list_key] if row.list_key else None
        old = _find_old(record, told, state, base)
        planned.outcome = Outcome.CREATED if old is None else Outcome.UPDATED
        if told is None and base is not None and record.compare_at is None and not row.has_no_compare_at:
            # An empty cell leaves the compare-at price, where it still is above the price.
            record.compare_at = base[1] if base[1] is not None and base[1] > row.amount else None
        is_same = old == row.amount and (told is not None or (base and base[1] == record.compare_at))
        if is_same:
            planned.outcome = Outcome.UNCHANGED
        planned.before = Money(old, row.currency) if old is not None else None
        planned.after = Money(row.amount, row.currency)
        if told is not None:
            _announce(planned, record, told)
        if planned.outcome is not Outcome.UNCHANGED:
            planned.warnings += _list_warnings(record, told, old, base[0] if base else None, state)

    def write(self, rows: Sequence[Planned]) -> None:
        """Write lists, then their prices, then base prices with the listings that show them."""
        records = [row.record for row in rows if row.record]
        announced = {record.row.list_key: record.announced for record in records if record.announced}
        written = write_price_lists(announced)
        for key, found in written.items():
            self._lists[key].known = found
        PriceListItem.objects.bulk_create(
            [self._build_item(record) for record in records if record.row.list_key],
            update_conflicts=True,
            unique_fields=["price_list", "variant", "min_quantity"],
            update_fields=["amount"],
        )
        write_base_prices(
            [
                BasePriceDraft(
                    variant=record.variant,
                    currency=record.row.currency,
                    amount=record.row.amount,
                    compare_at=record.compare_at,
                )
                for record in records
                if not record.row.list_key
            ]
        )

    def _build_item(self, record: PriceRecord) -> PriceListItem:
        return PriceListItem(
            price_list=self._lists[record.row.list_key].known,
            variant=record.variant,
            min_quantity=record.row.min_quantity,
            amount=record.row.amount,
        )


def _list_keys(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        with suppress(RowRefused):
            yield read_list_key(partial(read_cell, row))


def _find_old(
    record: PriceRecord,
    told: _ToldList | None,
    state: PriceState,
    base: tuple[Decimal, Decimal | None] | None,
) -> Decimal | None:
    if told is None:
        return base[0] if base else None
    place = (told.known.pk, record.variant.pk, record.row.min_quantity) if told.known else None
    return state.items.get(place) if place else None


def _announce(planned: Planned, record: PriceRecord, told: _ToldList) -> None:
    """The first row of a list that is good has the list written too."""
    if told.is_announced or not told.is_changed:
        return
    told.is_announced = True
    record.announced = told.facts
    planned.changes = ("price list",)
    planned.warnings += [
        Reason("list_emptied", column=column, list=record.row.list_key, before=before)
        for column, before in told.emptied
    ]
    if planned.outcome is Outcome.UNCHANGED:
        planned.outcome = Outcome.UPDATED


def _list_warnings(
    record: PriceRecord,
    told: _ToldList | None,
    old: Decimal | None,
    base: Decimal | None,
    state: PriceState,
) -> list[Reason]:
    """What somebody should look at before the price counts."""
    row, key = record.row, (record.variant.pk, record.row.currency)
    found: list[Reason] = []
    cost = state.costs.get(key)
    if cost is not None and row.amount < cost:
        found.append(
            Reason(
                "price_below_cost",
                amount=str(Money(row.amount, row.currency)),
                cost=str(Money(cost, row.currency).quantized()),
            )
        )
    code, measured_from = ("price_moves_far", old) if old is not None else ("price_far_from_base", base)
    percent = abs(row.amount - measured_from) * HUNDRED / measured_from if measured_from else Decimal(0)
    limit = state.limits[key]
    if percent > limit:
        found.append(Reason(code, percent=f"{percent:.1f}", most=f"{limit.normalize():f}"))
    if told and row.min_quantity == 1 and not (told.facts.tier or told.facts.channel):
        found.append(Reason("price_never_counts"))
    return found
