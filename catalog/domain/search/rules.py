"""What operators tell the search: weights, stop words, synonyms, redirects."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.domain.search.words import cut_chinese, fold_words, is_chinese, split_runs, stem_word

Phrase = tuple[str, ...]
_COMMA = re.compile(r"[,，、;；\n]")
LONGEST_PHRASE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """How much each reason counts; freshness halves every `freshness_days`."""

    text: float = 1.0
    stock: float = 0.15
    sales: float = 0.2
    freshness: float = 0.05
    freshness_days: int = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchRules:
    """All rules of one moment."""

    weights: Weights = field(default_factory=Weights)
    stop_words: frozenset[str] = frozenset()
    # A phrase of lexemes and the phrases that mean the same.
    synonyms: dict[Phrase, tuple[Phrase, ...]] = field(default_factory=dict)
    # Folded terms and where they lead.
    redirects: dict[str, str] = field(default_factory=dict)

    def find_redirect(self, term: str) -> str:
        """Return where a term leads, or nothing."""
        return self.redirects.get(fold_words(term), "")


def split_list(text: str) -> list[str]:
    """Return the entries of a list that a person typed."""
    return [entry for part in _COMMA.split(text) if (entry := part.strip())]


def split_phrase(text: str) -> Phrase:
    """Return the lexemes of a text as a query has them."""
    words: list[str] = []
    for run in split_runs(text):
        words += cut_chinese(run) if is_chinese(run) else [stem_word(run)]
    return tuple(words)


def build_synonyms(rows: Iterable[tuple[str, str]]) -> dict[Phrase, tuple[Phrase, ...]]:
    """Return what each phrase also finds; rows are (words, also): without `also` the words find each other."""
    found: dict[Phrase, dict[Phrase, None]] = {}
    for words, also in rows:
        first = [split_phrase(entry) for entry in split_list(words)]
        second = [split_phrase(entry) for entry in split_list(also)] if also else first
        for phrase in first:
            for other in second:
                if phrase and other and phrase != other and len(phrase) <= LONGEST_PHRASE:
                    found.setdefault(phrase, {})[other] = None
    return {phrase: tuple(others) for phrase, others in found.items()}


def build_rules(
    *,
    weights: Weights,
    stop_words: str,
    synonyms: Iterable[tuple[str, str]],
    redirects: Iterable[tuple[str, str]],
) -> SearchRules:
    """Return the rules of what operators wrote."""
    return SearchRules(
        weights=weights,
        stop_words=frozenset(lexeme for entry in split_list(stop_words) for lexeme in split_phrase(entry)),
        synonyms=build_synonyms(synonyms),
        redirects={fold_words(term): target for term, target in redirects},
    )
