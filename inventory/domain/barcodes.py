"""Codes on articles: check digits, our own numbers, and what a GS1 code on a carton says."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from stdnum import ean
from stdnum.exceptions import ValidationError

OWN_PREFIX: Final = "29"
"""GS1 keeps 20 to 29 free for codes that are only read inside one house."""

UPC_DIGITS: Final = 12
CARTON_DIGITS: Final = 14

_GS1: Final = re.compile(r"^\(?01\)?(\d{14})(?:\(?17\)?(\d{6}))?(?:\(?10\)?([!-z]{1,20}))?$")


@dataclass(frozen=True, kw_only=True)
class ScannedPack:
    """A GS1 code taken apart: the article, and lot and expiry when the maker printed them."""

    gtin: str
    lot_code: str = ""
    expires_on: date | None = None


def is_ean(code: str) -> bool:
    """EAN-8, UPC-A, EAN-13 or GTIN-14 with the right check digit."""
    return len(code) in {8, 12, 13, 14} and bool(ean.is_valid(code))


def normalise_ean(code: str) -> str:
    """Without spaces and dashes, and UPC-A as the EAN-13 that it is, so that one article has one code."""
    compact = str(ean.compact(code))
    return f"0{compact}" if len(compact) == UPC_DIGITS else compact


def make_own_code(number: int) -> str:
    """A house code as EAN-13 with check digit; any scanner reads it."""
    body = f"{OWN_PREFIX}{number:010d}"
    return body + str(ean.calc_check_digit(body))


def read_gs1(text: str) -> ScannedPack | None:
    """Takes (01) GTIN, (17) expiry and (10) lot from a GS1-128 or DataMatrix code, in that order; None for others."""
    found = _GS1.match(text.replace("\x1d", "").strip())
    if found is None:
        return None
    gtin, expiry, lot = found.groups()
    try:
        ean.validate(gtin)
        expires_on = _read_date(expiry) if expiry else None
    except (ValidationError, ValueError):
        return None
    return ScannedPack(gtin=gtin, lot_code=lot or "", expires_on=expires_on)


def _read_date(text: str) -> date:
    """YYMMDD; day 00 is the last of the month (GS1 General Specifications 3.4)."""
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    if day:
        return date(year, month, day)
    after = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(after.toordinal() - 1)
