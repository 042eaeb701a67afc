"""How values of reports are written, for people and for files."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.formats import date_format, number_format

from shop.kernel.money import Money, format_money

HUNDRED: Final = 100
NOTHING: Final = "–"
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


def write_cell(value: Any, *, kind: str) -> str:
    """As people read it, in the active language."""
    if value is None or value == "":
        return NOTHING
    if kind == "money":
        money = Money(Decimal(value), settings.DEFAULT_CURRENCY).quantized()
        return format_money(money, translation.get_language() or "en")
    if kind == "share":
        return f"{number_format(float(value) * HUNDRED, decimal_pos=0)} %"
    if kind == "date":
        return str(date_format(value, "SHORT_DATE_FORMAT"))
    if kind == "number":
        return str(number_format(Decimal(value), decimal_pos=2, force_grouping=True))
    return str(number_format(int(value), force_grouping=True)) if kind == "count" else str(value)


def write_plain(value: Any) -> str:
    """For a file: plain numbers and ISO dates; a text that a spreadsheet would run as a formula is made a text."""
    if value is None:
        return ""
    if isinstance(value, (int, Decimal, float, date)):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(RISKY) else text


def write_file(name: str, *, columns: Sequence[object], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A CSV to download: UTF-8 with a mark, so that spreadsheets read Chinese right."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow([str(column) for column in columns])
    writer.writerows([write_plain(value) for value in row] for row in rows)
    return response
