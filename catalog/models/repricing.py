"""Rules that suggest prices, and what they have suggested."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.domain.pricing.repricing import (
    Guards,
    MarkdownStep,
    Rounding,
    Strategy,
    SuggestionState,
    Terms,
    Trigger,
)
from catalog.models.pricing import PriceBatch
from catalog.models.variant import Variant
from shop.kernel.fields import AmountField, CurrencyField


class PricingRuleQuerySet(models.QuerySet["PricingRule"]):
    """Ideas about rules."""

    def running(self) -> "PricingRuleQuerySet":
        """Those that suggest, the first in rank first."""
        return self.filter(is_active=True).order_by("priority", "pk")


class PricingRule(models.Model):
    """Which prices are looked at, where they should go, and what they never cross."""

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    currency = CurrencyField(_("currency"))
    is_active = models.BooleanField(_("active"), default=False)
    is_automatic = models.BooleanField(
        _("applies by itself"),
        default=False,
        help_text=_("Moves within the approval mark are applied without a person."),
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=100, help_text=_("An article belongs to the rule with the lowest number.")
    )
    include = ArrayField(
        models.CharField(max_length=200), verbose_name=_("articles"), default=list, blank=True
    )
    exclude = ArrayField(
        models.CharField(max_length=200), verbose_name=_("but not"), default=list, blank=True
    )

    strategy = models.CharField(_("strategy"), max_length=12, choices=Strategy.choices)
    undercut_percent = models.DecimalField(
        _("undercut by per cent"), max_digits=7, decimal_places=3, default=Decimal(0)
    )
    undercut_amount = AmountField(_("undercut by an amount"), default=Decimal(0))
    fresh_days = models.PositiveSmallIntegerField(
        _("days that a competitor's price counts"), default=7, help_text=_("Older ones are ignored.")
    )
    trigger = models.CharField(_("counts"), max_length=8, choices=Trigger.choices, default=Trigger.AGE)
    steps = models.JSONField(_("steps"), default=list, blank=True)
    margin_percent = models.DecimalField(
        _("margin"),
        max_digits=7,
        decimal_places=3,
        default=Decimal(0),
        help_text=_("For cost plus: per cent of the selling price."),
    )

    least_margin_percent = models.DecimalField(
        _("least margin"),
        max_digits=7,
        decimal_places=3,
        default=Decimal(10),
        help_text=_("Floor: cost / (1 - margin). Without a cost nothing moves."),
    )
    ceiling_percent = models.DecimalField(
        _("ceiling"),
        max_digits=7,
        decimal_places=3,
        default=Decimal(100),
        help_text=_("Per cent of the list price."),
    )
    daily_percent = models.DecimalField(
        _("largest daily move"), max_digits=7, decimal_places=3, default=Decimal(10), help_text=_("Per cent.")
    )
    hours_between = models.PositiveSmallIntegerField(_("least hours between moves"), default=24)
    rounding = models.CharField(
        _("rounding"), max_length=4, choices=Rounding.choices, default=Rounding.NINETY_NINE
    )
    tick = AmountField(_("multiple"), default=Decimal(0))
    approval_percent = models.DecimalField(
        _("approval mark"),
        max_digits=7,
        decimal_places=3,
        default=Decimal(5),
        help_text=_("A larger move waits for a person, per cent."),
    )

    last_run_at = models.DateTimeField(_("last run"), null=True, editable=False)
    last_run_facts = models.JSONField(default=dict, editable=False)

    objects = PricingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("pricing rule")
        verbose_name_plural = _("pricing rules")
        ordering = ("priority", "pk")
        constraints = (
            models.UniqueConstraint(fields=["key"], name="catalog_pricingrule_key_unique"),
            models.CheckConstraint(
                condition=Q(
                    least_margin_percent__gte=0,
                    least_margin_percent__lt=100,
                    margin_percent__gte=0,
                    margin_percent__lt=100,
                    undercut_percent__gte=0,
                    undercut_percent__lt=100,
                    undercut_amount__gte=0,
                    ceiling_percent__gt=0,
                    daily_percent__gt=0,
                    daily_percent__lte=100,
                    approval_percent__gte=0,
                ),
                name="catalog_pricingrule_figures_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(rounding=Rounding.TICK) | Q(tick__gt=0), name="catalog_pricingrule_tick_positive"
            ),
        )

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    @property
    def terms(self) -> Terms:
        """The strategy; raises RepricingInvalid."""
        return Terms(
            strategy=Strategy(self.strategy),
            undercut_percent=self.undercut_percent,
            undercut_amount=self.undercut_amount,
            trigger=Trigger(self.trigger),
            steps=tuple(
                MarkdownStep(days=int(days), percent=Decimal(str(percent))) for days, percent in self.steps
            ),
            margin_percent=self.margin_percent,
        )

    @property
    def guards(self) -> Guards:
        """What bounds it; raises RepricingInvalid."""
        return Guards(
            least_margin_percent=self.least_margin_percent,
            ceiling_percent=self.ceiling_percent,
            daily_percent=self.daily_percent,
            hours_between=self.hours_between,
            rounding=Rounding(self.rounding),
            tick=self.tick,
            approval_percent=self.approval_percent,
        )


class PriceSuggestionQuerySet(models.QuerySet["PriceSuggestion"]):
    """Ideas about suggestions."""

    def open(self) -> "PriceSuggestionQuerySet":
        """Nobody has decided yet."""
        return self.filter(state=SuggestionState.OPEN)


class PriceSuggestion(models.Model):
    """One per article, rule and day, however often the rule runs; `facts` are the arithmetic as it was."""

    rule = models.ForeignKey(
        PricingRule, on_delete=models.PROTECT, related_name="suggestions", verbose_name=_("rule")
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.CASCADE, related_name="price_suggestions", verbose_name=_("variant")
    )
    currency = CurrencyField(_("currency"))
    day = models.DateField(_("day"))
    old_amount = AmountField(_("price"))
    new_amount = AmountField(_("suggested price"))
    new_compare_at_amount = AmountField(_("compare-at price"), null=True)
    # What people had set: rules measure from it, so that yesterday's markdown is not marked down again.
    list_amount = AmountField(_("list price"))
    facts = models.JSONField(_("arithmetic"))
    needs_approval = models.BooleanField(_("needs a person"), default=True)
    state = models.CharField(
        _("state"), max_length=8, choices=SuggestionState.choices, default=SuggestionState.OPEN
    )
    batch = models.ForeignKey(
        PriceBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="suggestions"
    )
    decided_by = models.CharField(_("by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("suggested"))

    objects = PriceSuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("price suggestion")
        verbose_name_plural = _("price suggestions")
        ordering = ("-day", "variant_id")
        constraints = (
            models.UniqueConstraint(
                fields=["rule", "variant", "currency", "day"], name="catalog_pricesuggestion_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["variant", "currency"],
                condition=Q(state__in=[SuggestionState.OPEN, SuggestionState.APPROVED]),
                name="catalog_pricesuggestion_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(new_amount__gt=0) & ~Q(new_amount=F("old_amount")),
                name="catalog_pricesuggestion_moves",
            ),
            models.CheckConstraint(
                condition=Q(state=SuggestionState.OPEN, decided_at__isnull=True)
                | (~Q(state=SuggestionState.OPEN) & Q(decided_at__isnull=False)),
                name="catalog_pricesuggestion_decided_has_instant",
            ),
        )
        indexes = (
            models.Index(
                fields=["variant", "currency", "-decided_at"],
                condition=Q(state=SuggestionState.APPLIED),
                name="catalog_pricesuggestion_last",
            ),
        )

    def __str__(self) -> str:
        """Return old and new."""
        return f"{self.old_amount} → {self.new_amount}"
