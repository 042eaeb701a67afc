"""What a list can be narrowed by, with how many products each choice leaves."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language

from catalog.domain.filters import ListingFilters, ListingScope
from catalog.domain.words import pick_words
from catalog.queries.attributes import list_attribute_labels
from catalog.queries.facet_counts import FacetCounts, count_facets

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

    # Of the list before it is narrowed, and after.
    size: int = 0
    total: int = 0
    in_stock: int = 0
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(0)
    brands: tuple[FacetValue, ...] = ()
    groups: tuple[FacetGroup, ...] = ()
    # The list is too long to be counted while somebody waits: the numbers come of a sample.
    is_estimated: bool = False
    is_total_estimated: bool = False


@dataclass(frozen=True, slots=True)
class _Label:
    names: tuple[str, str]
    values: tuple[str, str]
    swatch: str
    position: tuple[int, int | Decimal]


@dataclass(slots=True)
class _Kept:
    """The words of filters that this process has read."""

    labels: dict[str, _Label] = field(default_factory=dict)
    # Nobody named these: not asked for again.
    nameless: set[str] = field(default_factory=set)
    expires: float = 0.0


_kept = _Kept()


def get_facets(scope: ListingScope, filters: ListingFilters) -> Facets:
    """Return the filters of a list; one query, three more when words are not known yet; see count_facets for long lists."""
    counts = count_facets(scope, filters)
    return Facets(
        size=counts.size,
        total=counts.total,
        in_stock=counts.in_stock,
        lowest=counts.lowest,
        highest=counts.highest,
        brands=_build_brands(counts, filters),
        groups=_build_groups(counts.options, filters),
        is_estimated=counts.is_estimated,
        is_total_estimated=counts.is_total_estimated,
    )


def _build_brands(counts: FacetCounts, filters: ListingFilters) -> tuple[FacetValue, ...]:
    known = {slug for slug, _, _ in counts.brands}
    missing = [(slug, slug, 0) for slug in filters.brands if slug not in known]
    found = [
        FacetValue(key=key, label=label, quantity=quantity, is_chosen=key in filters.brands)
        for key, label, quantity in (*counts.brands, *missing)
    ]
    found.sort(key=lambda value: (not value.is_chosen, -value.quantity, value.label))
    return tuple(sorted(found[:MOST_VALUES], key=lambda value: value.label.casefold()))


def _build_groups(counts: dict[str, int], filters: ListingFilters) -> tuple[FacetGroup, ...]:
    """Return the option filters that tell products apart, in the order of their options."""
    language = get_language() or settings.LANGUAGE_CODE
    # What is chosen stays in sight, also when it leaves nothing.
    counts = dict.fromkeys(filters.options, 0) | counts
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
        _kept.labels, _kept.nameless, _kept.expires = {}, set(), time.monotonic() + LABEL_SECONDS
    missing = [key for key in keys if key not in _kept.labels and key not in _kept.nameless]
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
        unknown = [key for key in missing if key not in _kept.labels]
        _kept.nameless.update(unknown)
        for key, label in (list_attribute_labels(unknown) if unknown else {}).items():
            _kept.labels[key] = _Label(label.names, label.values, label.swatch, label.position)
            _kept.nameless.discard(key)
    return _kept.labels


def forget_labels() -> None:
    """Read the words of filters afresh the next time."""
    _kept.expires = 0.0
