"""What came of the files, in lines and as the table of docs/importing.md."""

from __future__ import annotations

from catalog.domain.reports import Outcome
from tests.exchange.trips import Trip

HEAD = "| file | rows | imported | made | pictures | first run | second run | refused, and why | round trip |"


def describe(trip: Trip) -> str:
    """Some lines for a terminal."""
    if trip.summary is None:
        return f"{trip.name}: {trip.refusal}"
    rows = f"{trip.summary.format}, {trip.summary.row_count} rows, {trip.imported} imported"
    pictures = f"{trip.pictures} pictures ({trip.fetched} fetched)"
    seconds = f"{trip.first_seconds:.1f} s, again {trip.second_seconds:.1f} s"
    lines = [f"{trip.name}: {rows}: {_made(trip)}; {pictures}; {seconds}"]
    lines += [f"  refused {count}: {reason.say()}" for reason, count in trip.summary.list_reasons()]
    lines += [f"  {count} x {first.say()}" for first, count in trip.summary.marks.values()]
    lines += [f"  WRONG: {problem}" for problem in trip.problems]
    return "\n".join([*lines, f"  round trip: {_verdict(trip)}"])


def write_table(trips: list[Trip]) -> str:
    """The table in Markdown."""
    return "\n".join([HEAD, "| --- | ---: | ---: | --- | --- | ---: | ---: | --- | --- |", *map(_row, trips)])


def _row(trip: Trip) -> str:
    if trip.summary is None:
        return f"| {trip.name} | – | – | – | – | – | – | whole file: {trip.refusal.partition('.')[0]} | – |"
    refused = trip.summary.rows[Outcome.REFUSED]
    reasons = "; ".join(f"{count} × {reason.say()}" for reason, count in trip.summary.list_reasons())
    cells = [
        f"{trip.name} ({trip.summary.format})",
        f"{trip.summary.row_count:,}",
        f"{trip.imported:,}",
        _made(trip),
        f"{trip.pictures}, {trip.fetched} of them by address" if trip.pictures else "–",
        f"{trip.first_seconds:.1f} s",
        f"{trip.second_seconds:.1f} s",
        f"{refused}: {reasons}" if refused else "0",
        _verdict(trip),
    ]
    return f"| {' | '.join(cells)} |"


def _made(trip: Trip) -> str:
    if trip.products:
        return f"{trip.products} products, {trip.variants} variants"
    return f"{trip.categories:,} categories"


def _verdict(trip: Trip) -> str:
    return "; ".join(trip.problems) or "unchanged, and the same in an empty shop"
