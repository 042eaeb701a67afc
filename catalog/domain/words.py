"""Words in two languages, and keys made from them."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+", re.UNICODE)


def pick_words(english: str | None, chinese: str | None, language: str) -> str:
    """Return the text in the language, or in the other one when it is missing."""
    first, second = (chinese, english) if language.startswith("zh") else (english, chinese)
    return first or second or ""


def make_key(text: str, *, length: int = 80) -> str:
    """Return lower-case words joined by hyphens; letters of every script stay, so Chinese has keys too."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_WORD.sub("-", folded).strip("-_")[:length].strip("-_")
