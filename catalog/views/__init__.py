"""Pages of the storefront that the catalogue owns."""

from catalog.views.crawlers import robots, sitemap
from catalog.views.documents import document
from catalog.views.home import home
from catalog.views.listings import category, search
from catalog.views.product import preview, product
from catalog.views.shelves import brand, brands, collection, collections
from catalog.views.suggestions import note_search, suggest

__all__ = [
    "brand",
    "brands",
    "category",
    "collection",
    "collections",
    "document",
    "home",
    "note_search",
    "preview",
    "product",
    "robots",
    "search",
    "sitemap",
    "suggest",
]
