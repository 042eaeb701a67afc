"""The catalogue in the back office, a module per job; Django loads this package and so registers them all."""

from catalog.admin import imports, products, shelves, variants

__all__ = ["imports", "products", "shelves", "variants"]
