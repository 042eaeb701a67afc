"""The search vector of a product, written as PostgreSQL reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from catalog.domain.search.words import (
    LAST_POSITION,
    LONGEST_LEXEME,
    MOST_POSITIONS,
    fold_words,
    list_lexemes,
)

# Between two fields, so that no phrase spans them.
_GAP = 5
_TIER = "~"


def quote_lexeme(lexeme: str) -> str:
    """Return a lexeme as tsvector and tsquery literals write it."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def name_tier(tier: int) -> str:
    """Return the lexeme that says in which tier a product stands; no text yields it."""
    return f"{_TIER}{tier}"


def fold_code(code: str) -> str:
    """Return an article number as one lexeme."""
    return fold_words(code).replace(" ", "")[:LONGEST_LEXEME]


def build_vector(
    fields: Sequence[tuple[str, str]], *, codes: Iterable[str] = (), tier: int | None = None
) -> str:
    """Return a tsvector literal of (weight, text) fields, whole article numbers, and the tier."""
    places: dict[str, dict[int, str]] = {}
    start = 0
    for weight, text in fields:
        last = start
        for lexeme, place in list_lexemes(text):
            last = start + place
            if last > LAST_POSITION:
                break
            known = places.setdefault(lexeme, {})
            if len(known) < MOST_POSITIONS:
                known.setdefault(last, weight)
        start = last + _GAP
    for code in codes:
        places.setdefault(fold_code(code), {}).setdefault(min(start, LAST_POSITION), "B")
    written = [
        f"{quote_lexeme(lexeme)}:{','.join(f'{place}{weight}' for place, weight in sorted(known.items()))}"
        for lexeme, known in places.items()
        if lexeme
    ]
    if tier is not None:
        written.append(quote_lexeme(name_tier(tier)))
    return " ".join(written)
