"""What is sold, and its prices."""

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from catalog.models.product import OptionValue, Product
from shop.kernel.fields import AmountField, CurrencyField


class VariantQuerySet(models.QuerySet["Variant"]):
    """Ideas about variants."""

    def sellable(self) -> "VariantQuerySet":
        """Return active variants of published products."""
        return self.filter(is_active=True, product__status=Product.Status.PUBLISHED)


class Variant(models.Model):
    """One article with its own SKU."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(_("SKU"), max_length=120)
    barcode = models.CharField(_("barcode"), max_length=14, blank=True, default="")
    weight_grams = models.PositiveIntegerField(_("weight (g)"), default=0)
    requires_shipping = models.BooleanField(_("needs shipping"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    option_values = models.ManyToManyField(OptionValue, blank=True, related_name="variants")
    # Pushed down by inventory (services.availability); never counted here.
    available_quantity = models.PositiveIntegerField(_("available"), default=0, editable=False)

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(Upper("sku"), name="catalog_variant_sku_unique"),)

    def __str__(self) -> str:
        """Return the SKU."""
        return self.sku


class Price(models.Model):
    """What a variant costs in one currency."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    currency = CurrencyField(_("currency"))
    amount = AmountField(_("price"))
    compare_at_amount = AmountField(_("compare-at price"), null=True, blank=True)
    # The lowest price of the 30 days before this one began; kept by a trigger, whoever changes the price.
    lowest_before_amount = AmountField(_("lowest price in 30 days"), null=True, editable=False)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ("currency",)
        constraints = (
            models.UniqueConstraint(
                fields=["variant", "currency"], name="catalog_price_variant_currency_unique"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="catalog_price_not_negative"),
            models.CheckConstraint(
                condition=models.Q(compare_at_amount__isnull=True)
                | models.Q(compare_at_amount__gt=models.F("amount")),
                name="catalog_price_compare_at_above_price",
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="catalog_price_currency_is_iso"
            ),
        )

    def __str__(self) -> str:
        """Return amount and currency."""
        return f"{self.amount} {self.currency}"
