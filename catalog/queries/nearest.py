"""The products nearest to one: by shelf, shared traits and price; a shop with a few products always has some."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

from catalog.queries.cards import CARD_FIELDS, ProductCard
from catalog.queries.quick_cards import build_address_pattern, build_known_card
from shop.kernel.postgres.statements import Statement

# Of a long shelf so many are looked at, inside its index, and so many of them compared whole.
_MOST_LOOKED_AT, _MOST_COMPARED = 1000, 48

# A product without a listing in the currency, or without a shelf, has bounds that nothing lies between.
_SELF = """
WITH mine AS MATERIALIZED (
    SELECT first, regexp_replace(first, '/$', '0') AS last, above, regexp_replace(above, '/$', '0') AS above_last,
           amount, ln(amount::float8 + 1) AS worth, ARRAY(SELECT DISTINCT unnest(keys)) AS keys
    FROM (
        SELECT coalesce(category_path, '') AS first, regexp_replace(coalesce(category_path, ''), '[^/]+/$', '') AS above,
               amount, keys
        FROM (VALUES (1)) AS one LEFT JOIN catalog_listing ON product_id = %(product_id)s AND currency = %(currency)s
    ) AS known
)"""
_WITHIN = "category_path ~>=~ (SELECT {first} FROM mine) AND category_path ~<~ (SELECT {last} FROM mine)"
_SHELF = _WITHIN.format(first="first", last="last")
_ABOVE = _WITHIN.format(first="above", last="above_last")
# Each step is asked only when those before it did not fill the list.
_SHELF_STEP = """(
    SELECT product_id, {distance} AS distance FROM (
        SELECT product_id, amount FROM catalog_listing
        WHERE currency = %(currency)s AND in_stock AND product_id <> ALL(%(left_out)s::bigint[]) AND {where}
        LIMIT {looked_at}
    ) AS looked_at ORDER BY abs(amount - (SELECT amount FROM mine)), product_id DESC LIMIT {compared}
)"""
_FRONT_STEP = """(
    SELECT product_id, {distance} AS distance FROM catalog_listing
    WHERE currency = %(currency)s AND {where} AND product_id <> ALL(%(left_out)s::bigint[])
    ORDER BY is_featured DESC, published_at DESC, product_id DESC LIMIT {compared}
)"""
_CHOICE = """
SELECT {fields}, found.distance
FROM (SELECT * FROM ({steps}) AS some_steps LIMIT {compared}) AS found
JOIN catalog_listing AS listing ON listing.product_id = found.product_id AND listing.currency = %(currency)s
CROSS JOIN mine
ORDER BY listing.in_stock DESC, found.distance,
    (SELECT count(*) FROM unnest(mine.keys) AS key WHERE key = ANY (listing.keys))
        - coalesce(abs(ln(listing.amount::float8 + 1) - mine.worth), 0) DESC,
    listing.product_id DESC
LIMIT %(most)s::int
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class NearestCards:
    """The nearest products, and whether all of them stand in the same shelf."""

    cards: tuple[ProductCard, ...] = ()
    is_same_shelf: bool = False


def list_nearest(
    product_id: int, *, currency: str, most: int, left_out: tuple[int, ...] = (), beside_shelf: bool = False
) -> NearestCards:
    """Return the products nearest to one, without it and those left out; one query.

    What is in stock comes first; then the same shelf (left out by `beside_shelf`), the one above it, the rest of the
    shop; in each what shares most traits at a price nearby.
    """
    language = get_language() or settings.LANGUAGE_CODE
    pattern = build_address_pattern(language)
    statement = _BESIDE if beside_shelf else _NEAREST
    rows = statement.run(
        product_id=product_id, currency=currency, most=most, left_out=[product_id, *left_out]
    )
    cards = tuple(build_known_card(row[:-1], language, pattern) for row in rows)
    return NearestCards(cards=cards, is_same_shelf=all(row[-1] == 0 for row in rows))


def _write_statement(*, beside_shelf: bool) -> Statement:
    sizes = {"looked_at": _MOST_LOOKED_AT, "compared": _MOST_COMPARED}
    steps = [
        _SHELF_STEP.format(distance=0, where=_SHELF, **sizes),
        _SHELF_STEP.format(distance=1, where=f"{_ABOVE} AND NOT ({_SHELF})", **sizes),
        _FRONT_STEP.format(distance=2, where=f"in_stock AND NOT ({_ABOVE}) AND NOT ({_SHELF})", **sizes),
        _FRONT_STEP.format(distance=3, where="NOT in_stock", **sizes),
    ]
    fields = ", ".join(f"listing.{name}" for name in CARD_FIELDS)
    choice = _CHOICE.format(
        fields=fields, steps=" UNION ALL ".join(steps[beside_shelf:]), compared=_MOST_COMPARED
    )
    return Statement(_SELF + choice)


_NEAREST = _write_statement(beside_shelf=False)
_BESIDE = _write_statement(beside_shelf=True)
