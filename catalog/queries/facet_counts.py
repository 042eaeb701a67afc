"""How many products each choice of a list leaves: counted, or estimated from a fair sample where there are too many."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection

from catalog.domain.filters import ListingFilters, ListingScope, name_brand_key, name_category_key
from catalog.models.listing import SAMPLE_PARTS, SHUFFLES
from catalog.queries.quick_cards import list_path_bounds
from shop.kernel.postgres.statements import Statement

T = TypeVar("T")

# A list of more products is estimated from a sample; docs/search.md says so, and so does the page.
MOST_COUNTED = 3000
# What brands and options leave of such a list is counted up to here: each of them is a look at a wide row.
MOST_NARROWED = 1000
# A sample has at most so many rows, in a catalogue of less than 700,000.
MOST_SAMPLED = 1500
# How long a list is, and what a long one offers, is estimated once in so many seconds.
SIZE_SECONDS = 60.0
_MEASURED_PART = SAMPLE_PARTS[2]
MOST_SIZES = 5000

# Counts of one group leave that group's own choice out, so that the shopper sees what else it offers.
# `missed` are the groups in which a product has none of the chosen values.
_COUNTS = """
WITH {measure}base AS MATERIALIZED (
    SELECT brand_slug, brand_name, amount, in_stock, option_keys || attribute_keys AS keys,
           amount BETWEEN coalesce(%(lowest)s::numeric, 0) AND coalesce(%(highest)s::numeric, 1e13) AS ok_price,
           in_stock OR NOT %(only_in_stock)s::bool AS ok_stock,
           cardinality(%(brands)s::text[]) = 0 OR brand_slug = ANY(%(brands)s::text[]) AS ok_brand,
           array_remove(ARRAY[{missed}]::text[], NULL) AS missed
    FROM catalog_listing
    WHERE currency = %(currency)s {scope}
)
SELECT 'size' AS kind, '' AS key, '' AS label, {size} AS quantity
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
WHERE ok_price AND ok_stock AND ok_brand
  AND (missed = '{{}}' OR missed = ARRAY[split_part(key, ':', 1)]) GROUP BY key
"""
# How long a list is stands in an index; one that is too long is not read, but measured by a sample.
_MEASURE = """measured AS MATERIALIZED (
    SELECT CASE WHEN counted <= {most} THEN counted ELSE greatest(counted, {part} * (
        SELECT count(*) FROM catalog_listing WHERE currency = %(currency)s {sample}
    )) END AS quantity
    FROM (SELECT count(*) AS counted FROM (
        SELECT FROM catalog_listing WHERE currency = %(currency)s {scope} LIMIT {most} + 1
    ) AS first_ones) AS told
), """
_IS_SHORT = "AND (SELECT quantity FROM measured) <= {most}"
_PATH = "AND category_path ~>=~ %(first)s AND category_path ~<~ %(last)s"
# By the key, which has an index; the slug has none.
_BRAND = "AND keys @> ARRAY[%(brand_key)s::text]"
_KEYS = "AND keys @> %(all_keys)s::text[] "
_FOUND = "AND product_id = ANY(%(product_ids)s::bigint[])"
# By the keys' index where brands or options are chosen, else by the shelf's, which also holds price and stock.
_NARROWED = """
SELECT count(*) FROM (
    SELECT FROM catalog_listing
    WHERE currency = %(currency)s {scope} {groups}
      AND amount BETWEEN coalesce(%(lowest)s::numeric, 0) AND coalesce(%(highest)s::numeric, 1e13)
      AND (in_stock OR NOT %(only_in_stock)s::bool)
    LIMIT %(most)s
) AS fitting
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetCounts:
    """Quantities of a list; estimates are rounded to two figures."""

    # Of the list before it is narrowed.
    size: int = 0
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
    """How long the long lists are, as (currency, path, brand), what they offer, and until when that is believed."""

    sizes: dict[tuple[str, str, str], tuple[int, float]] = {}
    offers: dict[tuple[str, str, str], tuple[FacetCounts, float]] = {}


def count_facets(scope: ListingScope, filters: ListingFilters) -> FacetCounts:
    """Return the counts of a list: one query; a long list takes one more the first time in a minute, one when narrowed.

    What a long list offers before it is narrowed is estimated once in a minute: no query then.
    """
    key = _name_list(scope)
    size = _find_kept(_Kept.sizes, key) if scope.product_ids is None else None
    if size is None:
        rows = _run(scope, filters)
        size = int(rows[0][3])
        if scope.product_ids is not None or size <= MOST_COUNTED:
            return _build_counts(rows)
        _keep(_Kept.sizes, key, size)
    if not filters.is_narrowed:
        return _estimate_offer(scope, filters, size=size)
    return _count_narrowed(_estimate(scope, filters, size=size), scope, filters)


def forget_sizes() -> None:
    """Measure lists afresh the next time."""
    _Kept.sizes.clear()
    _Kept.offers.clear()


