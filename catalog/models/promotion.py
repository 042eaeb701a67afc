"""Promotions and campaigns: what is given away, when, to whom, and how much of it at most."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.domain.promotions.terms import PromotionClass
from catalog.models.variant import Variant
from shop.kernel.fields import AmountField, CurrencyField


class Campaign(models.Model):
    """Promotions that share a budget and a cap."""

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    usage_limit = models.PositiveIntegerField(_("most uses"), null=True, blank=True)
    # Kept only while there is a limit: without one, no two orders wait for each other.
    used_quantity = models.PositiveIntegerField(_("uses"), default=0, editable=False)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=["key"], name="catalog_campaign_key_unique"),
            models.CheckConstraint(
                condition=Q(usage_limit__isnull=True) | Q(used_quantity__lte=F("usage_limit")),
                name="catalog_campaign_not_overused",
            ),
        )

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class CampaignBudget(models.Model):
    """What a campaign may give away in one currency; in a currency without one it gives nothing, once it has any."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="budgets")
    currency = CurrencyField(_("currency"))
    limit_amount = AmountField(_("budget"))
    spent_amount = AmountField(_("given away"), default=0, editable=False)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ("currency",)
        constraints = (
            models.UniqueConstraint(fields=["campaign", "currency"], name="catalog_budget_currency_unique"),
            models.CheckConstraint(
                condition=Q(spent_amount__gte=0, spent_amount__lte=F("limit_amount")),
                name="catalog_budget_not_overspent",
            ),
        )

    def __str__(self) -> str:
        """Return the budget with its currency."""
        return f"{self.limit_amount} {self.currency}"


class PromotionQuerySet(models.QuerySet["Promotion"]):
    """Ideas about promotions."""

    def running(self, now: datetime) -> "PromotionQuerySet":
        """Started, and within their window."""
        return self.filter(
            Q(starts_at=None) | Q(starts_at__lte=now),
            Q(ends_at=None) | Q(ends_at__gt=now),
            status=Promotion.Status.ACTIVE,
        )


class Promotion(models.Model):
    """A promotion as data; `conditions` and `action` are what catalog.domain.promotions.reading reads."""

    class Status(models.TextChoices):
        """What was decided; whether it runs now follows from this and the window."""

        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    class Class(models.TextChoices):
        """What it takes its discount from."""

        PRODUCT = PromotionClass.PRODUCT.value, _("Articles")
        ORDER = PromotionClass.ORDER.value, _("The order")
        SHIPPING = PromotionClass.SHIPPING.value, _("Delivery")

    if TYPE_CHECKING:
        title_en: str
        title_zh_hans: str | None

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120, help_text=_("For the back office."))
    title = models.CharField(
        _("title"), max_length=120, blank=True, default="", help_text=_("What shoppers read.")
    )
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="promotions",
        verbose_name=_("campaign"),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    promotion_class = models.CharField(_("takes from"), max_length=10, choices=Class.choices)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    action = models.JSONField(_("action"))
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=100, help_text=_("Lower is worked out first.")
    )
    combines_with = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("combines with"),
        default=list,
        blank=True,
    )
    tags = ArrayField(models.CharField(max_length=40), verbose_name=_("tags"), default=list, blank=True)
    accepts_tags = ArrayField(
        models.CharField(max_length=40), verbose_name=_("accepts only tags"), default=list, blank=True
    )
    needs_coupon = models.BooleanField(_("needs a coupon"), default=False)
    is_flash_sale = models.BooleanField(
        _("flash sale"), default=False, help_text=_("Only the articles listed with their own stock.")
    )
    usage_limit = models.PositiveIntegerField(_("most uses"), null=True, blank=True)
    per_customer_limit = models.PositiveIntegerField(_("most uses per customer"), null=True, blank=True)
    used_quantity = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    updated_at = models.DateTimeField(_("updated at"), editable=False)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering = ("priority", "pk")
        constraints = (
            models.UniqueConstraint(fields=["key"], name="catalog_promotion_key_unique"),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "active", "paused", "ended")),
                name="catalog_promotion_status",
            ),
            models.CheckConstraint(
                condition=Q(promotion_class__in=("product", "order", "shipping")),
                name="catalog_promotion_class",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="catalog_promotion_window_in_order",
            ),
            models.CheckConstraint(
                condition=Q(usage_limit__isnull=True) | Q(used_quantity__lte=F("usage_limit")),
                name="catalog_promotion_not_overused",
            ),
        )
        indexes = (
            models.Index(
                fields=["needs_coupon", "starts_at"],
                condition=Q(status="active"),
                name="catalog_promotion_live",
            ),
        )

    def __str__(self) -> str:
        """Return the name of the back office."""
        return self.name


class FlashStock(models.Model):
    """What a flash sale has of one article; sold units are counted when an order is placed."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="flash_stock")
    variant = models.ForeignKey(
        Variant, on_delete=models.CASCADE, related_name="+", verbose_name=_("variant")
    )
    limit_quantity = models.PositiveIntegerField(_("articles in the sale"))
    sold_quantity = models.PositiveIntegerField(_("sold"), default=0, editable=False)
    per_customer_quantity = models.PositiveIntegerField(_("most per customer"), null=True, blank=True)

    class Meta:
        verbose_name = _("flash stock")
        verbose_name_plural = _("flash stock")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["promotion", "variant"], name="catalog_flashstock_variant_unique"
            ),
            models.CheckConstraint(
                condition=Q(sold_quantity__lte=F("limit_quantity")), name="catalog_flashstock_not_oversold"
            ),
        )

    def __str__(self) -> str:
        """Return what is left."""
        return f"{self.limit_quantity - self.sold_quantity} / {self.limit_quantity}"


class FlashPurchase(models.Model):
    """How many of a flash sale's articles one customer has had."""

    stock = models.ForeignKey(FlashStock, on_delete=models.CASCADE, related_name="purchases")
    customer_key = models.CharField(max_length=80)
    quantity = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("flash purchase")
        verbose_name_plural = _("flash purchases")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["stock", "customer_key"], name="catalog_flashpurchase_customer_unique"
            ),
        )

    def __str__(self) -> str:
        """Return the count."""
        return str(self.quantity)


class CustomerStanding(models.Model):
    """A customer's tier and segments as prices and promotions know them; pushed down by who decides about them."""

    user_id = models.BigIntegerField(_("user"), primary_key=True)
    tier = models.CharField(_("tier"), max_length=40, blank=True, default="")
    segments = ArrayField(
        models.CharField(max_length=60), verbose_name=_("segments"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("customer standing")
        verbose_name_plural = _("customer standings")
        ordering = ("pk",)

    def __str__(self) -> str:
        """Return the tier."""
        return self.tier
