"""Search: every word must be found, or what means the same; else what was probably meant; else the nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from catalog.domain.search.rules import Weights
from catalog.domain.search.understanding import Understood
from catalog.domain.search.vectors import name_tier, quote_lexeme
from catalog.models import SearchDocument
from catalog.queries.search_rules import get_search_rules
from catalog.queries.vocabulary import understand
from shop.kernel.clock import now

# Ranking costs some 15 microseconds a row; 20 pages are more than anybody turns.
MOST_FOUND = 480
_WIDE_RANK = "least(ts_rank('{0.05, 0.3, 0.5, 1}', name_vector, %(wide)s::tsquery, 1) / %(full)s, 1)"
# Of what was typed, so much at least has what is called near.
LEAST_LIKENESS = 1 / 3
# What a name's whole-word match earns in ts_rank: one word of weight A.
_FULL_RANK = 0.61
# Each tier is asked only when those above it did not fill the list: a word that stands in a tenth of a million products
# costs no more than a rare one. The rest ranks what was found.
_SQL = """
WITH candidate AS MATERIALIZED (
    SELECT document.product_id, document.names, document.name_vector, document.vector, document.sales_score,
           listing.in_stock, listing.published_at
    FROM ({tiers}) AS document
    JOIN catalog_listing AS listing ON listing.product_id = document.product_id AND listing.currency = %(currency)s
    LIMIT %(most)s
), part AS (
    SELECT product_id,
           ({groups})::float8 / %(group_quantity)s AS coverage,
           (names LIKE %(phrase)s)::int AS is_named,
           least(ts_rank('{{0.05, 0.3, 0.5, 1}}', name_vector, %(exact)s::tsquery, 1) / %(full)s, 1) AS exact_rank,
           {wide_rank} AS wide_rank,
           in_stock::int AS stock,
           sales_score AS sales,
           -- In floats: the same power of numerics takes a tenth of a millisecond.
           power(0.5::float8, greatest(extract(epoch FROM %(now)s - published_at)::float8, 0) / 86400 / %(freshness_days)s)
               AS freshness
    FROM candidate
    WHERE {near}
), told AS (
    SELECT *, %(text)s::float8 * coverage
               * (0.35::float8 * is_named + 0.5::float8 * exact_rank + 0.15::float8 * wide_rank) AS text_score,
           %(stock)s::float8 * stock AS stock_score, %(sales)s::float8 * sales AS sales_score,
           %(freshness)s::float8 * freshness AS freshness_score
    FROM part
)
SELECT product_id, text_score, stock_score, sales_score, freshness_score
FROM told ORDER BY text_score + stock_score + sales_score + freshness_score DESC, product_id DESC
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class RankedProduct:
    """A find with the parts of its score."""

    product_id: int
    text: float
    stock: float
    sales: float
    freshness: float

    @property
    def score(self) -> float:
        """Return what it is ordered by."""
        return self.text + self.stock + self.sales + self.freshness


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Products in the order of how well they fit; nearest ones when none has all that was typed."""

    product_ids: tuple[int, ...] = ()
    is_nearest: bool = False
    # More was found than is ranked and shown.
    is_capped: bool = False
    correction: str = ""
    rows: Sequence[Sequence[Any]] = field(default=(), repr=False)
    understood: Understood | None = field(default=None, repr=False)

    def list_ranked(self, most: int) -> list[RankedProduct]:
        """Return the first finds with the parts of their scores."""
        return [_build_row(row) for row in self.rows[:most]]


def search_products(term: str, *, currency: str, most: int = MOST_FOUND) -> Found:
    """Return what a term finds among the products that have a price in this currency; at most three queries."""
    understood = understand(term)
    if not understood.groups:
        return Found(understood=understood)
    rows: Sequence[Sequence[Any]] = ()
    if not understood.is_hopeless:
        rows = _rank(understood, understood.strict, currency=currency, most=most, is_strict=True)
    is_exact = bool(rows) and not understood.correction
    if not rows and (lenient := understood.lenient):
        rows = _rank(understood, lenient, currency=currency, most=most, is_strict=False)
    return Found(
        product_ids=tuple(row[0] for row in rows),
        is_nearest=not is_exact,
        is_capped=len(rows) == most,
        correction=understood.correction if rows else "",
        rows=rows,
        understood=understood,
    )


def _rank(
    understood: Understood, expression: str, *, currency: str, most: int, is_strict: bool
) -> Sequence[Sequence[Any]]:
    weights = get_search_rules().weights
    values = _list_values(understood, weights) | {"currency": currency, "most": most}
    tiers = [
        _write_tier(place, expression, tier, values)
        for place, tier in enumerate(_choose_tiers(understood, most=most))
    ]
    groups, near = (str(len(understood.groups)), "TRUE") if is_strict else _measure(understood, values)
    wide_rank = "0" if values["wide"] == values["exact"] else _WIDE_RANK
    sql = _SQL.format(tiers=" UNION ALL ".join(tiers), groups=groups, wide_rank=wide_rank, near=near)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _choose_tiers(understood: Understood, *, most: int) -> tuple[tuple[int, ...], ...]:
    """Return the tiers that are asked one after the other; several at once where the index has much to intersect."""
    tier = SearchDocument.Tier
    if understood.most_matches is not None and understood.most_matches <= most:
        return ((),)
    if len(understood.groups) > 1:
        return ((tier.BEST, tier.UPPER), (tier.LAST,))
    return ((tier.BEST,), (tier.UPPER,), (tier.LAST,))


def _write_tier(place: int, expression: str, tiers: tuple[int, ...], values: dict[str, Any]) -> str:
    """Return the finds of some tiers. The limit keeps them from being looked for side by side, all at once.

    The last tier is most of the catalogue: its lexeme would cost more than it narrows.
    """
    is_last = SearchDocument.Tier.LAST in tiers
    names = " | ".join(quote_lexeme(name_tier(tier)) for tier in tiers)
    values[f"tier_{place}"] = f"({expression}) & ({names})" if tiers and not is_last else expression
    rest = f"AND tier = {SearchDocument.Tier.LAST}" if is_last else ""
    return f"(SELECT * FROM catalog_searchdocument WHERE vector @@ %(tier_{place})s::tsquery {rest} LIMIT %(most)s)"  # noqa: S608  our own text


def _list_values(understood: Understood, weights: Weights) -> dict[str, Any]:
    phrase = understood.term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "phrase": f"%{phrase}%",
        "exact": understood.exact,
        "wide": understood.lenient or understood.exact,
        "full": _FULL_RANK,
        "now": now(),
        "text": weights.text,
        "stock": weights.stock,
        "sales": weights.sales,
        "freshness": weights.freshness,
        "freshness_days": weights.freshness_days,
        "group_quantity": len(understood.groups),
    }


def _measure(understood: Understood, values: dict[str, Any]) -> tuple[str, str]:
    """Return SQL that counts how many of the words a candidate has, and SQL that says whether these are enough to be near."""
    counts: list[str] = []
    weights: list[str] = []
    for index, group in enumerate(understood.groups):
        values[f"group_{index}"] = group.expression
        counts.append(found := f"(vector @@ %(group_{index})s::tsquery)::int")
        weights.append(f"{group.weight} * {found}")
    values["least_weight"] = understood.weight * LEAST_LIKENESS
    return " + ".join(counts), f"{' + '.join(weights)} >= %(least_weight)s"


def _build_row(row: Sequence[Any]) -> RankedProduct:
    product_id, text, stock, sales, freshness = row
    return RankedProduct(
        product_id=product_id,
        text=float(text),
        stock=float(stock),
        sales=float(sales),
        freshness=float(freshness),
    )
