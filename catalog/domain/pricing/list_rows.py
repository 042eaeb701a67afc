"""One line of a file of prices: which list it belongs to, which article, from how many on, what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum

from catalog.domain.cells import clean_text, is_true, parse_amount, parse_count, parse_instant
from catalog.domain.errors import PriceInvalid, RowRefused
from catalog.domain.reasons import Reason
from catalog.domain.words import make_key

COLUMNS = (
    "list",
    "list_name",
    "currency",
    "tier",
    "channel",
    "valid_from",
    "valid_until",
    "priority",
    "active",
    "sku",
    "min_quantity",
    "price",
    "compare_at",
)
# Names that other programs give our columns.
OTHER_NAMES = {
    "list": ("price_list", "list_key"),
    "min_quantity": ("from_quantity", "quantity"),
    "price": ("amount", "unit_price"),
    "valid_from": ("starts_at",),
    "valid_until": ("ends_at",),
}
KEY_LENGTH = 60
NAME_LENGTH = 120
GROUP_LENGTH = 40
MOST_PRIORITY = 32_767
MOST_QUANTITY = 1_000_000
# An empty cell leaves what is; one of these takes it away.
NOTHING = frozenset({"-", "\N{EN DASH}", "\N{EM DASH}", "none", "无"})
_KEY = re.compile(rf"[-a-zA-Z0-9_]{{1,{KEY_LENGTH}}}")
_SHOWN = {"name": "list_name", "starts_at": "valid_from", "ends_at": "valid_until", "is_active": "active"}


class Bound(Enum):
    """An end of a window that is stated to be none; nothing stated is None."""

    OPEN = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListFacts:
    """A price list without its prices; None where a row says nothing about it, an empty text or an open end for none."""

    name: str | None = None
    currency: str | None = None
    tier: str | None = None
    channel: str | None = None
    starts_at: datetime | Bound | None = None
    ends_at: datetime | Bound | None = None
    priority: int | None = None
    is_active: bool | None = None

    def merge(self, stated: ListFacts) -> ListFacts:
        """Return these facts with what another row states."""
        given = {one.name: getattr(stated, one.name) for one in fields(stated)}
        return replace(self, **{name: value for name, value in given.items() if value is not None})

    def find_difference(self, stated: ListFacts) -> str:
        """Return the column in which another row states something else; empty when none does."""
        for one in fields(self):
            value = getattr(stated, one.name)
            if value is not None and value != getattr(self, one.name):
                return _SHOWN.get(one.name, one.name)
        return ""

    def list_emptied(self, after: ListFacts) -> list[tuple[str, str]]:
        """Return the columns that lose what they held, with that: (column, text)."""
        emptied = {"", Bound.OPEN}
        return [
            (_SHOWN.get(name, name), before.isoformat() if isinstance(before, datetime) else str(before))
            for name in ("tier", "channel", "starts_at", "ends_at")
            if (before := getattr(self, name)) not in {None, *emptied} and getattr(after, name) in emptied
        ]

    @property
    def is_window_reversed(self) -> bool:
        """Return whether it ends before it begins."""
        first, last = self.starts_at, self.ends_at
        return isinstance(first, datetime) and isinstance(last, datetime) and last <= first


@dataclass(frozen=True, kw_only=True, slots=True)
class ListRow:
    """A line that reads well; without a list it is the base price, which everybody pays for one."""

    list_key: str
    sku: str
    currency: str
    min_quantity: int
    amount: Decimal
    compare_at: Decimal | None
    facts: ListFacts
    # The file says that there is none, rather than nothing.
    has_no_compare_at: bool = False

    @property
    def place(self) -> tuple[str, str, str, int]:
        """Where the price stands: it may be set once in a file."""
        return self.list_key, "" if self.list_key else self.currency, self.sku.casefold(), self.min_quantity


def read_list_row(
    get: Callable[[str], str], *, currency_of: Callable[[str], str], currencies: Collection[str]
) -> ListRow:
    """Return a line's figures; raises RowRefused. `currency_of` knows that of a list whose line names none."""
    sku, key = _read(get, "sku"), read_list_key(get)
    if not sku:
        raise RowRefused(Reason("row_sku_missing"))
    stated = get("currency").upper()
    currency = stated or currency_of(key)
    if currency not in currencies:
        raise RowRefused(Reason("row_currency", known=", ".join(sorted(currencies))))
    quantity = _read_number(get, "min_quantity", least=1, most=MOST_QUANTITY) or 1
    facts = _read_facts(get, stated or None)
    if not key and (quantity > 1 or facts != ListFacts(currency=facts.currency)):
        raise RowRefused(Reason("row_list_missing"))
    amount = _read_amount(_read(get, "price"), currency)
    before = get("compare_at") if not key else ""
    return ListRow(
        list_key=key,
        sku=sku,
        currency=currency,
        min_quantity=quantity,
        amount=amount,
        compare_at=_read_amount(before, currency) if before and not _is_nothing(before) else None,
        facts=facts,
        has_no_compare_at=_is_nothing(before),
    )


