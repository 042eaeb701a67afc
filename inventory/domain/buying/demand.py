"""What was sold, what would have been sold, and how evenly."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import fmean, pstdev

WEEK = 7
LOOK_AROUND_DAYS = 28
LEAST_DAYS = 3


@dataclass(frozen=True, kw_only=True)
class DemandDay:
    """One day of an article on one shelf: what left, and whether the shelf was empty or the article promoted."""

    day: date
    quantity: float
    is_out_of_stock: bool = False
    is_promoted: bool = False
    corrected_quantity: float = 0.0


@dataclass(frozen=True, kw_only=True)
class LedgerDay:
    """What a shelf's ledger says of one day: units shipped, and what lay there in the evening."""

    day: date
    shipped_quantity: int
    closing_quantity: int


def fill_days(days: Sequence[DemandDay], *, since: date, until: date) -> list[DemandDay]:
    """Every day from `since` to `until`, with quiet days between the ones that are known."""
    known = {row.day: row for row in days}
    length = (until - since).days + 1
    wanted = (since + timedelta(days=number) for number in range(length))
    return [known.get(day) or DemandDay(day=day, quantity=0.0) for day in wanted]


def correct_stock_outs(days: Sequence[DemandDay]) -> list[DemandDay]:
    """The same days with the demand that would have been, had the shelf never been empty.

    A day out of stock gets the mean of the same weekdays in stock within four weeks around it, or of all days in stock
    there when there are fewer than three of them, and never less than what left. Source: mean imputation of censored
    demand as in Nahmias, "Demand estimation in lost sales inventory systems", Naval Research Logistics 41, 1994.
    """
    return [
        replace(row, corrected_quantity=max(row.quantity, _estimate(days, place)))
        if row.is_out_of_stock
        else replace(row, corrected_quantity=row.quantity)
        for place, row in enumerate(days)
    ]


def _estimate(days: Sequence[DemandDay], place: int) -> float:
    around = [
        (index, row)
        for index, row in enumerate(
            days[max(place - LOOK_AROUND_DAYS, 0) : place + LOOK_AROUND_DAYS + 1],
            start=max(place - LOOK_AROUND_DAYS, 0),
        )
        if not row.is_out_of_stock
    ]
    alike = [row.quantity for index, row in around if (index - place) % WEEK == 0]
    chosen = alike if len(alike) >= LEAST_DAYS else [row.quantity for _, row in around]
    return fmean(chosen) if chosen else 0.0


def find_variation(quantities: Sequence[float]) -> float | None:
    """Coefficient of variation (deviation / mean) of whole weeks, counted back from the last day; None without sales."""
    weeks = list_weeks(quantities)
    mean = fmean(weeks) if weeks else 0.0
    return pstdev(weeks) / mean if mean > 0 else None


def list_weeks(quantities: Sequence[float]) -> list[float]:
    """Sums of seven days, the last one ending with the last day; an incomplete first week is left out."""
    odd = len(quantities) % WEEK
    return [sum(quantities[start : start + WEEK]) for start in range(odd, len(quantities), WEEK)]


def list_days(
    moved: Sequence[LedgerDay],
    *,
    opening_quantity: int,
    is_known_before: bool,
    since: date,
    until: date,
    promoted: Collection[date] = (),
) -> list[DemandDay]:
    """All days from the shelf's first news to `until`, given the days that moved and what lay there before `since`.

    A day is out of stock when the shelf was empty in the evening, and so is each quiet day after it until goods come in.
    A shelf on which nothing ever lay has no days.
    """
    if not moved and not is_known_before:
        return []
    first = since if is_known_before else moved[0].day
    by_day = {row.day: row for row in moved}
    closing, days = opening_quantity, []
    for number in range((until - first).days + 1):
        day = first + timedelta(days=number)
        row = by_day.get(day)
        closing = row.closing_quantity if row else closing
        days.append(
            DemandDay(
                day=day,
                quantity=float(row.shipped_quantity) if row else 0.0,
                is_out_of_stock=closing <= 0,
                is_promoted=day in promoted,
            )
        )
    return days


def list_baseline(days: Sequence[DemandDay]) -> list[float]:
    """What to learn from: corrected demand, and on promoted days no more than such days bring without a promotion.

    Empty days at the end say nothing about what is wanted and are left out, so that a long stock-out is not forgotten
    demand.
    """
    known = len(days)
    while known and days[known - 1].is_out_of_stock and not days[known - 1].quantity:
        known -= 1
    plain = [replace(row, is_out_of_stock=row.is_out_of_stock or row.is_promoted) for row in days[:known]]
    return [
        min(row.corrected_quantity, _estimate(plain, place)) if row.is_promoted else row.corrected_quantity
        for place, row in enumerate(days[:known])
    ]
