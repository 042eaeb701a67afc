"""Words in two languages, and keys made from them."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+", re.UNICODE)
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_WORD = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+", re.UNICODE)


def pick_words(english: str | None, chinese: str | None, language: str) -> str:
    """Return the text in the language, or in the other one when it is missing."""
    first, second = (chinese, english) if language.startswith("zh") else (english, chinese)
    return first or second or ""


def make_key(text: str, *, length: int = 80) -> str:
    """Return lower-case words joined by hyphens; letters of every script stay, so Chinese has keys too."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_WORD.sub("-", folded).strip("-_")[:length].strip("-_")


def fold_text(text: str) -> str:
    """Return the text as search compares it: one width, one case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def list_words(text: str) -> list[str]:
    """Return the words of a text: runs of letters and digits, and runs of Chinese characters."""
    return _WORD.findall(fold_text(text))


def index_words(text: str) -> str:
    """Return what the full-text index stores: words, and each Chinese run as its neighbouring pairs.

    Pairs need no dictionary and find every substring of two characters or more; the last single character
    is stored too, so that a prefix search finds a lone character wherever it stands.
    """
    tokens: list[str] = []
    for word in list_words(text):
        tokens += [*_split_pairs(word), word[-1]] if _HAN_RUN.fullmatch(word) else [word]
    return " ".join(tokens)


def build_tsquery(words: list[str]) -> str:
    """Return a tsquery that wants every word as a prefix, and every pair of each Chinese run."""
    terms: list[str] = []
    for word in words:
        terms += _split_pairs(word) if _HAN_RUN.fullmatch(word) else [word]
    return " & ".join(f"{term}:*" for term in terms)


def _split_pairs(run: str) -> list[str]:
    return [run[index : index + 2] for index in range(len(run) - 1)] or [run]
