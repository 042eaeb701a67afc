"""Reading single cells of a file: amounts, weights, flags, barcodes, words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import nh3

from catalog.domain.errors import PriceInvalid
from catalog.domain.reasons import Reason
from shop.kernel.money import minor_unit, quantize_amount

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_THOUSANDS = re.compile(r"^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$")
_DECIMAL_COMMA = re.compile(r"^\d+,\d{1,2}$")
_SWATCH = re.compile(r"^#[0-9a-f]{6}$")
_TAG = re.compile(r"</?[a-zA-Z!]")
_PLAIN = re.compile(r"^\d+(\.\d+)?$")
_TRUE = {"1", "true", "yes", "y", "active", "published", "是"}
# What a spreadsheet would run as a formula, a Chinese one by its wide signs too; a leading apostrophe makes it text.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_ESCAPED = re.compile(r"\\([\\|;])")
HIGHEST_AMOUNT = Decimal("9999999999.999")
MOST_GRAMS = 2_000_000
MOST_STOCK = 2_000_000_000
GRAMS_PER = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "lb": Decimal("453.59237"),
    "lbs": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}
BARCODE_LENGTHS = {8, 12, 13, 14}
_TAGS = {
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "b",
    "i",
    "h3",
    "h4",
    "a",
    "table",
    "tbody",
    "tr",
    "td",
    "th",
    "blockquote",
}


def clean_text(text: str) -> str:
    """Return the text without control characters (PostgreSQL takes no NUL) and outer blanks."""
    return _CONTROL.sub("", text).strip()


def clean_html(text: str) -> str:
    """Return harmless HTML: a short list of tags, links that lead nowhere dangerous; plain text becomes paragraphs."""
    text = clean_text(text)
    if not text:
        return ""
    if not _TAG.search(text):
        text = _wrap(html.escape(text, quote=False))
    cleaned = nh3.clean(
        text,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    ).strip()
    # Of foreign tags only the words are left: they must not be taken for plain text the next time.
    return cleaned if _TAG.search(cleaned) else _wrap(cleaned)


def _wrap(text: str) -> str:
    """Return paragraphs, parted by empty lines."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n"))]
    return "".join(f"<p>{part}</p>" for part in parts if part)


def parse_amount(text: str, currency: str) -> Decimal:
    """Return an amount of money; raises PriceInvalid with a reason in plain words."""
    text = text.strip().replace("\u00a0", "").replace(" ", "")
    if _THOUSANDS.match(text):
        text = text.replace(",", "")
    elif _DECIMAL_COMMA.match(text):
        text = text.replace(",", ".")
    if text.startswith("-"):
        raise PriceInvalid(Reason("price_below_zero", text=text))
    if not _PLAIN.match(text):
        raise PriceInvalid(Reason("price_unreadable", text=text) if text else Reason("price_missing"))
    amount = Decimal(text)
    if amount > HIGHEST_AMOUNT:
        raise PriceInvalid(Reason("price_too_high", text=text))
    if amount != quantize_amount(amount, currency):
        raise PriceInvalid(
            Reason("price_too_fine", currency=currency, unit=str(minor_unit(currency)), text=text)
        )
    return quantize_amount(amount, currency)


def parse_grams(text: str, unit: str) -> int | None:
    """Return whole grams, 0 for an empty cell, None when it is no weight."""
    if not text.strip():
        return 0
    try:
        grams = Decimal(text.strip().replace(",", ".")) * GRAMS_PER[unit]
    except (InvalidOperation, KeyError):
        return None
    return round(grams) if grams.is_finite() and 0 <= grams <= MOST_GRAMS else None


def parse_count(text: str) -> int | None:
    """Return a whole number, or None when it is none or out of range."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or number != number.to_integral_value() or abs(number) > MOST_STOCK:
        return None
    return int(number)


def is_true(text: str) -> bool:
    """Return whether a cell says yes."""
    return text.strip().casefold() in _TRUE


def is_barcode(text: str) -> bool:
    """Return whether the digits are an EAN-8, UPC-A, EAN-13 or GTIN-14 with a right check digit (GS1, modulo 10)."""
    if not (text.isascii() and text.isdigit()) or len(text) not in BARCODE_LENGTHS:
        return False
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(reversed(text)))
    return weighted % 10 == 0


def read_swatch(text: str) -> str:
    """Return a colour as #rrggbb, or nothing when it is none."""
    color = text.strip().lower()
    return color if _SWATCH.match(color) else ""


def split_words(text: str) -> tuple[str, str]:
    """Return (English, Chinese) of "English|中文"."""
    english, *others = split_parts(text)
    return english, others[0] if others else ""


def join_words(english: str | None, chinese: str | None) -> str:
    """Return the cell that `split_words` reads as these words."""
    return join_parts([english or "", chinese or ""]) if chinese else join_parts([english or ""])


def split_parts(text: str, separator: str = "|") -> list[str]:
    """Return the parts of a cell, at least one; a backslash before the separator or a backslash keeps it in the part."""
    parts, start, index = [], 0, 0
    while index < len(text):
        if text[index] == "\\":
            index += 2
            continue
        if text[index] == separator:
            parts.append(text[start:index])
            start = index + 1
        index += 1
    return [_ESCAPED.sub(r"\1", part).strip() for part in [*parts, text[start:]]]


def join_parts(parts: Iterable[str], separator: str = "|") -> str:
    """Return the cell that `split_parts` reads as these parts."""
    return separator.join(part.replace("\\", "\\\\").replace(separator, f"\\{separator}") for part in parts)


def guard_formula(text: str) -> str:
    """Keep a spreadsheet from running a cell; `unguard_formula` gives the text back exactly."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard_formula(text: str) -> str:
    """Return what `guard_formula` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def parse_instant(text: str) -> datetime | None:
    """Return an instant written as ISO 8601, UTC unless it says another zone; None when it is none."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def write_instant(instant: datetime | None) -> str:
    """Return an instant as files carry it."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else ""
