"""Pages of the storefront that the catalogue owns."""

from catalog.views.crawlers import robots, sitemap
from catalog.views.home import home
from catalog.views.listings import category, search
from catalog.views.product import product

__all__ = ["category", "home", "product", "robots", "search", "sitemap"]
