"""Which collections articles belong to, asked only when a promotion names one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import fields, is_dataclass

from catalog.domain.promotions.facts import Rule
from catalog.domain.promotions.keys import has_kind
from catalog.domain.promotions.terms import Target
from catalog.models import CollectionProduct


def asks_collections(rules: Iterable[Rule]) -> bool:
    """Whether any rule names a collection."""
    return any(
        has_kind(target.include | target.exclude, "collection")
        for rule in rules
        for term in (rule.action, *rule.conditions)
        for target in list_targets(term)
    )


def list_targets(term: object) -> list[Target]:
    """Return every target inside a condition or an action."""
    if isinstance(term, Target):
        return [term]
    if isinstance(term, tuple):
        return [target for item in term for target in list_targets(item)]
    if not is_dataclass(term):
        return []
    return [target for field in fields(term) for target in list_targets(getattr(term, field.name))]


def list_collection_keys(product_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Return the collections' keys by product; one query."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = CollectionProduct.objects.filter(product_id__in=product_ids)
    for product_id, slug in rows.values_list("product_id", "collection__slug"):
        found[product_id].add(f"collection:{slug}")
    return {product_id: frozenset(keys) for product_id, keys in found.items()}
