"""Shelves that ran low."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.warehouses import Warehouse
from shop.kernel.clock import now


class ReorderAlertQuerySet(models.QuerySet["ReorderAlert"]):
    """Ideas about alerts."""

    def open(self) -> "ReorderAlertQuerySet":
        """Not refilled yet."""
        return self.filter(closed_at__isnull=True)


class ReorderAlert(models.Model):
    """The figures are those of the moment it opened: why it opened stays readable."""

    variant = models.ForeignKey(
        "catalog.Variant",
        on_delete=models.PROTECT,
        related_name="reorder_alerts",
        verbose_name=_("variant"),
    )
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        related_name="reorder_alerts",
        verbose_name=_("warehouse"),
    )
    available_quantity = models.IntegerField(_("available then"))
    reorder_point = models.PositiveIntegerField(_("reorder point then"))
    reorder_quantity = models.PositiveIntegerField(_("suggested quantity"))
    opened_at = models.DateTimeField(_("opened"), default=now)
    # The shop's day: a shelf has one alert a day, which is opened again when it runs low again. Empty: older than the rule.
    opened_on = models.DateField(null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ReorderAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("reorder alert")
        verbose_name_plural = _("reorder alerts")
        ordering = ("-opened_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("variant", "warehouse"),
                condition=Q(closed_at__isnull=True),
                name="reorder_alert_one_open_per_shelf",
            ),
            models.UniqueConstraint(
                fields=("variant", "warehouse", "opened_on"), name="reorder_alert_one_per_shelf_and_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant.sku} · {self.warehouse.code}"
