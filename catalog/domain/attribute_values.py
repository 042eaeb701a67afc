"""Reading values of attributes from text, as files and forms give them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from catalog.domain.attributes import CHOSEN_KINDS, AttributeKind, StatedValue
from catalog.domain.cells import clean_text, read_swatch, split_words
from catalog.domain.errors import AttributeInvalid
from catalog.domain.reasons import Reason
from catalog.domain.words import make_key

_YES = {"1", "true", "yes", "y", "是", "有"}
_NO = {"0", "false", "no", "n", "否", "无"}
_COLOR = re.compile(r"\s*(#[0-9a-fA-F]{6})\s*$")
HIGHEST = Decimal(10) ** 10
LONGEST_TEXT = 500
SEPARATOR = ";"


def parse_values(kind: AttributeKind, cell: str, *, is_multiple: bool = False) -> tuple[StatedValue, ...]:
    """Return the values that a cell states, none for an empty one; raises AttributeInvalid in plain words.

    Words are "English|中文", several choices are parted by semicolons, a colour ends in its #rrggbb, days are ISO.
    """
    cell = clean_text(cell)
    if not cell:
        return ()
    if kind in CHOSEN_KINDS:
        parts = [part.strip() for part in cell.split(SEPARATOR)] if is_multiple else [cell]
        return tuple(dict.fromkeys(_parse_choice(part) for part in parts if part))
    if kind is AttributeKind.NUMBER:
        return (StatedValue(number=_parse_number(cell)),)
    if kind is AttributeKind.BOOLEAN:
        return (StatedValue(flag=_parse_flag(cell)),)
    if kind is AttributeKind.DATE:
        return (StatedValue(day=_parse_day(cell)),)
    english, chinese = split_words(cell)
    if max(len(english), len(chinese)) > LONGEST_TEXT:
        raise AttributeInvalid(Reason("text_long", count=LONGEST_TEXT))
    return (StatedValue(text_en=english or chinese, text_zh_hans=chinese),)


def _parse_choice(part: str) -> StatedValue:
    found = _COLOR.search(part)
    english, chinese = split_words(part[: found.start()] if found else part)
    key = make_key(english or chinese, length=80)
    if not key:
        raise AttributeInvalid(Reason("choice_unreadable", text=part))
    return StatedValue(
        choice_key=key,
        choice_en=english or chinese,
        choice_zh_hans=chinese,
        swatch=read_swatch(found[1]) if found else "",
    )


def _parse_number(cell: str) -> Decimal:
    try:
        number = Decimal(cell.replace(",", ".").split()[0])
    except (InvalidOperation, IndexError):
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= HIGHEST:
        raise AttributeInvalid(Reason("number_unreadable", text=cell))
    return round(number, 4)


def _parse_flag(cell: str) -> bool:
    folded = cell.casefold()
    if folded not in _YES | _NO:
        raise AttributeInvalid(Reason("flag_unreadable", text=cell))
    return folded in _YES


def _parse_day(cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError as error:
        raise AttributeInvalid(Reason("day_unreadable", text=cell)) from error


def write_cell(kind: AttributeKind, values: tuple[StatedValue, ...]) -> str:
    """Return the cell that `parse_values` reads as these values: exports and forms."""
    return f"{SEPARATOR} ".join(_write_value(kind, value) for value in values)


def _write_value(kind: AttributeKind, value: StatedValue) -> str:
    if kind in CHOSEN_KINDS:
        swatch = f" {value.swatch}" if value.swatch else ""
        return _join(value.choice_en, value.choice_zh_hans) + swatch
    if value.number is not None:
        return f"{value.number.normalize():f}"
    if value.flag is not None:
        return "yes" if value.flag else "no"
    if value.day is not None:
        return value.day.isoformat()
    return _join(value.text_en, value.text_zh_hans)


def _join(english: str, chinese: str) -> str:
    return f"{english}|{chinese}" if chinese else english
