"""The read model of lists: all that a card shows, one row."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from shop.kernel.fields import AmountField, CurrencyField

# `shuffle` is below this; the indexes of samples hold one row of so many.
SHUFFLES = 512
SAMPLE_PARTS = (8, 32, 128, 512)


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
    # All that a list can be narrowed by, in one array with one index: "in:kitchen", "in:kitchen/cups", "brand:oak",
    # and the keys of options and attributes.
    keys = ArrayField(models.TextField(), default=list)
    # Chance, but the same each time: rows below a number are a fair sample of any list.
    shuffle = models.GeneratedField(
        expression=Func(F("product"), template="(hashint8(%(expressions)s) & 511)"),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
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
            # What a shelf is counted, narrowed and put in order by, without a look at its wide rows.
            models.Index(
                fields=["currency", "category_path"],
                name="catalog_listing_category",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
                include=["amount", "in_stock", "is_featured", "published_at", "product"],
            ),
            # The shelf comes last in each order: a walk along it passes other shelves' products inside the index.
            models.Index(
                F("currency"),
                F("is_featured").desc(),
                F("published_at").desc(),
                F("product").desc(),
                OpClass("category_path", name="varchar_pattern_ops"),
                name="catalog_listing_front",
            ),
            models.Index(
                F("currency"),
                F("published_at").desc(),
                F("product").desc(),
                OpClass("category_path", name="varchar_pattern_ops"),
                name="catalog_listing_newest",
            ),
            models.Index(
                F("currency"),
                F("amount"),
                F("product").desc(),
                OpClass("category_path", name="varchar_pattern_ops"),
                name="catalog_listing_cheapest",
            ),
            models.Index(
                F("currency"),
                F("name_en"),
                F("product").desc(),
                OpClass("category_path", name="varchar_pattern_ops"),
                name="catalog_listing_name",
            ),
            models.Index(
                F("currency"),
                Coalesce(NullIf("name_zh_hans", models.Value("")), "name_en"),
                F("product").desc(),
                OpClass("category_path", name="varchar_pattern_ops"),
                name="catalog_listing_name_chinese",
            ),
            GinIndex(fields=["keys"], name="catalog_listing_keys", fastupdate=False),
            *(
                models.Index(
                    fields=["currency", "category_path"],
                    name=f"catalog_listing_sample_{part}",
                    opclasses=["varchar_ops", "varchar_pattern_ops"],
                    condition=Q(shuffle__lt=SHUFFLES // part),
                )
                for part in SAMPLE_PARTS
            ),
        )

    def __str__(self) -> str:
        """Return slug and currency."""
        return f"{self.slug} ({self.currency})"
