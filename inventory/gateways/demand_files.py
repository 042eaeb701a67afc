"""Order lines of other shops as files: who sold how many of what on which day."""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from shop.kernel.errors import Invalid

LARGEST_LINE = 20_000
"""Larger lines are slips of the hand that the next line takes back."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which column holds what; one of the two prices is there."""

    item: str
    day: str
    quantity: str
    unit_price: str = ""
    line_value: str = ""


LAYOUTS = (
    Layout(item="item", day="day", quantity="quantity", unit_price="price"),
    Layout(item="StockCode", day="InvoiceDate", quantity="Quantity", unit_price="UnitPrice"),
    Layout(item="product_id", day="transaction_timestamp", quantity="quantity", line_value="sales_value"),
)


@dataclass(frozen=True, kw_only=True)
class ItemHistory:
    """One article's days from its first sale to the file's last day, and what one unit costs on average."""

    item: str
    quantities: tuple[float, ...]
    unit_price: float

    @property
    def value(self) -> float:
        """What it brought."""
        return sum(self.quantities) * self.unit_price


def read_histories(path: Path) -> list[ItemHistory]:
    """The articles of a CSV file of order lines (gzip too), those that bring most first. Raises Invalid for other columns.

    Cancelled lines (quantity or price not above zero) are left out; days without sales are zeros.
    """
    sold: dict[str, Counter[date]] = defaultdict(Counter)
    value: Counter[str] = Counter()
    for item, day, quantity, worth in _read_lines(path):
        sold[item][day] += quantity
        value[item] += worth  # type: ignore[assignment]  # a Counter of money
    last = max((day for days in sold.values() for day in days), default=date.min)
    rows = [_build(item, days=days, last=last, worth=float(value[item])) for item, days in sold.items()]
    return sorted(rows, key=lambda row: (-row.value, row.item))


def _build(item: str, *, days: Counter[date], last: date, worth: float) -> ItemHistory:
    first = min(days)
    quantities = tuple(
        float(days[first + timedelta(days=number)]) for number in range((last - first).days + 1)
    )
    return ItemHistory(item=item, quantities=quantities, unit_price=worth / sum(quantities))


def _read_lines(path: Path) -> Iterator[tuple[str, date, int, float]]:
    with _open(path) as file:
        reader = csv.DictReader(file)
        layout = _find_layout(reader.fieldnames or ())
        for row in reader:
            quantity = int(float(row[layout.quantity] or 0))
            worth = _find_worth(row, layout=layout, quantity=quantity)
            if 0 < quantity <= LARGEST_LINE and worth > 0:
                yield row[layout.item], date.fromisoformat(row[layout.day][:10]), quantity, worth


def _open(path: Path) -> IO[str]:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _find_layout(columns: object) -> Layout:
    names = set(columns) if isinstance(columns, (list, tuple)) else set()
    for layout in LAYOUTS:
        if {layout.item, layout.day, layout.quantity, layout.unit_price or layout.line_value} <= names:
            return layout
    raise Invalid(_("The file needs the columns item, day, quantity and price."), field="file")


def _find_worth(row: Mapping[str, str], *, layout: Layout, quantity: int) -> float:
    if layout.unit_price:
        return float(row[layout.unit_price] or 0) * quantity
    return float(row[layout.line_value] or 0)
