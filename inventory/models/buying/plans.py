"""How the house buys, and what it knows of each shelf for that."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.domain.buying.classes import AbcRule
from inventory.domain.buying.suggestions import SafetyMethod
from inventory.models.warehouses import Warehouse
from shop.kernel.fields import AmountField, CurrencyField


class BuyingPolicy(models.Model):
    """The operator's choices: one row. Rates are shares, 0.95 is 95 per cent."""

    abc_rule = models.CharField(
        _("ABC by"),
        max_length=20,
        default=AbcRule.VALUE_AND_SALES,
        choices=[
            (AbcRule.VALUE_AND_SALES.value, _("stock value and share of sales")),
            (AbcRule.VALUE_AND_TURNOVER.value, _("stock value and turnover")),
            (AbcRule.SALES_AND_PROFIT.value, _("share of sales and of profit")),
        ],
    )
    a_share = models.DecimalField(_("A up to"), max_digits=4, decimal_places=3, default=Decimal("0.8"))
    b_share = models.DecimalField(_("B up to"), max_digits=4, decimal_places=3, default=Decimal("0.95"))
    service_level_a = models.DecimalField(
        _("service level of A"), max_digits=5, decimal_places=4, default=Decimal("0.98")
    )
    service_level_b = models.DecimalField(
        _("service level of B"), max_digits=5, decimal_places=4, default=Decimal("0.95")
    )
    service_level_c = models.DecimalField(
        _("service level of C"), max_digits=5, decimal_places=4, default=Decimal("0.90")
    )
    safety_method = models.CharField(
        _("safety stock by"),
        max_length=12,
        default=SafetyMethod.STATISTICAL,
        choices=[
            (SafetyMethod.STATISTICAL.value, _("service level and variation")),
            (SafetyMethod.SIMPLE.value, _("simple factor")),
        ],
    )
    simple_factor = models.DecimalField(
        _("simple factor"),
        max_digits=3,
        decimal_places=2,
        default=Decimal(2),
        help_text=_("1.5 to 2.5 times the average demand of the lead time."),
    )
    review_days = models.PositiveSmallIntegerField(
        _("days between two looks"), default=1, help_text=_("1: the buyer looks every day.")
    )
    most_cover_days = models.PositiveSmallIntegerField(
        _("most days of cover"),
        default=90,
        help_text=_("No order is larger than what sells in so many days."),
    )
    default_lead_days = models.PositiveSmallIntegerField(_("lead time where none is known"), default=14)
    currency = CurrencyField(_("currency"), default="EUR")
    order_cost_amount = AmountField(_("cost of one order"), default=Decimal(25))
    holding_rate = models.DecimalField(
        _("yearly cost of keeping"), max_digits=4, decimal_places=3, default=Decimal("0.25")
    )
    approval_limit_amount = AmountField(
        _("approval limit"),
        default=Decimal(5000),
        help_text=_("Above it, somebody else who may approve large orders has to."),
    )

    class Meta:
        verbose_name = _("buying policy")
        verbose_name_plural = _("buying policy")
        constraints = (
            models.CheckConstraint(condition=Q(pk=1), name="buying_policy_is_one"),
            models.CheckConstraint(
                condition=Q(a_share__gt=0, a_share__lt=F("b_share"), b_share__lt=1),
                name="buying_policy_shares_grow",
            ),
            models.CheckConstraint(
                condition=Q(
                    service_level_a__range=(Decimal("0.5"), Decimal("0.9999")),
                    service_level_b__range=(Decimal("0.5"), Decimal("0.9999")),
                    service_level_c__range=(Decimal("0.5"), Decimal("0.9999")),
                ),
                name="buying_policy_service_levels_possible",
            ),
            models.CheckConstraint(
                condition=Q(simple_factor__range=(Decimal("1.5"), Decimal("2.5"))),
                name="buying_policy_factor",
            ),
            models.CheckConstraint(
                condition=Q(review_days__gte=1, most_cover_days__gte=1, default_lead_days__gte=1),
                name="buying_policy_days_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(order_cost_amount__gte=0, holding_rate__gt=0, approval_limit_amount__gte=0),
                name="buying_policy_costs_possible",
            ),
        )

    def __str__(self) -> str:
        return str(_("buying policy"))

    def get_service_level(self, abc_class: str) -> float:
        """The promise for an article's class."""
        levels = {"A": self.service_level_a, "B": self.service_level_b}
        return float(levels.get(abc_class, self.service_level_c))


class ItemPlan(models.Model):
    """One shelf's classes (written nightly) and what the buyer set by hand for it (stays)."""

    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="plans", verbose_name=_("variant")
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="plans", verbose_name=_("warehouse")
    )
    abc_class = models.CharField(
        _("ABC"), max_length=1, default="C", choices=[("A", "A"), ("B", "B"), ("C", "C")]
    )
    xyz_class = models.CharField(
        _("XYZ"), max_length=1, default="Z", choices=[("X", "X"), ("Y", "Y"), ("Z", "Z")]
    )
    service_level = models.DecimalField(
        _("own service level"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    is_paused = models.BooleanField(
        _("not reordered"), default=False, help_text=_("Runs out without a suggestion: end of the line.")
    )
    # What the last replenishment found, for lists and reports.
    daily_demand = models.DecimalField(_("demand a day"), max_digits=12, decimal_places=4, default=0)
    safety_stock = models.DecimalField(_("safety stock"), max_digits=12, decimal_places=2, default=0)
    reorder_point = models.PositiveIntegerField(_("reorder point"), default=0)
    order_up_to = models.PositiveIntegerField(_("order up to"), default=0)
    planned_at = models.DateTimeField(_("planned"), null=True, blank=True)

    class Meta:
        verbose_name = _("buying plan of a shelf")
        verbose_name_plural = _("buying plans")
        ordering = ("variant_id", "warehouse_id")
        constraints = (
            models.UniqueConstraint(fields=("variant", "warehouse"), name="item_plan_once_per_shelf"),
            models.CheckConstraint(
                condition=Q(service_level__isnull=True)
                | Q(service_level__range=(Decimal("0.5"), Decimal("0.9999"))),
                name="item_plan_service_level_possible",
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant.sku} · {self.warehouse.code}"
