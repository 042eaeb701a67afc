"""What a shopper may mean while typing: popular terms, categories, products."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.domain.filters import ListingScope, Sort
from catalog.domain.search.words import fold_words
from catalog.queries.cards import ProductCard, find_listings, list_cards, order_listings
from catalog.queries.categories import CategoryNode, get_category_tree
from catalog.queries.popular_terms import list_popular_terms
from catalog.queries.search import search_products

MOST_PRODUCTS = 5
MOST_CATEGORIES = 3
MOST_TERMS = 4
# Ranking these is enough to name the best five while somebody types.
MOST_RANKED = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestions:
    """What is offered below the search field."""

    terms: tuple[str, ...] = ()
    categories: tuple[CategoryNode, ...] = ()
    products: tuple[ProductCard, ...] = ()

    def __bool__(self) -> bool:
        """Return whether there is anything to offer."""
        return bool(self.terms or self.categories or self.products)


def list_suggestions(term: str, *, currency: str, language: str) -> Suggestions:
    """Return what fits a beginning; at most five queries, three when it is a word of the catalogue."""
    if not fold_words(term):
        return Suggestions()
    found = search_products(term, currency=currency, most=MOST_RANKED)
    best = found.product_ids[:MOST_PRODUCTS]
    listings = find_listings(ListingScope(currency=currency, product_ids=best))
    return Suggestions(
        terms=tuple(list_popular_terms(language, start=term, most=MOST_TERMS)),
        categories=tuple(_list_categories(term)),
        products=tuple(list_cards(order_listings(listings, Sort.RELEVANCE, ranked_ids=best))) if best else (),
    )


def _list_categories(term: str) -> list[CategoryNode]:
    """Return categories one of whose words begins so, the higher ones first; no query while the tree is fresh."""
    start = fold_words(term)
    fitting = [
        node
        for node in get_category_tree().by_path.values()
        if any(
            f" {fold_words(name)}".find(f" {start}") >= 0 or start in name
            for name in (node.name_en, node.name_zh_hans)
        )
    ]
    return sorted(fitting, key=lambda node: node.depth)[:MOST_CATEGORIES]
