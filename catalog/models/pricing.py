"""Price lists, the history of prices, and changes of many prices at once."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.variant import Variant
from shop.kernel.fields import AmountField, CurrencyField


class PriceList(models.Model):
    """Prices for a tier, a channel or larger quantities; never for everybody, so that cards and search stay true."""

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    currency = CurrencyField(_("currency"))
    tier = models.CharField(_("customer tier"), max_length=40, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=40, blank=True, default="")
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=100, help_text=_("The lowest number that has a price decides.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ("priority", "pk")
        constraints = (
            models.UniqueConstraint(fields=["key"], name="catalog_pricelist_key_unique"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="catalog_pricelist_window_in_order",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="catalog_pricelist_currency_is_iso"
            ),
        )

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class PriceListItem(models.Model):
    """What one of a variant costs by a list, from a quantity on."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="items")
    variant = models.ForeignKey(
        Variant, on_delete=models.CASCADE, related_name="list_prices", verbose_name=_("variant")
    )
    min_quantity = models.PositiveIntegerField(_("from quantity"), default=1)
    amount = AmountField(_("price"))

    class Meta:
        verbose_name = _("list price")
        verbose_name_plural = _("list prices")
        ordering = ("variant_id", "min_quantity")
        constraints = (
            models.UniqueConstraint(
                fields=["price_list", "variant", "min_quantity"], name="catalog_pricelistitem_step_unique"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, min_quantity__gte=1), name="catalog_pricelistitem_in_range"
            ),
        )

    def __str__(self) -> str:
        """Return amount and quantity."""
        return f"{self.min_quantity}: {self.amount}"


class PriceHistory(models.Model):
    """What a variant has cost since when; written by a trigger of catalog_price, whoever changes it."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="price_history")
    currency = CurrencyField(_("currency"))
    amount = AmountField(_("price"))
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("past price")
        verbose_name_plural = _("past prices")
        ordering = ("-since", "-pk")
        indexes = (models.Index(fields=["variant", "currency", "since"], name="catalog_pricehistory_since"),)

    def __str__(self) -> str:
        """Return amount and currency."""
        return f"{self.amount} {self.currency}"


class PriceBatch(models.Model):
    """A change of many prices: previewed, then applied at its time, and taken back when it was wrong."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("Preview")
        SCHEDULED = "scheduled", _("Scheduled")
        APPLIED = "applied", _("Applied")
        REVERTED = "reverted", _("Taken back")
        CANCELLED = "cancelled", _("Cancelled")

    name = models.CharField(_("name"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    rule = models.JSONField(_("rule"), default=dict)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    revert_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, editable=False)
    reverted_at = models.DateTimeField(_("reverted at"), null=True, editable=False)
    created_by = models.CharField(_("created by"), max_length=150, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    confirmed_by = models.CharField(_("confirmed by"), max_length=150, blank=True, editable=False)

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price changes")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(due_at__isnull=False),
                name="catalog_pricebatch_scheduled_has_time",
            ),
            models.CheckConstraint(
                condition=Q(revert_at__isnull=True) | Q(due_at__isnull=True) | Q(revert_at__gt=F("due_at")),
                name="catalog_pricebatch_ends_after_start",
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], condition=Q(state="scheduled"), name="catalog_pricebatch_due"),
        )

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class PriceChange(models.Model):
    """One variant's part of a change; `old_*` is what stood when it was previewed, then when it was applied."""

    class State(models.TextChoices):
        """What came of it."""

        PENDING = "pending", _("Pending")
        APPLIED = "applied", _("Applied")
        SKIPPED = "skipped", _("Skipped")
        REVERTED = "reverted", _("Taken back")

    batch = models.ForeignKey(PriceBatch, on_delete=models.CASCADE, related_name="changes")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    currency = CurrencyField()
    old_amount = AmountField()
    old_compare_at_amount = AmountField(null=True)
    new_amount = AmountField()
    new_compare_at_amount = AmountField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)

    class Meta:
        verbose_name = _("changed price")
        verbose_name_plural = _("changed prices")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["batch", "variant", "currency"], name="catalog_pricechange_once_per_batch"
            ),
            models.CheckConstraint(condition=Q(new_amount__gte=0), name="catalog_pricechange_not_negative"),
        )

    def __str__(self) -> str:
        """Return old and new."""
        return f"{self.old_amount} → {self.new_amount}"


class UnitCost(models.Model):
    """What a variant costs us; pushed down by inventory or given in a file."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="unit_costs")
    currency = CurrencyField()
    amount = AmountField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("unit cost")
        verbose_name_plural = _("unit costs")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["variant", "currency"], name="catalog_unitcost_currency_unique"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="catalog_unitcost_not_negative"),
        )

    def __str__(self) -> str:
        """Return amount and currency."""
        return f"{self.amount} {self.currency}"


class CompetitorPrice(models.Model):
    """What another shop asks for the same article, the last time that we looked."""

    variant = models.ForeignKey(
        Variant, on_delete=models.CASCADE, related_name="competitor_prices", verbose_name=_("variant")
    )
    competitor = models.CharField(_("competitor"), max_length=80)
    currency = CurrencyField(_("currency"))
    amount = AmountField(_("price"))
    url = models.URLField(_("address"), max_length=500, blank=True, default="", db_default="")
    seen_on = models.DateField(_("seen on"))

    class Meta:
        verbose_name = _("competitor's price")
        verbose_name_plural = _("competitors' prices")
        ordering = ("-seen_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["variant", "competitor", "currency"], name="catalog_competitorprice_unique"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="catalog_competitorprice_positive"),
        )

    def __str__(self) -> str:
        """Return competitor and amount."""
        return f"{self.competitor}: {self.amount} {self.currency}"
