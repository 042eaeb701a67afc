"""How values of reports are written, for people and for files."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.formats import date_format, number_format

from catalog.domain.cells import guard_formula
from inventory.domain.buying.model_names import name_models
from shop.kernel.money import Money, format_money

HUNDRED: Final = 100
PLACES: Final = 4
NOTHING: Final = "–"


def write_cell(value: Any, *, kind: str) -> str:
    """As people read it, in the active language."""
    if value is None or value == "":
        return NOTHING
    write = _WRITERS.get(kind, str)
    return write(value)


def _write_money(value: Any) -> str:
    money = Money(Decimal(value), settings.DEFAULT_CURRENCY).quantized()
    return format_money(money, translation.get_language() or "en")


def _write_share(value: Any) -> str:
    return f"{number_format(float(value) * HUNDRED, decimal_pos=0)} %"


_WRITERS: Final[Mapping[str, Callable[[Any], str]]] = {
    "money": _write_money,
    "share": _write_share,
    "date": lambda value: date_format(value, "SHORT_DATE_FORMAT"),
    "number": lambda value: number_format(Decimal(value), decimal_pos=2, force_grouping=True),
    "count": lambda value: number_format(int(value), force_grouping=True),
    "models": name_models,
}


def write_plain(value: Any, *, kind: str = "text") -> str:
    """For a file: plain numbers and ISO dates; a text that a spreadsheet would run as a formula is made a text."""
    if value is None:
        return ""
    if kind == "money":
        return str(Money(Decimal(value), settings.DEFAULT_CURRENCY).quantized().amount)
    if kind in {"number", "share"}:
        return f"{round(Decimal(value), PLACES):f}"
    if isinstance(value, (int, Decimal, float, date)):
        return str(value)
    return guard_formula(name_models(str(value)) if kind == "models" else str(value))


def write_heading(label: object, *, kind: str) -> str:
    """A column's title in a file; amounts name their currency there."""
    return f"{label} ({settings.DEFAULT_CURRENCY})" if kind == "money" else str(label)


def write_file(name: str, *, columns: Sequence[object], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """A CSV to download, of cells that `write_plain` wrote: UTF-8 with a mark, so that spreadsheets read Chinese right."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow([str(column) for column in columns])
    writer.writerows(rows)
    return response
