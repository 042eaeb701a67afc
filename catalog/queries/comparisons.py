"""Products side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language

from catalog.domain.filters import ListingScope
from catalog.queries.attributes import list_product_specifications
from catalog.queries.cards import ProductCard, find_listings, list_cards

MOST_COMPARED = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparisonRow:
    """One attribute with what each product states, empty where it says nothing."""

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Return whether the products differ in it."""
        return len(set(self.values)) > 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Up to four products and what they state."""

    cards: tuple[ProductCard, ...]
    rows: tuple[ComparisonRow, ...]


def compare_products(slugs: Sequence[str], *, currency: str) -> Comparison:
    """Return up to four listed products side by side, in the order given; two queries, none for none."""
    wanted = [slug for slug in dict.fromkeys(slugs) if slug and "\0" not in slug][:MOST_COMPARED]
    if not wanted:
        return Comparison(cards=(), rows=())
    found = list_cards(find_listings(ListingScope(currency=currency)).filter(slug__in=wanted))
    cards = tuple(sorted(found, key=lambda card: wanted.index(card.slug)))
    language = get_language() or settings.LANGUAGE_CODE
    tables = list_product_specifications([card.product_id for card in cards], language)
    names: dict[str, str] = {}
    stated: dict[tuple[str, int], str] = {}
    for product_id, lines in tables.items():
        for line in lines:
            names.setdefault(line.key, line.name)
            stated[line.key, product_id] = line.value
    rows = tuple(
        ComparisonRow(name=name, values=tuple(stated.get((key, card.product_id), "") for card in cards))
        for key, name in names.items()
    )
    return Comparison(cards=cards, rows=rows)
