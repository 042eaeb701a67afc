"""Cards of a plain list by SQL that the ORM has written once per process: writing it costs more than running it."""

from __future__ import annotations

import json
from functools import lru_cache

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import get_language

from catalog.domain.filters import ListingScope, Sort
from catalog.queries.cards import CARD_FIELDS, ProductCard, build_card, find_listings, order_listings

_CURRENCY, _PATH = "¤currency", "¤path"
"""Stand for the values while the statement is written; nothing else in it varies."""


def list_quick_cards(scope: ListingScope, sort: Sort, *, start: int, stop: int) -> list[ProductCard]:
    """Return a slice of a scope's cards in the active language; one query, the same as the ORM's."""
    language = get_language() or settings.LANGUAGE_CODE
    sql, marks = _write_statement(sort, has_path=bool(scope.category_path), language=language)
    path = connection.ops.prep_for_like_query(scope.category_path)
    values = {_CURRENCY: scope.currency, f"{_PATH}/%": f"{path}/%"}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql} LIMIT %s OFFSET %s", [*(values.get(mark, mark) for mark in marks), stop - start, start]
        )
        rows = cursor.fetchall()
    pattern = reverse("catalog:product", kwargs={"slug": "_"})
    cards = []
    for row in rows:
        fields = dict(zip(CARD_FIELDS, row, strict=True))
        fields["image"] = json.loads(fields["image"]) if fields["image"] else None
        cards.append(build_card(fields, language, pattern))
    return cards


@lru_cache(maxsize=64)
def _write_statement(sort: Sort, *, has_path: bool, language: str) -> tuple[str, tuple[str, ...]]:
    """The statement of a kind of list and its parameters, marks among them. ``language`` orders names."""
    scope = ListingScope(currency=_CURRENCY, category_path=_PATH if has_path else "")
    query = order_listings(find_listings(scope), sort).values(*CARD_FIELDS).query
    sql, params = query.sql_with_params()
    return sql, tuple(params)
