"""Read models: what a card shows and what search reads, one row each."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from shop.kernel.fields import AmountField, CurrencyField


class Listing(models.Model):
    """All that a product card shows in one currency; written only by services.listings."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="listings")
    currency = CurrencyField()
    slug = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    name_zh_hans = models.CharField(max_length=200)
    brand_slug = models.CharField(max_length=120, blank=True, default="")
    brand_name = models.CharField(max_length=120, blank=True, default="")
    # With a closing slash, so that one prefix finds a category and all below it: "kitchen/cups/".
    category_path = models.CharField(max_length=261, blank=True, default="")
    # Lowest price of the active variants, what it was before, and the highest price.
    amount = AmountField()
    compare_at_amount = AmountField(null=True)
    highest_amount = AmountField()
    in_stock = models.BooleanField(default=False)
    variant_count = models.PositiveIntegerField(default=1)
    # Set when the product has one variant only: such a card can be put into the cart at once.
    only_sku = models.CharField(max_length=120, blank=True, default="")
    # "color:red" for every value some active variant has: the filters of a category.
    option_keys = ArrayField(models.CharField(max_length=201), default=list)
    # "material:oak", "capacity:320", "dishwasher-safe:yes": what its filterable attributes say.
    attribute_keys = ArrayField(models.CharField(max_length=201), default=list)
    # What ImageView is made of; null when the product has no picture.
    image = models.JSONField(null=True)
    is_featured = models.BooleanField(default=False)
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["product", "currency"], name="catalog_listing_product_currency_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, highest_amount__gte=models.F("amount")),
                name="catalog_listing_amounts_in_order",
            ),
        )
        indexes = (
            models.Index(
                fields=["currency", "category_path"],
                name="catalog_listing_category",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            ),
            models.Index(
                fields=["currency", "-is_featured", "-published_at", "-product"], name="catalog_listing_front"
            ),
            models.Index(fields=["currency", "-published_at", "-product"], name="catalog_listing_newest"),
        )

    def __str__(self) -> str:
        """Return slug and currency."""
        return f"{self.slug} ({self.currency})"


class SearchDocument(models.Model):
    """The words a product is found by, in every language at once; written only by services.listings."""

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="search_document"
    )
    # Names, brand, categories, option values and SKUs in lower case: substring search.
    text = models.TextField()
    # Names and brand only: short enough to compare by similarity when nothing else is found.
    names = models.TextField()
    # Words, and pairs of neighbouring characters for Chinese, weighted A (name) to C (description).
    vector = SearchVectorField()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        ordering = ("pk",)
        indexes = (
            GinIndex(OpClass("text", name="gin_trgm_ops"), name="catalog_search_text_trigram"),
            GinIndex(OpClass("names", name="gin_trgm_ops"), name="catalog_search_names_trigram"),
            GinIndex(fields=["vector"], name="catalog_search_vector"),
        )

    def __str__(self) -> str:
        """Return the names."""
        return self.names
