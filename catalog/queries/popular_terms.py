"""Terms that many searched for and that found something, held in each process for a minute."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Lock

from django.db.models import Max, Sum
from django.utils import timezone

from catalog.domain.search.words import fold_words
from catalog.models import SearchTermDay
from shop.kernel.clock import now

POPULAR_DAYS = 30
POPULAR_SECONDS = 60.0
MOST_KEPT = 2000
# A term that a handful typed is nobody's business, and no suggestion.
LEAST_SEARCHES = 5


class _Kept:
    """The popular terms of each language and until when they are believed."""

    terms: dict[str, tuple[str, ...]] = {}
    expires: float = 0.0
    lock = Lock()


def list_popular_terms(language: str, *, start: str = "", most: int = 5) -> list[str]:
    """Return popular terms of a language that begin so, the most searched first; one query a minute."""
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
    return tuple(rows.values_list("term", flat=True)[:MOST_KEPT])
