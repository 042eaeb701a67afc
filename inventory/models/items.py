"""What a level consists of: quantities by bin and lot, and the layers of cost in the order in which they came."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.lots import Lot
from inventory.models.movements import StockMovement
from inventory.models.places import Bin
from inventory.models.warehouses import Warehouse


class StockItemQuerySet(models.QuerySet["StockItem"]):
    """Ideas about items."""

    def filled(self) -> "StockItemQuerySet":
        """Those in which something lies."""
        return self.filter(quantity__gt=0)


class StockItem(models.Model):
    """So many of a variant in one bin from one lot; moves only with the ledger (database trigger).

    Without a bin it has not been put away, without a lot it is not traced.
    """

    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="stock_items", verbose_name=_("variant")
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="items", verbose_name=_("warehouse")
    )
    bin = models.ForeignKey(
        Bin, on_delete=models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("bin")
    )
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("lot")
    )
    quantity = models.IntegerField(_("quantity"), default=0, editable=False)

    objects = StockItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock by bin and lot")
        verbose_name_plural = _("stock by bin and lot")
        ordering = ("variant_id", "warehouse_id", "bin_id", "lot_id")
        constraints = (
            models.UniqueConstraint(
                fields=("variant", "warehouse", "bin", "lot"),
                nulls_distinct=False,
                name="stock_item_once_per_place",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="stock_item_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.variant.sku} · {self.warehouse.code}"


class CostLayer(models.Model):
    """What came in at one price and how much of it is left, first in first out; written by the ledger's trigger."""

    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="cost_layers")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="cost_layers")
    movement = models.OneToOneField(
        StockMovement, on_delete=models.PROTECT, null=True, related_name="cost_layer"
    )
    quantity = models.PositiveIntegerField(_("came in"))
    open_quantity = models.PositiveIntegerField(_("left"))
    unit_cost = models.DecimalField(_("unit cost"), max_digits=18, decimal_places=6)
    created_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("cost layer")
        verbose_name_plural = _("cost layers")
        ordering = ("variant_id", "warehouse_id", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(open_quantity__lte=F("quantity")), name="cost_layer_open_within_quantity"
            ),
        )
        indexes = (
            models.Index(
                fields=("variant", "warehouse", "id"),
                condition=Q(open_quantity__gt=0),
                name="cost_layer_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.open_quantity}/{self.quantity} at {self.unit_cost}"


class StockValueDay(models.Model):
    """What lay in a warehouse at the end of a day and what it was worth, by both rules of cost."""

    day = models.DateField(_("day"))
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="value_days", verbose_name=_("warehouse")
    )
    currency = models.CharField(_("currency"), max_length=3)
    on_hand_quantity = models.BigIntegerField(_("on hand"))
    average_amount = models.DecimalField(_("value at moving average"), max_digits=20, decimal_places=3)
    fifo_amount = models.DecimalField(_("value first in first out"), max_digits=20, decimal_places=3)

    class Meta:
        verbose_name = _("stock value by day")
        verbose_name_plural = _("stock value by day")
        ordering = ("-day", "warehouse_id")
        constraints = (models.UniqueConstraint(fields=("day", "warehouse"), name="stock_value_once_per_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.warehouse_id}: {self.average_amount} {self.currency}"
