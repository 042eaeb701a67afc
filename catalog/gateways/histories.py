"""Real order histories from elsewhere, read as baskets: what recommendations are tried on."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from catalog.domain.recommendations import Basket


class Layout(NamedTuple):
    """Names of the columns that matter."""

    basket: str
    customer: str
    item: str
    bought_at: str
    quantity: str


LAYOUTS = (
    Layout("InvoiceNo", "CustomerID", "StockCode", "InvoiceDate", "Quantity"),
    Layout("basket_id", "household_id", "product_id", "transaction_timestamp", "quantity"),
)


def read_baskets(path: Path) -> list[Basket]:
    """Return the baskets of a CSV file, packed or not; returns and nameless lines are left out.

    Raises ValueError when the columns are of no known layout.
    """
    customers: dict[str, tuple[str, datetime]] = {}
    items: dict[str, set[int]] = defaultdict(set)
    numbers: dict[str, int] = {}
    for key, customer, item, bought_at in _read_lines(path):
        customers[key] = (customer, bought_at)
        items[key].add(numbers.setdefault(item, len(numbers)))
    return [
        Basket(customer=customer, bought_at=bought_at, items=frozenset(items[key]))
        for key, (customer, bought_at) in customers.items()
    ]


def _read_lines(path: Path) -> Iterator[tuple[str, str, str, datetime]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names = set(reader.fieldnames or ())
        layout = next((one for one in LAYOUTS if names.issuperset(one)), None)
        if layout is None:
            raise ValueError(f"{path.name} has none of the known columns: {', '.join(sorted(names))}")
        for row in reader:
            if row[layout.item] and float(row[layout.quantity] or 0) > 0:
                bought_at = datetime.fromisoformat(row[layout.bought_at]).replace(tzinfo=UTC)
                # A guest is a customer of one basket.
                yield (
                    row[layout.basket],
                    row[layout.customer] or row[layout.basket],
                    row[layout.item],
                    bought_at,
                )
