"""The stock ledger: append-only, and the only way `on_hand` changes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.warehouses import Warehouse
from shop.kernel.clock import now


class MovementKind(models.TextChoices):
    """What happened to the goods."""

    RECEIVED = "received", _("received")
    SHIPPED = "shipped", _("shipped")
    RETURNED = "returned", _("returned")
    ADJUSTED = "adjusted", _("adjusted")


class StockMovement(models.Model):
    """One row per physical event; a trigger applies `delta` to the level and refuses UPDATE and DELETE."""

    variant = models.ForeignKey(
        "catalog.Variant",
        on_delete=models.PROTECT,
        related_name="stock_movements",
        verbose_name=_("variant"),
    )
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        related_name="movements",
        verbose_name=_("warehouse"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=MovementKind.choices)
    delta = models.IntegerField(_("change"))
    source_type = models.CharField(_("source"), max_length=32)
    source_id = models.CharField(_("source number"), max_length=120)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.CharField(_("by"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("at"), default=now, db_index=True)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("source_type", "source_id", "kind", "variant", "warehouse"),
                name="stock_movement_once_per_source",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=(MovementKind.RECEIVED, MovementKind.RETURNED), delta__gt=0)
                | Q(kind=MovementKind.SHIPPED, delta__lt=0)
                | (Q(kind=MovementKind.ADJUSTED) & ~Q(delta=0)),
                name="stock_movement_sign_fits_kind",
            ),
        )
        indexes = (models.Index(fields=("variant", "warehouse"), name="stock_movement_by_shelf"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.delta:+d} {self.variant_id}@{self.warehouse_id}"
