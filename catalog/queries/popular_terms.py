"""Terms that many searched for and that found something, held in each process for a minute."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import timedelta
from threading import Lock

from django.db.models import Max, Sum
from django.utils import timezone

from catalog.domain.search.words import (
    LONGEST_LEXEME,
    cut_chinese,
    fold_words,
    is_chinese,
    split_runs,
    stem_word,
)
from catalog.models import SearchTermDay, SearchWord
from catalog.queries.search_rules import get_search_rules
from shop.kernel.clock import now

POPULAR_DAYS = 30
POPULAR_SECONDS = 60.0
MOST_KEPT = 2000
# A term that a handful typed is nobody's business, and no suggestion.
LEAST_SEARCHES = 5
_SIGNS = re.compile(r"[\w\s'&+,./-]*")


class _Kept:
    """The popular terms of each language and until when they are believed."""

    terms: dict[str, tuple[str, ...]] = {}
    expires: float = 0.0
    lock = Lock()


def list_popular_terms(language: str, *, start: str = "", most: int = 5) -> list[str]:
    """Return popular terms of a language that begin so, the most searched first; two queries a minute."""
    prefix = fold_words(start)
    found = (term for term in _get_terms(language) if term.startswith(prefix) and term != prefix)
    return [term for term, _ in zip(found, range(most), strict=False)]


def forget_popular_terms() -> None:
    """Read the terms afresh the next time."""
    _Kept.expires = 0.0


def _get_terms(language: str) -> tuple[str, ...]:
    with _Kept.lock:
        if time.monotonic() >= _Kept.expires:
            _Kept.terms, _Kept.expires = {}, time.monotonic() + POPULAR_SECONDS
        if language not in _Kept.terms:
            _Kept.terms[language] = _read_terms(language)
        return _Kept.terms[language]


def _read_terms(language: str) -> tuple[str, ...]:
    since = timezone.localdate(now()) - timedelta(days=POPULAR_DAYS)
    rows = (
        SearchTermDay.objects.filter(day__gte=since, language=language)
        .values("term")
        .annotate(searches=Sum("search_quantity"), found=Max("result_quantity"))
        .filter(searches__gte=LEAST_SEARCHES, found__gt=0)
        .order_by("-searches", "term")
    )
    return _keep_known(list(rows.values_list("term", flat=True)[:MOST_KEPT]))


def _keep_known(terms: Sequence[str]) -> tuple[str, ...]:
    """Keep the terms of the catalogue's own words: whoever asks often enough must not write on our pages."""
    stop_words = get_search_rules().stop_words
    words = {term: _list_words(term) - stop_words for term in terms if _SIGNS.fullmatch(term)}
    asked = set().union(*words.values())
    known = set(SearchWord.objects.filter(word__in=asked).values_list("word", flat=True))
    return tuple(term for term, needed in words.items() if needed and needed <= known)


def _list_words(term: str) -> set[str]:
    return {
        stem_word(word)[:LONGEST_LEXEME]
        for run in split_runs(term)
        for word in (cut_chinese(run) if is_chinese(run) else [run])
    }
