"""Products and the options their variants differ by."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from catalog.domain.tags import LONGEST_TAG, MOST_TAGS
from catalog.models.attribute import POLICY_CHOICES, ProductType
from catalog.models.category import Brand, Category


class ProductQuerySet(models.QuerySet["Product"]):
    """Ideas about products."""

    def published(self) -> "ProductQuerySet":
        """Return products that shoppers may see."""
        return self.filter(status=Product.Status.PUBLISHED)


class Product(models.Model):
    """What the shop shows on one page; its variants are what is sold."""

    class Status(models.TextChoices):
        """Whether shoppers see it."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    if TYPE_CHECKING:
        name_en: str
        name_zh_hans: str | None
        description_en: str
        description_zh_hans: str | None
        seo_title_en: str
        seo_title_zh_hans: str | None
        seo_description_en: str
        seo_description_zh_hans: str | None

    slug = models.SlugField(_("slug"), max_length=120, allow_unicode=True, db_index=False)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True, default="", help_text=_("Clean HTML."))
    brand = models.ForeignKey(
        Brand,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("brand"),
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    product_type = models.ForeignKey(
        ProductType,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("product type"),
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    # Instants at which a job publishes or unpublishes; the first is cleared when it has come, the status tells what is.
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    unpublish_at = models.DateTimeField(_("unpublish at"), null=True, blank=True)
    is_featured = models.BooleanField(_("featured"), default=False)
    is_digital = models.BooleanField(_("digital"), default=False)
    is_custom_made = models.BooleanField(_("made to order"), default=False)
    is_fresh = models.BooleanField(_("fresh goods"), default=False)
    return_policy = models.CharField(
        _("returns"),
        max_length=12,
        choices=POLICY_CHOICES,
        blank=True,
        default="",
        help_text=_("Empty: as its type says."),
    )
    warranty_months = models.PositiveSmallIntegerField(
        _("warranty (months)"), null=True, blank=True, help_text=_("Empty: as its type says.")
    )
    # Folded and in order, as domain.tags makes them.
    tags = ArrayField(
        models.CharField(max_length=LONGEST_TAG),
        verbose_name=_("tags"),
        default=list,
        db_default=Value([], ArrayField(models.CharField(max_length=LONGEST_TAG))),
        blank=True,
    )
    seo_title = models.CharField(_("title for search engines"), max_length=120, blank=True, default="")
    seo_description = models.CharField(
        _("description for search engines"), max_length=320, blank=True, default=""
    )
    # Written by services.quality: the score of 0 to 100 and what to mend as [[code, points lost, facts], …].
    quality_score = models.PositiveSmallIntegerField(_("quality"), null=True, blank=True, editable=False)
    quality_issues = models.JSONField(_("what to mend"), default=list, blank=True, editable=False)
    # Who told us about it: (source, external_key) finds the product again when a changed file comes in.
    source = models.CharField(_("source"), max_length=20, blank=True, default="", editable=False)
    external_key = models.CharField(_("external key"), max_length=255, blank=True, default="", editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    updated_at = models.DateTimeField(_("updated at"), editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["slug"], name="catalog_product_slug_unique"),
            models.UniqueConstraint(
                fields=["source", "external_key"],
                condition=~models.Q(source=""),
                name="catalog_product_external_key_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft") | models.Q(published_at__isnull=False),
                name="catalog_product_published_has_instant",
            ),
            models.CheckConstraint(
                condition=models.Q(publish_at__isnull=True)
                | models.Q(unpublish_at__isnull=True)
                | models.Q(unpublish_at__gt=models.F("publish_at")),
                name="catalog_product_window_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(quality_score__isnull=True) | models.Q(quality_score__lte=100),
                name="catalog_product_quality_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(tags__len__lte=MOST_TAGS) | models.Q(tags=[]),
                name="catalog_product_tags_counted",
            ),
            models.CheckConstraint(
                condition=models.Q(warranty_months__isnull=True) | models.Q(warranty_months__lte=120),
                name="catalog_product_warranty_in_ten_years",
            ),
        )
        indexes = (
            models.Index(
                fields=["publish_at"],
                name="catalog_product_publish_at",
                condition=models.Q(publish_at__isnull=False),
            ),
            models.Index(
                fields=["unpublish_at"],
                name="catalog_product_unpublish_at",
                condition=models.Q(unpublish_at__isnull=False),
            ),
            models.Index(fields=["quality_score", "id"], name="catalog_product_quality"),
            GinIndex(fields=["tags"], name="catalog_product_tags"),
        )

    def __str__(self) -> str:
        """Return the name in the active language."""
        return self.name or self.slug


class ProductOption(models.Model):
    """One way the variants of a product differ, such as colour."""

    if TYPE_CHECKING:
        name_en: str
        name_zh_hans: str | None

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="options")
    # The same key across products makes one filter: "color" for every product that has a Color.
    key = models.CharField(_("key"), max_length=80)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["product", "key"], name="catalog_option_product_key_unique"),
        )

    def __str__(self) -> str:
        """Return the option's name."""
        return self.name or self.key


class OptionValue(models.Model):
    """One choice of an option, such as red."""

    if TYPE_CHECKING:
        value_en: str
        value_zh_hans: str | None

    option = models.ForeignKey(ProductOption, on_delete=models.CASCADE, related_name="values")
    key = models.CharField(_("key"), max_length=120)
    value = models.CharField(_("value"), max_length=120)
    swatch = models.CharField(
        _("swatch"), max_length=7, blank=True, default="", help_text=_("Colour as #rrggbb.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("option value")
        verbose_name_plural = _("option values")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["option", "key"], name="catalog_option_value_key_unique"),
            models.CheckConstraint(
                condition=models.Q(swatch="") | models.Q(swatch__regex=r"^#[0-9a-f]{6}$"),
                name="catalog_option_value_swatch_is_hex",
            ),
        )
        # The words of a filter are read by its key, from whichever product has it.
        indexes = (models.Index(fields=["key"], name="catalog_option_value_key"),)

    def __str__(self) -> str:
        """Return the value's name."""
        return self.value or self.key
