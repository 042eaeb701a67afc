"""How many products each choice of a list leaves: counted, or estimated from a fair sample where there are too many."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection

from catalog.domain.filters import ListingFilters, ListingScope, name_brand_key, name_category_key
from catalog.models.listing import SAMPLE_PARTS, SHUFFLES
from catalog.queries.quick_cards import list_path_bounds
from shop.kernel.postgres.statements import Statement

# A list of more products is estimated from a sample; docs/search.md says so, and so does the page.
MOST_COUNTED = 3000
# A sample has some 500 to 4,000 rows: of so many products one in 8 is looked at, of so many one in 64, beyond one in 512.
_FEW, _MANY = 32_000, 256_000
SIZE_SECONDS = 60.0
MOST_SIZES = 5000

# Counts of one group leave that group's own choice out, so that the shopper sees what else it offers.
# `missed` are the groups in which a product has none of the chosen values.
_COUNTS = """
WITH base AS MATERIALIZED (
    SELECT brand_slug, brand_name, amount, in_stock, keys,
           amount BETWEEN coalesce(%(lowest)s::numeric, 0) AND coalesce(%(highest)s::numeric, 1e13) AS ok_price,
           in_stock OR NOT %(only_in_stock)s::bool AS ok_stock,
           cardinality(%(brands)s::text[]) = 0 OR brand_slug = ANY(%(brands)s::text[]) AS ok_brand,
           array_remove(ARRAY[{missed}]::text[], NULL) AS missed
    FROM catalog_listing
    WHERE currency = %(currency)s {scope}
    LIMIT %(most)s
)
SELECT 'size' AS kind, '' AS key, '' AS label, count(*) AS quantity FROM base
UNION ALL
SELECT 'total', '', '', count(*) FROM base WHERE ok_price AND ok_stock AND ok_brand AND missed = '{{}}'
UNION ALL
SELECT 'stock', '', '', count(*) FROM base WHERE in_stock AND ok_price AND ok_brand AND missed = '{{}}'
UNION ALL
SELECT 'price', coalesce(min(amount), 0)::text, coalesce(max(amount), 0)::text, count(*) FROM base
UNION ALL
SELECT 'brand', brand_slug, max(brand_name), count(*) FROM base
WHERE brand_slug <> '' AND ok_price AND ok_stock AND missed = '{{}}' GROUP BY brand_slug
UNION ALL
SELECT 'option', key, '', count(*) FROM base, unnest(keys) AS key
WHERE key !~ '^@' AND ok_price AND ok_stock AND ok_brand
  AND (missed = '{{}}' OR missed = ARRAY[split_part(key, ':', 1)]) GROUP BY key
"""
_PATH = "AND category_path ~>=~ %(first)s AND category_path ~<~ %(last)s"
# By the key, which has an index; the slug has none.
_BRAND = "AND keys @> ARRAY[%(brand_key)s::text]"
_FOUND = "AND product_id = ANY(%(product_ids)s::bigint[])"
# What is chosen is looked for in the one index that knows it all.
_NARROWED = """
SELECT count(*) FROM (
    SELECT FROM catalog_listing
    WHERE currency = %(currency)s AND keys @> %(all_keys)s::text[] {groups}
      AND amount BETWEEN coalesce(%(lowest)s::numeric, 0) AND coalesce(%(highest)s::numeric, 1e13)
      AND (in_stock OR NOT %(only_in_stock)s::bool)
    LIMIT %(most)s
) AS fitting
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetCounts:
    """Quantities of a list; estimates are rounded to two figures."""

    total: int = 0
    in_stock: int = 0
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(0)
    # Of each brand its slug, its name, and how many.
    brands: tuple[tuple[str, str, int], ...] = ()
    options: dict[str, int] = field(default_factory=dict)
    is_estimated: bool = False
    is_total_estimated: bool = False


class _Kept:
    """Which lists are too long to count, as (currency, path, brand): one row of how many to look at, and until when."""

    parts: dict[tuple[str, str, str], tuple[int, float]] = {}


def count_facets(scope: ListingScope, filters: ListingFilters) -> FacetCounts:
    """Return the counts of a list: one query; a long list takes two more the first time in a minute, one when narrowed."""
    part = _find_part(scope)
    if part == 1:
        rows = _run(scope, filters, part=1)
        if scope.product_ids is not None or rows[0][3] <= MOST_COUNTED:
            return _build_counts(rows)
        part = _measure(scope)
    counts = _build_counts(_run(scope, filters, part=part), part=part)
    # What the sample takes for many is many: counting up to the limit would tell no more.
    if not filters.is_narrowed or counts.total > 2 * MOST_COUNTED:
        return counts
    return _count_narrowed(counts, scope, filters)


def forget_sizes() -> None:
    """Measure lists afresh the next time."""
    _Kept.parts.clear()


def _find_part(scope: ListingScope) -> int:
    part, expires = _Kept.parts.get((scope.currency, scope.category_path, scope.brand_slug), (1, 0.0))
    return part if scope.product_ids is None and time.monotonic() < expires else 1


def _measure(scope: ListingScope) -> int:
    """Estimate how long a list is from one row of 64, and remember how large a sample it needs."""
    middle = SAMPLE_PARTS[1]
    ((counted,),) = _write_measure(
        middle, has_path=bool(scope.category_path), has_brand=bool(scope.brand_slug)
    ).run(**_list_scope_values(scope))
    size = counted * middle
    part = SAMPLE_PARTS[0] if size < _FEW else middle if size < _MANY else SAMPLE_PARTS[2]
    if len(_Kept.parts) > MOST_SIZES:
        _Kept.parts.clear()
    key = (scope.currency, scope.category_path, scope.brand_slug)
    _Kept.parts[key] = (part, time.monotonic() + SIZE_SECONDS)
    return part


