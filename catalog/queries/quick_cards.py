"""Cards of a plain list by a statement that the server keeps planned: writing and planning it cost more than running it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from catalog.domain.filters import ListingScope, Sort
from catalog.queries.cards import CARD_FIELDS, ProductCard, build_card
from shop.kernel.postgres.statements import Statement

_ORDERS = {
    Sort.FEATURED: "is_featured DESC, published_at DESC",
    Sort.NEWEST: "published_at DESC",
    Sort.PRICE: "amount",
    Sort.PRICE_DOWN: "amount DESC",
}
_ENGLISH = "name_en"
_CHINESE = "coalesce(nullif(name_zh_hans, ''), name_en)"
MOST_CARDS = 2000
"""Some 10 MB in each process."""
_LENGTHS = (9, 32, 128)
"""A length that stands in the text lets the server plan for it; a few, so that a session keeps few statements."""


def list_quick_cards(
    scope: ListingScope,
    sort: Sort,
    *,
    start: int,
    stop: int,
    only_in_stock: bool = False,
    is_short: bool = False,
) -> list[ProductCard]:
    """Return a slice of a scope's cards in the active language; one query, the same list as the ORM's.

    For scopes without found products, whose order is not by relevance. A short list is read and sorted: the index of an
    order would be walked past everything that is not in it.
    """
    language = get_language() or settings.LANGUAGE_CODE
    statement = _write_statement(
        _find_order(sort, language),
        has_path=bool(scope.category_path),
        has_start=start > 0,
        only_in_stock=only_in_stock,
        is_short=is_short,
        length=next((length for length in _LENGTHS if length >= stop - start), None),
    )
    first, last = list_path_bounds(scope.category_path)
    given = {"currency": scope.currency, "first": first, "last": last, "start": start, "length": stop - start}
    rows = statement.run(**given)
    pattern = build_address_pattern(language)
    return [build_known_card(row, language, pattern) for row in rows]


def list_path_bounds(path: str) -> tuple[str, str]:
    """Between which texts, byte by byte, the paths of a category and all below it lie; "0" follows "/"."""
    return f"{path}/", f"{path}0"


@lru_cache(maxsize=8)
def build_address_pattern(_language: str) -> str:
    """Return a product's address in the active language with the slug "_"."""
    return reverse("catalog:product", kwargs={"slug": "_"})


@lru_cache(maxsize=MOST_CARDS)
def build_known_card(row: tuple[Any, ...], language: str, pattern: str) -> ProductCard:
    """Return the card of a row of CARD_FIELDS with its picture as text; the same row is the same card, built once."""
    fields = dict(zip(CARD_FIELDS, row, strict=True))
    image = fields["image"]
    fields["image"] = json.loads(image) if isinstance(image, str) else image
    return build_card(fields, language, pattern)


def _find_order(sort: Sort, language: str) -> str:
    if sort is Sort.NAME:
        return _CHINESE if language.startswith("zh") else _ENGLISH
    return _ORDERS.get(sort, _ORDERS[Sort.FEATURED])


def _hide_from_index(order: str) -> str:
    """Return the same order with a first part that no index knows."""
    first, comma, others = order.partition(" DESC")
    return f"coalesce({first}, {first}){comma}{others}" if "(" not in first else f"nullif({first}, NULL)"


@lru_cache(maxsize=256)
def _write_statement(
    order: str, *, has_path: bool, has_start: bool, only_in_stock: bool, is_short: bool, length: int | None
) -> Statement:
    """Choose the products first, by indexes where they hold the order, then read the wide rows of those shown.

    The first page of all products is where the index of its order begins: its rows are read as they are met.
    """
    parts = [
        "WHERE currency = %(currency)s",
        "AND category_path ~>=~ %(first)s AND category_path ~<~ %(last)s" if has_path else "",
        "AND in_stock" if only_in_stock else "",
        f"ORDER BY {_hide_from_index(order) if is_short else order}, product_id DESC",
        f"LIMIT {length}" if length else "LIMIT %(length)s",
        "OFFSET %(start)s" if has_start else "",
    ]
    chosen = " ".join(part for part in parts if part)
    if has_path or has_start or is_short:
        ids = f"ARRAY(SELECT product_id FROM catalog_listing {chosen})"  # noqa: S608  texts from above
        source = f"catalog_listing WHERE currency = %(currency)s AND product_id = ANY ({ids})"
        # They are found by their keys, and few: the index of the order would be walked from its beginning for them.
        order = _hide_from_index(order)
    else:
        source = f"(SELECT * FROM catalog_listing {chosen}) AS first_page"  # noqa: S608  as above
    return Statement(
        f"SELECT {', '.join(CARD_FIELDS)} FROM {source} ORDER BY {order}, product_id DESC LIMIT %(length)s"  # noqa: S608  as above
    )
