"""The stock ledger: append-only, and the only way `on_hand` changes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.lots import Lot
from inventory.models.places import Bin
from inventory.models.warehouses import Warehouse
from shop.kernel.clock import now


class MovementKind(models.TextChoices):
    """What happened to the goods."""

    RECEIVED = "received", _("received")
    RESERVED = "reserved", _("reserved")
    RELEASED = "released", _("released")
    PICKED = "picked", _("picked")
    SHIPPED = "shipped", _("shipped")
    RETURNED = "returned", _("returned")
    ADJUSTED = "adjusted", _("adjusted")
    TRANSFERRED = "transferred", _("transferred")
    MOVED = "moved", _("moved")
    SCRAPPED = "scrapped", _("scrapped")
    COUNTED = "counted", _("counted")


# Between bins of one warehouse: the rows of a source add up to nothing.
INTERNAL_KINDS = (MovementKind.PICKED, MovementKind.MOVED)


class StockMovement(models.Model):
    """One row per event and place; a trigger applies `delta` to level, item and cost, and refuses UPDATE and DELETE.

    `part` numbers the rows of one source on one shelf, so that a source is booked once however it was split.
    One foreign key, on the level of (variant, warehouse), stands for those on both: a hold has that row locked anyway.
    """

    variant = models.ForeignKey(
        "catalog.Variant",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="stock_movements",
        verbose_name=_("variant"),
    )
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="movements",
        verbose_name=_("warehouse"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=MovementKind.choices)
    bin = models.ForeignKey(
        Bin,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="movements",
        verbose_name=_("bin"),
    )
    lot = models.ForeignKey(
        Lot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="movements",
        verbose_name=_("lot"),
    )
    delta = models.IntegerField(_("change"))
    reserved_delta = models.IntegerField(_("change of what is held"), default=0, db_default=0)
    unit_cost = models.DecimalField(
        _("unit cost"),
        max_digits=18,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("Empty when written: the moving average of the moment."),
    )
    reference = models.CharField(_("for"), max_length=80, blank=True, default="", db_default="")
    part = models.SmallIntegerField(_("part"), default=0, db_default=0)
    source_type = models.CharField(_("source"), max_length=32)
    source_id = models.CharField(_("source number"), max_length=120)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.CharField(_("by"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("at"), default=now)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("source_type", "source_id", "kind", "variant", "warehouse", "part"),
                name="stock_movement_once_per_source",
            ),
            # A function, since PostgreSQL reads the text of a CHECK anew for every statement, and compiles a function once.
            models.CheckConstraint(
                condition=models.Func(
                    F("kind"),
                    F("delta"),
                    F("reserved_delta"),
                    F("part"),
                    function="inventory_movement_fits",
                    output_field=models.BooleanField(),
                ),
                name="stock_movement_sign_fits_kind",
            ),
        )
        indexes = (
            models.Index(fields=("variant", "warehouse"), name="stock_movement_by_shelf"),
            models.Index(fields=("created_at",), condition=~Q(delta=0), name="stock_movement_by_time"),
            models.Index(
                fields=("reference",),
                condition=Q(kind=MovementKind.SHIPPED),
                name="stock_movement_by_reference",
            ),
            models.Index(fields=("lot",), condition=Q(lot__isnull=False), name="stock_movement_by_lot"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.delta:+d} · {self.variant.sku} · {self.warehouse.code}"
