"""Pages of the storefront that the catalogue owns."""

from catalog.views.crawlers import robots, sitemap
from catalog.views.documents import document
from catalog.views.home import home
from catalog.views.listings import category, search
from catalog.views.product import preview, product
from catalog.views.recommendations import for_you, together
from catalog.views.shelves import brand, brands, collection, collections, tag
from catalog.views.shopper import ask_notice, cancel, cancelled, compare, prove, recent
from catalog.views.suggestions import note_search, suggest
from catalog.views.wishes import change_wish, wishlist

__all__ = [
    "ask_notice",
    "brand",
    "brands",
    "cancel",
    "cancelled",
    "category",
    "change_wish",
    "collection",
    "collections",
    "compare",
    "document",
    "for_you",
    "home",
    "note_search",
    "preview",
    "product",
    "prove",
    "recent",
    "robots",
    "search",
    "sitemap",
    "suggest",
    "tag",
    "together",
    "wishlist",
]
