"""Codes of many bins from the first and the last: A-01..A-20, A-01-1..A-20-4. Pure arithmetic."""

import re
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from django.utils.translation import gettext as _

from shop.kernel.errors import Invalid

MOST_BINS: Final = 2000
LONGEST_CODE: Final = 24
_CODE = re.compile(r"[A-Za-z0-9]+(?:[-_./ ][A-Za-z0-9]+)*")
_PART = re.compile(r"[0-9]+|[A-Za-z]+|[^A-Za-z0-9]")


class PatternRefused(Invalid):
    """The pattern names no bins, or too many."""

    code = "pattern_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="pattern")


@dataclass(frozen=True, kw_only=True)
class PlannedBin:
    """A code, the how-manieth place along the aisle it is (from 0), and how high (0 is the floor)."""

    code: str
    place: int
    level: int


@dataclass(frozen=True, kw_only=True)
class BinLayout:
    """Where the first bin lies and how far it is from one place to the next (centimetres)."""

    aisle: int = 0
    x_cm: int = 0
    y_cm: int = 0
    spacing_cm: int = 0


def plan_bins(pattern: str) -> list[PlannedBin]:
    """The bins of a pattern in walking order; several patterns are parted by commas. Raises PatternRefused.

    What differs between first and last is counted through: numbers keep their leading zeros, single letters go through
    the alphabet. With two or more counted numbers or letters the last one is the height.
    """
    planned: dict[str, PlannedBin] = {}
    place = 0
    for text in filter(None, (part.strip() for part in pattern.split(","))):
        rows = _plan_range(text, first_place=place, room=MOST_BINS - len(planned))
        place = rows[-1].place + 1
        for row in rows:
            if row.code in planned:
                raise PatternRefused(_("The pattern names %(code)s twice.") % {"code": row.code})
            planned[row.code] = row
    if not planned:
        raise PatternRefused(_("Give the first and the last code, such as A-01..A-20."))
    return list(planned.values())


def _plan_range(text: str, *, first_place: int, room: int) -> list[PlannedBin]:
    first, last = _split(text)
    choices = [_count_through(start, end, text=text) for start, end in zip(first, last, strict=True)]
    if prod(len(choice) for choice in choices) > room:
        raise PatternRefused(_("At most %(most)d bins can be made at once.") % {"most": MOST_BINS})
    counted = [place for place, choice in enumerate(choices) if len(choice) > 1]
    heights = len(choices[counted[-1]]) if len(counted) > 1 else 1
    codes = ["".join(parts) for parts in product(*choices)]
    if len(codes[-1]) > LONGEST_CODE:
        raise PatternRefused(_("A bin's code has at most %(most)d characters.") % {"most": LONGEST_CODE})
    return [
        PlannedBin(code=code, place=first_place + number // heights, level=number % heights)
        for number, code in enumerate(codes)
    ]


def _split(text: str) -> tuple[list[str], list[str]]:
    ends = [end.strip() for end in text.split("..")]
    shown = {"text": text[:40]}
    if len(ends) > 2 or not all(_CODE.fullmatch(end) for end in ends):  # noqa: PLR2004  a first and a last
        raise PatternRefused(
            _("%(text)s is no pattern: write the first code, two dots and the last, such as A-01..A-20.")
            % shown
        )
    first, last = _PART.findall(ends[0]), _PART.findall(ends[-1])
    if [_describe(part) for part in first] != [_describe(part) for part in last]:
        raise PatternRefused(
            _("In %(text)s the first and the last code are not built alike; compare A-01..A-20.") % shown
        )
    return first, last


def _describe(part: str) -> str:
    """Digits, letters, or the sign itself."""
    return "0" if part.isdigit() else "A" if part.isalpha() else part


def _count_through(start: str, end: str, *, text: str) -> list[str]:
    if start == end:
        return [start]
    if start.isdigit() and int(start) <= int(end):
        # Before the range is built: it could name billions.
        if int(end) - int(start) >= MOST_BINS:
            raise PatternRefused(_("At most %(most)d bins can be made at once.") % {"most": MOST_BINS})
        return [str(number).zfill(len(start)) for number in range(int(start), int(end) + 1)]
    if len(start) == len(end) == 1 and start.isupper() == end.isupper() and start < end:
        return [chr(letter) for letter in range(ord(start), ord(end) + 1)]
    raise PatternRefused(
        _("In %(text)s it does not go up from %(start)s to %(end)s.")
        % {"text": text[:40], "start": start, "end": end}
    )
