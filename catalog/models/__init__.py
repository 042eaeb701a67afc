"""Rows of the catalogue."""

from catalog.models.attribute import (
    Attribute,
    AttributeChoice,
    AttributeValue,
    ProductType,
    TypeAttribute,
)
from catalog.models.category import Brand, Category
from catalog.models.collection import Collection, CollectionCondition, CollectionProduct
from catalog.models.coupon import Coupon, CouponBatch, CustomerUse, Redemption
from catalog.models.document import ProductDocument
from catalog.models.editing import BulkEdit, ListingPolicy
from catalog.models.imports import ImportProblem, ImportRun
from catalog.models.listing import Listing
from catalog.models.media import ProductImage
from catalog.models.pricing import (
    CompetitorPrice,
    PriceBatch,
    PriceChange,
    PriceHistory,
    PriceList,
    PriceListItem,
    UnitCost,
)
from catalog.models.product import OptionValue, Product, ProductOption
from catalog.models.promotion import (
    Campaign,
    CampaignBudget,
    CustomerStanding,
    FlashPurchase,
    FlashStock,
    Promotion,
)
from catalog.models.redirect import Redirect
from catalog.models.repricing import PriceSuggestion, PricingRule
from catalog.models.search import (
    ProductPair,
    SearchClickDay,
    SearchDocument,
    SearchRedirect,
    SearchSettings,
    SearchSynonym,
    SearchTermDay,
    SearchWord,
)
from catalog.models.shopper import StockNotice, Wish
from catalog.models.variant import Price, Variant

__all__ = [
    "Attribute",
    "AttributeChoice",
    "AttributeValue",
    "Brand",
    "BulkEdit",
    "Campaign",
    "CampaignBudget",
    "Category",
    "Collection",
    "CollectionCondition",
    "CollectionProduct",
    "CompetitorPrice",
    "Coupon",
    "CouponBatch",
    "CustomerStanding",
    "CustomerUse",
    "FlashPurchase",
    "FlashStock",
    "ImportProblem",
    "ImportRun",
    "Listing",
    "ListingPolicy",
    "OptionValue",
    "Price",
    "PriceBatch",
    "PriceChange",
    "PriceHistory",
    "PriceList",
    "PriceListItem",
    "PriceSuggestion",
    "PricingRule",
    "Product",
    "ProductDocument",
    "ProductImage",
    "ProductOption",
    "ProductPair",
    "ProductType",
    "Promotion",
    "Redemption",
    "Redirect",
    "SearchClickDay",
    "SearchDocument",
    "SearchRedirect",
    "SearchSettings",
    "SearchSynonym",
    "SearchTermDay",
    "SearchWord",
    "StockNotice",
    "TypeAttribute",
    "UnitCost",
    "Variant",
    "Wish",
]
