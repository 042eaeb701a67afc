"""Files of prices: our price lists, and what competitors ask; read row by row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.domain.cells import unguard_formula
from catalog.domain.pricing.competitor_rows import fits_competitors
from catalog.domain.pricing.list_rows import fits_prices
from catalog.gateways.feeds.reading import Progress, Row, open_table

PRICES, COMPETITORS = "prices", "competitors"
# The narrower ones first: competitors' prices have an article and a price too.
FITS = {COMPETITORS: fits_competitors, PRICES: fits_prices}


def find_rows(columns: frozenset[str]) -> str:
    """Return the format of a file that is read row by row, empty when it is none."""
    return next((name for name, fits in FITS.items() if fits(columns)), "")


def read_rows(path: Path, *, progress: Progress) -> Iterator[Row]:
    """Yield the rows as they are read; broken ones carry their problem."""
    with open_table(path) as table:
        yield from table.rows(progress)


def read_cell(row: Row, column: str) -> str:
    """Return a cell as it was before it was guarded against formulas."""
    return unguard_formula(row.get(column))
