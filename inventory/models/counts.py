"""Counting what really lies there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.domain.states import CountLineStatus, CountStatus
from inventory.models.lots import Lot
from inventory.models.places import Bin
from inventory.models.warehouses import Warehouse
from shop.kernel.clock import now


class CountKind(models.TextChoices):
    """Everything, what is due by its class, or what somebody doubts."""

    FULL = "full", _("full")
    CYCLE = "cycle", _("cycle")
    SPOT = "spot", _("spot")


class StockCount(models.Model):
    """A sheet: which places to count; blind, unless told otherwise."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="counts", verbose_name=_("warehouse")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=CountKind.choices)
    status = models.CharField(
        _("state"), max_length=16, choices=CountStatus.choices, default=CountStatus.OPEN
    )
    is_blind = models.BooleanField(_("blind"), default=True)
    planned_on = models.DateField(_("planned for"))
    created_by = models.CharField(_("by"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("created"), default=now)
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        ordering = ("-id",)
        permissions = (("approve_count", "Can approve large differences of a count"),)
        constraints = (
            models.UniqueConstraint(
                fields=("warehouse", "planned_on"),
                condition=Q(kind="cycle"),
                name="stock_count_one_cycle_per_day",
            ),
        )

    def __str__(self) -> str:
        return self.number


class CountLine(models.Model):
    """One variant in one place: what the system said when it was counted, and what was counted, once or twice."""

    count = models.ForeignKey(StockCount, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    bin = models.ForeignKey(
        Bin, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bin")
    )
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lot")
    )
    status = models.CharField(
        _("state"), max_length=16, choices=CountLineStatus.choices, default=CountLineStatus.OPEN
    )
    expected_quantity = models.IntegerField(_("expected"), null=True, blank=True)
    counted_quantity = models.PositiveIntegerField(_("counted"), null=True, blank=True)
    counted_by = models.CharField(_("counted by"), max_length=254, blank=True)
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    first_quantity = models.PositiveIntegerField(_("first count"), null=True, blank=True)
    first_by = models.CharField(_("first counted by"), max_length=254, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=254, blank=True)
    unit_cost = models.DecimalField(_("unit cost"), max_digits=18, decimal_places=6, default=0)

    class Meta:
        verbose_name = _("count line")
        verbose_name_plural = _("count lines")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("count", "variant", "bin", "lot"),
                nulls_distinct=False,
                name="count_line_once_per_place",
            ),
            models.CheckConstraint(
                condition=Q(status="open")
                | Q(expected_quantity__isnull=False, counted_quantity__isnull=False),
                name="count_line_counted_has_figures",
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant_id}@{self.bin_id or '-'}"

    @property
    def difference(self) -> int:
        """Counted minus expected; 0 while it is not counted."""
        if self.counted_quantity is None or self.expected_quantity is None:
            return 0
        return self.counted_quantity - self.expected_quantity
