"""Rows of the catalogue."""

from catalog.models.category import Brand, Category
from catalog.models.imports import ImportRun
from catalog.models.listing import Listing, SearchDocument
from catalog.models.media import ProductImage
from catalog.models.product import OptionValue, Product, ProductOption
from catalog.models.variant import Price, Variant

__all__ = [
    "Brand",
    "Category",
    "ImportRun",
    "Listing",
    "OptionValue",
    "Price",
    "Product",
    "ProductImage",
    "ProductOption",
    "SearchDocument",
    "Variant",
]