def _name_list(scope: ListingScope) -> tuple[str, str, str]:
    return scope.currency, scope.category_path, scope.brand_slug


def _find_kept(kept: dict[tuple[str, str, str], tuple[T, float]], key: tuple[str, str, str]) -> T | None:
    found = kept.get(key)
    return found[0] if found is not None and time.monotonic() < found[1] else None


def _keep(kept: dict[tuple[str, str, str], tuple[T, float]], key: tuple[str, str, str], value: T) -> None:
    if len(kept) > MOST_SIZES:
        kept.clear()
    kept[key] = (value, time.monotonic() + SIZE_SECONDS)


def _estimate_offer(scope: ListingScope, filters: ListingFilters, *, size: int) -> FacetCounts:
    key = _name_list(scope)
    counts = _find_kept(_Kept.offers, key)
    if counts is None:
        counts = _estimate(scope, filters, size=size)
        _keep(_Kept.offers, key, counts)
    return counts


def _estimate(scope: ListingScope, filters: ListingFilters, *, size: int) -> FacetCounts:
    part = next((part for part in SAMPLE_PARTS if size <= part * MOST_SAMPLED), SAMPLE_PARTS[-1])
    return _build_counts(_run(scope, filters, part=part), part=part)


def _run(scope: ListingScope, filters: ListingFilters, *, part: int = 1) -> list[tuple[Any, ...]]:
    groups = filters.group_options()
    values: dict[str, Any] = {
        **_list_scope_values(scope),
        **_list_filter_values(filters),
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
    scope = _write_scope(part=part, has_path=has_path, has_brand=has_brand)
    if part > 1 or has_found:
        scope += _FOUND if has_found else ""
        return Statement(
            _COUNTS.format(measure="", size="(SELECT count(*) FROM base)", missed=missed, scope=scope)
        )
    sample = _write_scope(part=_MEASURED_PART, has_path=has_path, has_brand=has_brand)
    measure = _MEASURE.format(most=MOST_COUNTED, part=_MEASURED_PART, scope=scope, sample=sample)
    scope += _IS_SHORT.format(most=MOST_COUNTED)
    return Statement(
        _COUNTS.format(measure=measure, size="(SELECT quantity FROM measured)", missed=missed, scope=scope)
    )


def _write_scope(*, part: int, has_path: bool, has_brand: bool) -> str:
    """The size of the sample stands in the text: only so does the planner know the index that holds just it."""
    sample = f"AND shuffle < {SHUFFLES // part} " if part > 1 else ""
    return f"{sample}{_PATH if has_path else ''} {_BRAND if has_brand else ''} "


def _build_counts(rows: list[tuple[Any, ...]], *, part: int = 1) -> FacetCounts:
    facts = {kind: (key, label, quantity) for kind, key, label, quantity in rows}
    return FacetCounts(
        size=facts["size"][2] * part,
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
    groups = [*filters.group_options().values()]
    groups += [[name_brand_key(slug) for slug in filters.brands]] if filters.brands else []
    most = MOST_NARROWED if groups or scope.brand_slug else MOST_COUNTED
    # What the sample takes for many is many: counting up to the limit would tell no more.
    if counts.total > 2 * most:
        return counts
    all_keys = [name_brand_key(scope.brand_slug)] if scope.brand_slug else []
    all_keys += [name_category_key(scope.category_path)] if scope.category_path and groups else []
    values: dict[str, Any] = {f"keys_{index}": keys for index, keys in enumerate(groups)}
    values |= (
        {"all_keys": all_keys, "most": most + 1} | _list_scope_values(scope) | _list_filter_values(filters)
    )
    has_path = bool(scope.category_path) and not all_keys
    counted = _run_once(_write_narrowed(len(groups), has_keys=bool(all_keys), has_path=has_path), values)
    if counted > most:
        return _with_total(counts, max(counts.total, most), is_estimated=True)
    return _with_total(counts, counted, is_estimated=False)


@lru_cache(maxsize=16)
def _write_narrowed(group_quantity: int, *, has_keys: bool, has_path: bool) -> str:
    groups = " ".join(f"AND keys && %(keys_{index})s::text[]" for index in range(group_quantity))
    scope = (_KEYS if has_keys else "") + (_PATH if has_path else "")
    return _NARROWED.format(scope=scope, groups=groups)


def _run_once(sql: str, values: dict[str, Any]) -> int:
    """Return the one number of a statement that is planned for its values: they differ too much for one plan."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


def _with_total(counts: FacetCounts, total: int, *, is_estimated: bool) -> FacetCounts:
    return FacetCounts(
        size=counts.size,
        total=total,
        in_stock=min(counts.in_stock, total) if not is_estimated else counts.in_stock,
        lowest=counts.lowest,
        highest=counts.highest,
        brands=counts.brands,
        options=counts.options,
        is_estimated=True,
        is_total_estimated=is_estimated,
    )
