"""Product types and the typed facts that their products state."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from catalog.domain.attributes import AttributeKind
from catalog.domain.policies import ReturnPolicy

KIND_CHOICES = (
    (AttributeKind.TEXT.value, _("Text")),
    (AttributeKind.CHOICE.value, _("Choice")),
    (AttributeKind.NUMBER.value, _("Number with a unit")),
    (AttributeKind.COLOR.value, _("Colour")),
    (AttributeKind.BOOLEAN.value, _("Yes or no")),
    (AttributeKind.DATE.value, _("Date")),
)
POLICY_CHOICES = (
    (ReturnPolicy.STANDARD.value, _("Standard: 7 days without reason, 15 days for quality")),
    (ReturnPolicy.QUALITY_ONLY.value, _("Only when something is wrong with it")),
)


class Attribute(models.Model):
    """A question that products answer, such as their material; the same one across types makes one filter."""

    if TYPE_CHECKING:
        name_en: str
        name_zh_hans: str | None
        unit_en: str
        unit_zh_hans: str | None

    key = models.SlugField(_("key"), max_length=60, db_index=False)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=KIND_CHOICES)
    unit = models.CharField(
        _("unit"), max_length=20, blank=True, default="", help_text=_("For numbers: ml, cm, W.")
    )
    is_multiple = models.BooleanField(
        _("several values"), default=False, help_text=_("For choices: a product may have more than one.")
    )
    is_filterable = models.BooleanField(_("filter"), default=True, help_text=_("Shoppers can filter by it."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    # The listings that show it, being written anew: up to which product that is done; none when there is nothing to do.
    rebuilt_to = models.BigIntegerField(null=True, blank=True, editable=False)
    rebuilt_quantity = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    rebuild_quantity = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ("position", "key")
        constraints = (
            models.UniqueConstraint(fields=["key"], name="catalog_attribute_key_unique"),
            models.CheckConstraint(
                condition=models.Q(is_multiple=False) | models.Q(kind="choice") | models.Q(kind="color"),
                name="catalog_attribute_several_are_choices",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"],
                name="catalog_attribute_at_work",
                condition=models.Q(rebuilt_to__isnull=False),
            ),
        )

    def __str__(self) -> str:
        """Return the name in the active language."""
        return self.name or self.key


class AttributeChoice(models.Model):
    """One answer of an attribute of the kind choice or colour."""

    if TYPE_CHECKING:
        value_en: str
        value_zh_hans: str | None

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="choices")
    key = models.SlugField(_("key"), max_length=80, allow_unicode=True, db_index=False)
    value = models.CharField(_("value"), max_length=120)
    swatch = models.CharField(
        _("swatch"), max_length=7, blank=True, default="", help_text=_("Colour as #rrggbb.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["attribute", "key"], name="catalog_choice_attribute_key_unique"),
            models.CheckConstraint(
                condition=models.Q(swatch="") | models.Q(swatch__regex=r"^#[0-9a-f]{6}$"),
                name="catalog_choice_swatch_is_hex",
            ),
        )

    def __str__(self) -> str:
        """Return the choice in the active language."""
        return self.value or self.key


class ProductType(models.Model):
    """What kind of thing a product is: which attributes it states, and the policy it has unless it says another."""

    if TYPE_CHECKING:
        name_en: str
        name_zh_hans: str | None

    key = models.SlugField(_("key"), max_length=60, db_index=False)
    name = models.CharField(_("name"), max_length=80)
    return_policy = models.CharField(
        _("returns"), max_length=12, choices=POLICY_CHOICES, blank=True, default=""
    )
    warranty_months = models.PositiveSmallIntegerField(_("warranty (months)"), default=0)
    attributes = models.ManyToManyField(Attribute, through="TypeAttribute", related_name="types")
    # Its products, being judged anew: up to which one that is done; none when there is nothing to do.
    judged_to = models.BigIntegerField(null=True, blank=True, editable=False)
    judged_quantity = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    judge_quantity = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = _("product type")
        verbose_name_plural = _("product types")
        ordering = ("key",)
        constraints = (
            models.UniqueConstraint(fields=["key"], name="catalog_type_key_unique"),
            models.CheckConstraint(
                condition=models.Q(warranty_months__lte=120), name="catalog_type_warranty_in_ten_years"
            ),
        )

    def __str__(self) -> str:
        """Return the name in the active language."""
        return self.name or self.key


class TypeAttribute(models.Model):
    """An attribute of a type, and whether a product of the type must state it."""

    product_type = models.ForeignKey(ProductType, on_delete=models.CASCADE, related_name="type_attributes")
    attribute = models.ForeignKey(
        Attribute,
        on_delete=models.PROTECT,
        related_name="type_attributes",
        verbose_name=_("attribute"),
    )
    is_required = models.BooleanField(_("required"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("attribute of the type")
        verbose_name_plural = _("attributes of the type")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["product_type", "attribute"], name="catalog_type_attribute_unique"
            ),
        )

    def __str__(self) -> str:
        """Return both keys."""
        return f"{self.product_type_id}: {self.attribute_id}"


class AttributeValue(models.Model):
    """What one product states: one row per value, of which exactly one part is set."""

    if TYPE_CHECKING:
        text_en: str
        text_zh_hans: str | None

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="attribute_values")
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="values")
    choice = models.ForeignKey(
        AttributeChoice, on_delete=models.PROTECT, null=True, blank=True, related_name="values"
    )
    number = models.DecimalField(_("number"), max_digits=14, decimal_places=4, null=True, blank=True)
    flag = models.BooleanField(_("yes or no"), null=True, blank=True)
    day = models.DateField(_("date"), null=True, blank=True)
    text = models.CharField(_("text"), max_length=500, null=True, blank=True)  # noqa: DJ001 - null: not of this kind

    class Meta:
        verbose_name = _("attribute value")
        verbose_name_plural = _("attribute values")
        ordering = ("attribute__position", "attribute_id", "choice__position", "pk")
        constraints = (
            # One row for a plain value; a choice may have several rows, each choice once.
            models.UniqueConstraint(
                fields=["product", "attribute", "choice"],
                name="catalog_attribute_value_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Exact(
                    models.Func(
                        "choice",
                        "number",
                        "flag",
                        "day",
                        "text_en",
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                    1,
                ),
                name="catalog_attribute_value_is_one",
            ),
        )

    def __str__(self) -> str:
        """Return both keys."""
        return f"{self.product_id}: {self.attribute_id}"
