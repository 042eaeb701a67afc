"""One line of a file of competitors' prices: which article, whose price, seen when."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from catalog.domain.cells import parse_amount
from catalog.domain.errors import PriceInvalid, RowRefused
from catalog.domain.reasons import Reason

LONGEST_NAME = 80
LONGEST_ADDRESS = 500
_check_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, kw_only=True, slots=True)
class CompetitorRow:
    """A line that reads well; the article is found by its SKU, else by its barcode."""

    sku: str
    gtin: str
    competitor: str
    currency: str
    amount: Decimal
    url: str
    seen_on: date


def fits_competitors(columns: Collection[str]) -> bool:
    """Return whether a file's columns are those of competitors' prices."""
    known = set(columns)
    return known >= {"competitor", "price", "currency"} and bool(known & {"sku", "gtin"})


def read_row(get: Callable[[str], str], *, currencies: Collection[str], today: date) -> CompetitorRow:
    """Return a line's figures; raises RowRefused. Without a day it was seen today."""
    sku, gtin = get("sku"), get("gtin")
    if not sku and not gtin:
        raise RowRefused(Reason("row_sku_or_gtin"))
    competitor = get("competitor")
    if not 0 < len(competitor) <= LONGEST_NAME:
        raise RowRefused(Reason("row_competitor", most=LONGEST_NAME))
    currency = get("currency").upper()
    if currency not in currencies:
        raise RowRefused(Reason("row_currency", known=", ".join(sorted(currencies))))
    return CompetitorRow(
        sku=sku,
        gtin=gtin,
        competitor=competitor,
        currency=currency,
        amount=_read_amount(get("price"), currency),
        url=_read_address(get("url")),
        seen_on=_read_day(get("seen_at"), today),
    )


def _read_amount(text: str, currency: str) -> Decimal:
    try:
        amount = parse_amount(text, currency)
    except PriceInvalid as error:
        raise RowRefused(Reason("row_price", reason=error.reason)) from error
    if amount <= 0:
        raise RowRefused(Reason("row_price_none"))
    return amount


def _read_address(text: str) -> str:
    if not text:
        return ""
    try:
        _check_address(text)
    except ValidationError:
        text = ""
    if not 0 < len(text) <= LONGEST_ADDRESS:
        raise RowRefused(Reason("row_url"))
    return text


def _read_day(text: str, today: date) -> date:
    if not text:
        return today
    try:
        seen = datetime.fromisoformat(text).date()
    except ValueError as error:
        raise RowRefused(Reason("row_day")) from error
    if seen > today:
        raise RowRefused(Reason("row_day_ahead"))
    return seen
