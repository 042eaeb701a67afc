"""Words as search compares them: the same steps for what is indexed and for what is typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import rjieba

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>[^\W_{_HAN}]+(?:'[^\W_{_HAN}]+)?)")
_IS_HAN = re.compile(f"[{_HAN}]")
_SHORTEST_STEMMED = 4
# End in -s without being a plural.
_SINGULAR = frozenset({"atlas", "bias", "canvas", "chaos", "christmas", "gas", "lens", "series", "species"})
# Of a lexeme PostgreSQL keeps 255 places below 16,384; fewer are enough to rank by.
LAST_POSITION = 16_000
MOST_POSITIONS = 20
LONGEST_LEXEME = 40


def fold_words(text: str) -> str:
    """Return the text in one width and case, without accents, with single spaces."""
    wide = unicodedata.normalize("NFKC", text).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    plain = "".join(char for char in unicodedata.normalize("NFD", wide) if unicodedata.category(char) != "Mn")
    return " ".join(unicodedata.normalize("NFC", plain).split())


def stem_word(word: str) -> str:
    """Return a Latin word without the endings of an English plural and possessive; others as they are.

    The S stemmer (D. Harman, "How effective is suffixing?", JASIS 42, 1991), with -es after a hissing sound: careful
    rather than clever, so that no word becomes another one.
    """
    word = word.removesuffix("'s").replace("'", "")
    if len(word) < _SHORTEST_STEMMED or not word.isascii() or not word.endswith("s"):
        return word
    if word in _SINGULAR or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and not word.endswith(("aies", "eies")):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def is_chinese(word: str) -> bool:
    """Return whether a word is written in Chinese characters; a run never mixes scripts."""
    return bool(_IS_HAN.match(word))


def split_runs(text: str) -> list[str]:
    """Return the folded runs of a text: Latin words, numbers, and unbroken Chinese."""
    return [match.group() for match in _RUN.finditer(fold_words(text))]


def cut_chinese(run: str) -> list[str]:
    """Return the words of a Chinese run, each character in one word."""
    return [str(word) for word in rjieba.cut(run)]


def list_parts(word: str) -> list[str]:
    """Return the shorter words inside a Chinese word, and the characters that none of them covers."""
    parts = [part for part in rjieba.cut_for_search(word) if part != word]
    covered = "".join(parts)
    return [*parts, *(char for char in word if char not in covered)]


def list_lexemes(text: str) -> Iterator[tuple[str, int]]:
    """Return what the index holds of a text with the places: stems, Chinese words, the words in them, every character.

    A character stands at its own place, so that a phrase of characters finds what no dictionary knows.
    """
    place = 1
    for run in split_runs(text):
        if not is_chinese(run):
            yield stem_word(run)[:LONGEST_LEXEME], place
            place += 1
            continue
        for offset, char in enumerate(run):
            yield char, place + offset
        for word, start, _ in rjieba.tokenize(run, "search"):
            if len(word) > 1:
                yield str(word)[:LONGEST_LEXEME], place + start
        place += len(run)


def is_vocabulary(lexeme: str) -> bool:
    """Return whether a lexeme is a word that people type and mistype: no article number, no lone letter."""
    return len(lexeme) > 1 and lexeme.isalpha()
