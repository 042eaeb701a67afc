"""What shipping and tax cost by destination."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shop.kernel.fields import AmountField, CurrencyField


class ShippingZone(models.Model):
    """Countries with the same shipping methods; the zone without countries is the rest of the world."""

    name = models.CharField(max_length=100)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=["name"], name="orders_shippingzone_name"),)

    def __str__(self) -> str:
        return self.name


class ShippingMethod(models.Model):
    """A way to send a parcel into a zone, with the days it promises."""

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="methods")
    code = models.SlugField(max_length=50)
    name = models.CharField(max_length=100)
    name_zh_hans = models.CharField(max_length=100, blank=True)
    carrier = models.CharField(max_length=30, default="sandbox")
    days_from = models.PositiveSmallIntegerField()
    days_to = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["zone", "code"], name="orders_shippingmethod_code"),
            models.CheckConstraint(
                condition=Q(days_from__lte=F("days_to")),
                name="orders_shippingmethod_days_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.zone}: {self.name}"

    @property
    def label(self) -> str:
        """The name in the active language."""
        is_chinese = (get_language() or "").startswith("zh")
        return self.name_zh_hans if is_chinese and self.name_zh_hans else self.name


class ShippingRate(models.Model):
    """The price of a method up to a weight; no weight means any. Free from a value of the goods when that is set."""

    method = models.ForeignKey(ShippingMethod, on_delete=models.CASCADE, related_name="rates")
    currency = CurrencyField()
    max_weight_grams = models.PositiveIntegerField(null=True, blank=True)
    amount = AmountField()
    free_from_amount = AmountField(null=True, blank=True)
    is_free_by_list = models.BooleanField(
        _("free by list prices"),
        default=False,
        db_default=False,
        help_text=_("The value before discounts counts towards free delivery, instead of what is paid."),
    )

    class Meta:
        ordering = ("method", "currency", F("max_weight_grams").asc(nulls_last=True))
        constraints = (
            models.UniqueConstraint(
                fields=["method", "currency", "max_weight_grams"],
                nulls_distinct=False,
                name="orders_shippingrate_step",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="orders_shippingrate_amount_not_negative",
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class TaxRate(models.Model):
    """The tax of a country, or of one region of it."""

    country = models.CharField(max_length=2)
    region = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=60)
    percent = models.DecimalField(max_digits=6, decimal_places=3)
    applies_to_shipping = models.BooleanField(default=True)

    class Meta:
        ordering = ("country", "region")
        constraints = (
            models.UniqueConstraint(fields=["country", "region"], name="orders_taxrate_destination"),
            models.CheckConstraint(
                condition=Q(percent__gte=Decimal(0), percent__lte=Decimal(100)),
                name="orders_taxrate_percent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.percent} %"
