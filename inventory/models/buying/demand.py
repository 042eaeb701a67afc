"""What was wanted from a shelf, day by day; days on which nothing happened have no row."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.warehouses import Warehouse


class DemandRecord(models.Model):
    """One day of one shelf: written by the nightly roll-up from the ledger, and rewritten when it runs again."""

    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="demand_records", verbose_name=_("variant")
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="demand_records", verbose_name=_("warehouse")
    )
    day = models.DateField(_("day"))
    shipped_quantity = models.PositiveIntegerField(_("shipped"), default=0)
    corrected_quantity = models.DecimalField(
        _("demand without stock-outs"), max_digits=12, decimal_places=3, default=0
    )
    is_out_of_stock = models.BooleanField(_("out of stock"), default=False)
    is_promoted = models.BooleanField(_("promoted"), default=False)

    class Meta:
        verbose_name = _("demand of a day")
        verbose_name_plural = _("demand by day")
        ordering = ("variant_id", "warehouse_id", "day")
        constraints = (
            models.UniqueConstraint(
                fields=("variant", "warehouse", "day"), name="demand_once_per_shelf_and_day"
            ),
            models.CheckConstraint(
                condition=Q(corrected_quantity__gte=F("shipped_quantity")),
                name="demand_corrected_not_below_shipped",
            ),
        )
        indexes = (models.Index(fields=("day",), name="demand_by_day"),)

    def __str__(self) -> str:
        return f"{self.variant_id}@{self.warehouse_id} {self.day}: {self.corrected_quantity}"
