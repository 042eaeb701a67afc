"""Differences between a level and its ledger: found by the nightly proof, settled by people."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.warehouses import Warehouse
from shop.kernel.clock import now


class StockCase(models.Model):
    """One open case per shelf; it states the figures and is never settled by itself."""

    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="stock_cases", verbose_name=_("variant")
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="stock_cases", verbose_name=_("warehouse")
    )
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("figures"))
    opened_at = models.DateTimeField(_("opened"), default=now)
    resolved_at = models.DateTimeField(_("settled"), null=True, blank=True)
    resolved_by = models.CharField(_("settled by"), max_length=254, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("stock case")
        verbose_name_plural = _("stock cases")
        ordering = ("-opened_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("variant", "warehouse"),
                condition=Q(resolved_at__isnull=True),
                name="stock_case_one_open_per_shelf",
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant.sku} · {self.warehouse.code}"