def _is_nothing(text: str) -> bool:
    return text.strip().casefold() in NOTHING


def _read(get: Callable[[str], str], column: str) -> str:
    return next((text for name in (column, *OTHER_NAMES.get(column, ())) if (text := get(name))), "")


def read_list_key(get: Callable[[str], str]) -> str:
    """Return the key of the list that a line names, empty when it names none; raises RowRefused."""
    text = _read(get, "list")
    if _KEY.fullmatch(text):
        return text
    key = make_key(text, length=KEY_LENGTH)
    if text and (not key or not key.isascii()):
        raise RowRefused(Reason("row_list_key", text=text[:80]))
    return key


def _read_facts(get: Callable[[str], str], currency: str | None) -> ListFacts:
    facts = ListFacts(
        name=_read_text(get, "list_name", NAME_LENGTH),
        currency=currency,
        tier="" if _is_nothing(get("tier")) else _read_text(get, "tier", GROUP_LENGTH),
        channel="" if _is_nothing(get("channel")) else _read_text(get, "channel", GROUP_LENGTH),
        starts_at=_read_instant(get, "valid_from"),
        ends_at=_read_instant(get, "valid_until"),
        priority=_read_number(get, "priority", least=0, most=MOST_PRIORITY),
        is_active=is_true(get("active")) if get("active") else None,
    )
    if facts.is_window_reversed:
        raise RowRefused(Reason("row_window"))
    return facts


def _read_text(get: Callable[[str], str], column: str, most: int) -> str | None:
    text = clean_text(get(column))
    if len(text) > most:
        raise RowRefused(Reason("row_text_long", column=column, most=most))
    return text or None


def _read_instant(get: Callable[[str], str], column: str) -> datetime | Bound | None:
    text = _read(get, column)
    if _is_nothing(text):
        return Bound.OPEN
    instant = parse_instant(text) if text else None
    if text and instant is None:
        raise RowRefused(Reason("row_instant", column=column, text=text[:80]))
    return instant


def _read_number(get: Callable[[str], str], column: str, *, least: int, most: int) -> int | None:
    text = _read(get, column)
    number = parse_count(text) if text else None
    if text and (number is None or not least <= number <= most):
        raise RowRefused(Reason("row_number", column=column, text=text[:80], least=least, most=most))
    return number


def _read_amount(text: str, currency: str) -> Decimal:
    try:
        return parse_amount(text, currency)
    except PriceInvalid as error:
        raise RowRefused(error.reason) from error


def fits_prices(columns: Collection[str]) -> bool:
    """Return whether a file's columns are those of prices: an article and a price, and what neither a product has."""
    known = set(columns)

    def has(column: str) -> bool:
        return not known.isdisjoint((column, *OTHER_NAMES.get(column, ())))

    return has("sku") and has("price") and (has("list") or has("currency") or has("min_quantity"))


def iterate_cells(row: ListRow, write: Callable[[object], str]) -> Iterator[str]:
    """Yield the cells of a line in the order of the columns."""
    facts = row.facts
    for value in (
        row.list_key,
        facts.name,
        row.currency,
        facts.tier,
        facts.channel,
        None if facts.starts_at is Bound.OPEN else facts.starts_at,
        None if facts.ends_at is Bound.OPEN else facts.ends_at,
        facts.priority,
        facts.is_active,
        row.sku,
        row.min_quantity if row.list_key else None,
        row.amount,
        row.compare_at,
    ):
        yield write(value)