def _run(scope: ListingScope, filters: ListingFilters, *, part: int) -> list[tuple[Any, ...]]:
    groups = filters.group_options()
    values: dict[str, Any] = {
        **_list_scope_values(scope),
        **_list_filter_values(filters),
        "most": None if part > 1 or scope.product_ids is not None else MOST_COUNTED + 1,
        # Written as text: the driver takes longer for a list.
        "product_ids": f"{{{','.join(map(str, scope.product_ids or ()))}}}",
    }
    for index, (group, chosen) in enumerate(groups.items()):
        values |= {f"group_{index}": group, f"chosen_{index}": chosen}
    statement = _write_counts(
        len(groups),
        part=part,
        has_path=bool(scope.category_path),
        has_brand=bool(scope.brand_slug),
        has_found=scope.product_ids is not None,
    )
    return statement.run(**values)


def _list_scope_values(scope: ListingScope) -> dict[str, Any]:
    first, last = list_path_bounds(scope.category_path)
    return {
        "currency": scope.currency,
        "first": first,
        "last": last,
        "brand_key": name_brand_key(scope.brand_slug),
    }


def _list_filter_values(filters: ListingFilters) -> dict[str, Any]:
    return {
        "lowest": filters.lowest,
        "highest": filters.highest,
        "only_in_stock": filters.only_in_stock,
        "brands": list(filters.brands),
    }


@lru_cache(maxsize=256)
def _write_counts(
    group_quantity: int, *, part: int, has_path: bool, has_brand: bool, has_found: bool
) -> Statement:
    missed = ", ".join(
        f"CASE WHEN keys && %(chosen_{index})s::text[] THEN NULL ELSE %(group_{index})s::text END"
        for index in range(group_quantity)
    )
    scope = _write_scope(part=part, has_path=has_path, has_brand=has_brand) + (_FOUND if has_found else "")
    return Statement(_COUNTS.format(missed=missed, scope=scope))


@lru_cache(maxsize=8)
def _write_measure(part: int, *, has_path: bool, has_brand: bool) -> Statement:
    scope = _write_scope(part=part, has_path=has_path, has_brand=has_brand)
    return Statement(f"SELECT count(*) FROM catalog_listing WHERE currency = %(currency)s {scope}")  # noqa: S608  our own text


def _write_scope(*, part: int, has_path: bool, has_brand: bool) -> str:
    """The size of the sample stands in the text: only so does the planner know the index that holds just it."""
    sample = f"AND shuffle < {SHUFFLES // part} " if part > 1 else ""
    return f"{sample}{_PATH if has_path else ''} {_BRAND if has_brand else ''} "


def _build_counts(rows: list[tuple[Any, ...]], *, part: int = 1) -> FacetCounts:
    facts = {kind: (key, label, quantity) for kind, key, label, quantity in rows}
    return FacetCounts(
        total=_scale(facts["total"][2], part),
        in_stock=_scale(facts["stock"][2], part),
        lowest=Decimal(facts["price"][0]),
        highest=Decimal(facts["price"][1]),
        brands=tuple(
            (key, label, _scale(found, part)) for kind, key, label, found in rows if kind == "brand"
        ),
        options={key: _scale(found, part) for kind, key, _, found in rows if kind == "option"},
        is_estimated=part > 1,
        is_total_estimated=part > 1,
    )


def _scale(counted: int, part: int) -> int:
    """Return an estimate rounded to the two figures that a sample is good for."""
    if part == 1:
        return counted
    estimate = counted * part
    step = int(10 ** max(len(str(estimate)) - 2, 0))
    return round(estimate / step) * step


def _count_narrowed(counts: FacetCounts, scope: ListingScope, filters: ListingFilters) -> FacetCounts:
    """Count what the filters leave of a long list, so that its pages are those that there are."""
    all_keys = [name_category_key(scope.category_path)] if scope.category_path else []
    all_keys += [name_brand_key(scope.brand_slug)] if scope.brand_slug else []
    groups = [*filters.group_options().values()]
    groups += [[name_brand_key(slug) for slug in filters.brands]] if filters.brands else []
    values: dict[str, Any] = {f"keys_{index}": keys for index, keys in enumerate(groups)}
    values |= {"currency": scope.currency, "all_keys": all_keys, "most": MOST_COUNTED + 1}
    counted = _run_once(_write_narrowed(len(groups)), values | _list_filter_values(filters))
    if counted > MOST_COUNTED:
        return _with_total(counts, max(counts.total, MOST_COUNTED), is_estimated=True)
    return _with_total(counts, counted, is_estimated=False)


@lru_cache(maxsize=16)
def _write_narrowed(group_quantity: int) -> str:
    groups = " ".join(f"AND keys && %(keys_{index})s::text[]" for index in range(group_quantity))
    return _NARROWED.format(groups=groups)


def _run_once(sql: str, values: dict[str, Any]) -> int:
    """Return the one number of a statement that is planned for its values: they differ too much for one plan."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


def _with_total(counts: FacetCounts, total: int, *, is_estimated: bool) -> FacetCounts:
    return FacetCounts(
        total=total,
        in_stock=min(counts.in_stock, total) if not is_estimated else counts.in_stock,
        lowest=counts.lowest,
        highest=counts.highest,
        brands=counts.brands,
        options=counts.options,
        is_estimated=True,
        is_total_estimated=is_estimated,
    )
