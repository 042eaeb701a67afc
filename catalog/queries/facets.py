"""What a list can be narrowed by, with how many products each choice leaves."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language

from catalog.domain.filters import ListingFilters, ListingScope
from catalog.domain.words import pick_words
from catalog.queries.quick_cards import list_path_bounds
from shop.kernel.postgres.statements import Statement

# Counts of one group leave that group's own choice out, so that the shopper sees what else it offers.
# `missed` are the option groups in which a product has none of the chosen values.
_FACETS = Statement("""
WITH base AS MATERIALIZED (
    SELECT brand_slug, brand_name, amount, in_stock, option_keys,
           amount BETWEEN coalesce(%(lowest)s::numeric, 0) AND coalesce(%(highest)s::numeric, 1e13) AS ok_price,
           in_stock OR NOT %(only_in_stock)s::bool AS ok_stock,
           cardinality(%(brands)s::text[]) = 0 OR brand_slug = ANY(%(brands)s::text[]) AS ok_brand,
           CASE WHEN cardinality(%(options)s::text[]) = 0 THEN '{}'::text[] ELSE ARRAY(
               SELECT split_part(chosen, ':', 1) FROM unnest(%(options)s::text[]) AS chosen
               EXCEPT
               SELECT split_part(chosen, ':', 1) FROM unnest(%(options)s::text[]) AS chosen
               WHERE chosen = ANY(option_keys)
           ) END AS missed
    FROM catalog_listing
    WHERE currency = %(currency)s
      AND category_path ~>=~ %(first)s AND category_path ~<~ %(last)s
      AND (%(brand)s::text = '' OR brand_slug = %(brand)s::text)
      AND (%(product_ids)s::bigint[] IS NULL OR product_id = ANY(%(product_ids)s::bigint[]))
)
SELECT 'total' AS kind, '' AS key, '' AS label, count(*) AS quantity FROM base
WHERE ok_price AND ok_stock AND ok_brand AND missed = '{}'
UNION ALL
SELECT 'stock', '', '', count(*) FROM base WHERE in_stock AND ok_price AND ok_brand AND missed = '{}'
UNION ALL
SELECT 'price', coalesce(min(amount), 0)::text, coalesce(max(amount), 0)::text, count(*) FROM base
UNION ALL
SELECT 'brand', brand_slug, max(brand_name), count(*) FROM base
WHERE brand_slug <> '' AND ok_price AND ok_stock AND missed = '{}' GROUP BY brand_slug
UNION ALL
SELECT 'option', key, '', count(*) FROM base, unnest(option_keys) AS key
WHERE ok_price AND ok_stock AND ok_brand AND (missed = '{}' OR missed = ARRAY[split_part(key, ':', 1)]) GROUP BY key
""")
_LABEL_SQL = """
SELECT wanted.key, found.* FROM unnest(%(keys)s::text[]) AS wanted (key)
CROSS JOIN LATERAL (
    SELECT o.name_en, o.name_zh_hans, v.value_en, v.value_zh_hans, v.swatch, o.position, v.position
    FROM catalog_optionvalue v JOIN catalog_productoption o ON o.id = v.option_id
    WHERE v.key = split_part(wanted.key, ':', 2) AND o.key = split_part(wanted.key, ':', 1)
    ORDER BY v.swatch = '', coalesce(v.value_zh_hans, '') = '', v.id LIMIT 1
) AS found
"""
# Words of filters change rarely and are no price and no stock.
LABEL_SECONDS = 60.0
# Behind every path: the last character that there is.
ANY_PATH = "\U0010ffff"
MOST_VALUES = 30
MOST_LABELS = 20_000
LEAST_VALUES = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetValue:
    """One choice of a filter."""

    key: str
    label: str
    quantity: int
    is_chosen: bool
    swatch: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetGroup:
    """One filter with its choices."""

    key: str
    name: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Facets:
    """All filters of a list, and how many products the chosen ones leave."""

    total: int = 0
    in_stock: int = 0
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(0)
    brands: tuple[FacetValue, ...] = ()
    groups: tuple[FacetGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class _Label:
    names: tuple[str, str]
    values: tuple[str, str]
    swatch: str
    position: tuple[int, int]


@dataclass(slots=True)
class _Kept:
    """The words of filters that this process has read."""

    labels: dict[str, _Label] = field(default_factory=dict)
    expires: float = 0.0


_kept = _Kept()


def get_facets(scope: ListingScope, filters: ListingFilters) -> Facets:
    """Return the filters of a list; one query, and a second when words are not known yet."""
    rows = _FACETS.run(**_build_parameters(scope, filters))
    facts = {kind: (key, label, quantity) for kind, key, label, quantity in rows}
    options = {key: quantity for kind, key, _, quantity in rows if kind == "option"}
    return Facets(
        total=facts["total"][2],
        in_stock=facts["stock"][2],
        lowest=Decimal(facts["price"][0]),
        highest=Decimal(facts["price"][1]),
        brands=_build_brands(rows, filters),
        groups=_build_groups(options, filters),
    )


def _build_parameters(scope: ListingScope, filters: ListingFilters) -> dict[str, Any]:
    first, last = list_path_bounds(scope.category_path) if scope.category_path else ("", ANY_PATH)
    return {
        "currency": scope.currency,
        "first": first,
        "last": last,
        "brand": scope.brand_slug,
        "product_ids": list(scope.product_ids) if scope.product_ids is not None else None,
        "lowest": filters.lowest,
        "highest": filters.highest,
        "only_in_stock": filters.only_in_stock,
        "brands": list(filters.brands),
        "options": list(filters.options),
    }


def _build_brands(rows: list[tuple[str, str, str, int]], filters: ListingFilters) -> tuple[FacetValue, ...]:
    found = [
        FacetValue(key=key, label=label, quantity=quantity, is_chosen=key in filters.brands)
        for kind, key, label, quantity in rows
        if kind == "brand"
    ]
    found.sort(key=lambda value: (not value.is_chosen, -value.quantity, value.label))
    return tuple(sorted(found[:MOST_VALUES], key=lambda value: value.label.casefold()))


def _build_groups(counts: dict[str, int], filters: ListingFilters) -> tuple[FacetGroup, ...]:
    """Return the option filters that tell products apart, in the order of their options."""
    language = get_language() or settings.LANGUAGE_CODE
    labels = _list_labels(counts)
    found: dict[str, list[str]] = {}
    for key in sorted((key for key in counts if key in labels), key=lambda key: (labels[key].position, key)):
        found.setdefault(key.partition(":")[0], []).append(key)
    return tuple(
        FacetGroup(
            key=group,
            name=pick_words(*labels[keys[0]].names, language),
            values=tuple(
                FacetValue(
                    key=key,
                    label=pick_words(*labels[key].values, language),
                    quantity=counts[key],
                    is_chosen=key in filters.options,
                    swatch=labels[key].swatch,
                )
                for key in keys[:MOST_VALUES]
            ),
        )
        for group, keys in found.items()
        if len(keys) >= LEAST_VALUES or any(key in filters.options for key in keys)
    )


def _list_labels(keys: Collection[str]) -> dict[str, _Label]:
    """Return the words of option keys, reading only those this process does not know."""
    if time.monotonic() > _kept.expires or len(_kept.labels) > MOST_LABELS:
        _kept.labels, _kept.expires = {}, time.monotonic() + LABEL_SECONDS
    missing = [key for key in keys if key not in _kept.labels]
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(_LABEL_SQL, {"keys": missing})
            for key, name_en, name_zh, value_en, value_zh, swatch, *position in cursor.fetchall():
                _kept.labels[key] = _Label(
                    (name_en or "", name_zh or ""),
                    (value_en or "", value_zh or ""),
                    swatch,
                    (position[0], position[1]),
                )
    return _kept.labels


def forget_labels() -> None:
    """Read the words of filters afresh the next time."""
    _kept.expires = 0.0
