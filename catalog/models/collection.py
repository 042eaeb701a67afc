"""Collections: products put together by hand or by rule."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.domain.collections import CollectionOrder, RuleField, RuleOperator
from catalog.models.product import Product


class Collection(models.Model):
    """A page of products that belong together for a reason of the shop's own."""

    class Kind(models.TextChoices):
        """Who chooses its products."""

        MANUAL = "manual", _("By hand")
        RULE = "rule", _("By rule")

    class Match(models.TextChoices):
        """How its conditions are joined."""

        ALL = "all", _("All conditions hold")
        ANY = "any", _("Any condition holds")

    if TYPE_CHECKING:
        name_en: str
        name_zh_hans: str | None
        description_en: str
        description_zh_hans: str | None
        seo_title_en: str
        seo_title_zh_hans: str | None
        seo_description_en: str
        seo_description_zh_hans: str | None

    slug = models.SlugField(_("slug"), max_length=80, allow_unicode=True, db_index=False)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True, default="")
    seo_title = models.CharField(_("title for search engines"), max_length=120, blank=True, default="")
    seo_description = models.CharField(
        _("description for search engines"), max_length=320, blank=True, default=""
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.MANUAL)
    match = models.CharField(_("match"), max_length=3, choices=Match.choices, default=Match.ALL)
    order = models.CharField(
        _("sort order"),
        max_length=12,
        choices=[
            (CollectionOrder.MANUAL.value, _("As arranged")),
            (CollectionOrder.FEATURED.value, _("Featured first")),
            (CollectionOrder.NEWEST.value, _("Newest first")),
            (CollectionOrder.NAME.value, _("By name")),
        ],
        default=CollectionOrder.MANUAL.value,
    )
    is_published = models.BooleanField(_("published"), default=True)
    is_on_home = models.BooleanField(_("on the front page"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    refreshed_at = models.DateTimeField(_("refreshed at"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("updated at"), null=True, blank=True, editable=False)
    products = models.ManyToManyField(Product, through="CollectionProduct", related_name="collections")

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ("position", "slug")
        constraints = (models.UniqueConstraint(fields=["slug"], name="catalog_collection_slug_unique"),)

    def __str__(self) -> str:
        """Return the name in the active language."""
        return self.name or self.slug


class CollectionCondition(models.Model):
    """One condition of a rule: a field, a comparison, a value."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="conditions")
    field = models.CharField(
        _("field"),
        max_length=16,
        choices=[
            (RuleField.CATEGORY.value, _("Category path")),
            (RuleField.BRAND.value, _("Brand slug")),
            (RuleField.TYPE.value, _("Product type key")),
            (RuleField.TAG.value, _("Tag")),
            (RuleField.ATTRIBUTE.value, _("Attribute (key:value)")),
            (RuleField.OPTION.value, _("Option (key:value)")),
            (RuleField.PRICE.value, _("Price (currency:amount)")),
            (RuleField.STOCK.value, _("Available quantity")),
            (RuleField.REDUCED.value, _("Reduced (yes or no)")),
            (RuleField.FEATURED.value, _("Featured (yes or no)")),
            (RuleField.AGE_DAYS.value, _("Days since it was published")),
            (RuleField.NAME.value, _("Name")),
        ],
    )
    operator = models.CharField(
        _("comparison"),
        max_length=12,
        choices=[
            (RuleOperator.IS.value, _("is")),
            (RuleOperator.IS_NOT.value, _("is not")),
            (RuleOperator.CONTAINS.value, _("contains")),
            (RuleOperator.AT_LEAST.value, _("at least")),
            (RuleOperator.AT_MOST.value, _("at most")),
        ],
        default=RuleOperator.IS.value,
    )
    value = models.CharField(_("value"), max_length=260)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        """Return the condition as it is read."""
        return f"{self.field} {self.operator} {self.value}"


class CollectionProduct(models.Model):
    """A product's place in a collection: put there by hand, or written by the rule."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="members")
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("product")
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("product of the collection")
        verbose_name_plural = _("products of the collection")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["collection", "product"], name="catalog_collection_product_unique"
            ),
        )

    def __str__(self) -> str:
        """Return both keys."""
        return f"{self.collection_id}: {self.product_id}"
