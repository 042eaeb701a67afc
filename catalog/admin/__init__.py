"""The catalogue in the back office, a module per job; Django loads this package and so registers them all."""

from catalog.admin import (
    attributes,
    bulk_pages,
    collections,
    competitors,
    imports,
    prices,
    products,
    promotions,
    repricing,
    search,
    shelves,
    upkeep,
    variants,
)

__all__ = [
    "attributes",
    "bulk_pages",
    "collections",
    "competitors",
    "imports",
    "prices",
    "products",
    "promotions",
    "repricing",
    "search",
    "shelves",
    "upkeep",
    "variants",
]
