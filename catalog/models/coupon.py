"""Coupons, and every use of a promotion."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from catalog.models.promotion import Campaign, Promotion
from shop.kernel.fields import AmountField, CurrencyField


class CouponBatch(models.Model):
    """Codes that were drawn together; each may be used as often as its own limit says."""

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="coupon_batches")
    name = models.CharField(_("name"), max_length=120)
    prefix = models.CharField(_("prefix"), max_length=12, blank=True, default="")
    quantity = models.PositiveIntegerField(_("codes"))
    created_by = models.CharField(_("created by"), max_length=150, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)

    class Meta:
        verbose_name = _("batch of coupons")
        verbose_name_plural = _("batches of coupons")
        ordering = ("-pk",)

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Coupon(models.Model):
    """A code that opens a promotion."""

    promotion = models.ForeignKey(
        Promotion, on_delete=models.PROTECT, related_name="coupons", verbose_name=_("promotion")
    )
    batch = models.ForeignKey(
        CouponBatch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="coupons",
        editable=False,
        verbose_name=_("batch"),
    )
    code = models.CharField(_("code"), max_length=40)
    is_active = models.BooleanField(_("active"), default=True)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    usage_limit = models.PositiveIntegerField(_("most uses"), null=True, blank=True)
    per_customer_limit = models.PositiveIntegerField(_("most uses per customer"), null=True, blank=True)
    # Kept only while there is a limit, as a promotion's.
    used_quantity = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(Upper("code"), name="catalog_coupon_code_unique"),
            models.CheckConstraint(
                condition=Q(usage_limit__isnull=True) | Q(used_quantity__lte=F("usage_limit")),
                name="catalog_coupon_not_overused",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="catalog_coupon_window_in_order",
            ),
        )

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class CustomerUse(models.Model):
    """How often one customer has used a promotion, or one coupon of it."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="+")
    coupon = models.ForeignKey(Coupon, on_delete=models.CASCADE, null=True, related_name="+")
    customer_key = models.CharField(max_length=80)
    used_quantity = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("customer's use")
        verbose_name_plural = _("customers' uses")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["promotion", "coupon", "customer_key"],
                nulls_distinct=False,
                name="catalog_customeruse_unique",
            ),
        )

    def __str__(self) -> str:
        """Return the count."""
        return str(self.used_quantity)


class Redemption(models.Model):
    """One use of a promotion by one order: held while it waits for money, then kept, or released."""

    class State(models.TextChoices):
        """Whether the use counts."""

        HELD = "held", _("Held")
        KEPT = "kept", _("Kept")
        RELEASED = "released", _("Released")

    promotion = models.ForeignKey(
        Promotion, on_delete=models.PROTECT, related_name="redemptions", verbose_name=_("promotion")
    )
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, related_name="redemptions")
    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, null=True, related_name="redemptions")
    # Who used it, as a name: the catalogue knows no orders.
    reference = models.CharField(_("reference"), max_length=60)
    customer_keys = ArrayField(models.CharField(max_length=80), default=list)
    currency = CurrencyField()
    discount_amount = AmountField(_("discount"))
    # Flash stock that it took: variant to units.
    units = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.HELD)
    created_at = models.DateTimeField(_("created at"))
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("use of a promotion")
        verbose_name_plural = _("uses of promotions")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["promotion", "reference"], name="catalog_redemption_once_per_reference"
            ),
            models.CheckConstraint(
                condition=Q(discount_amount__gt=0), name="catalog_redemption_gives_something"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("held", "kept", "released")), name="catalog_redemption_state"
            ),
        )
        indexes = (models.Index(fields=["reference"], name="catalog_redemption_reference"),)

    def __str__(self) -> str:
        """Return who used it."""
        return self.reference
