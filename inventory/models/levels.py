"""How much lies where: counters that follow from the ledger and the reservations."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Least
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from inventory.models.warehouses import Warehouse


class StockLevelQuerySet(models.QuerySet["StockLevel"]):
    """Ideas about levels."""

    def for_sale(self) -> "StockLevelQuerySet":
        """In warehouses whose stock is sold."""
        return self.filter(warehouse__is_active=True)

    def with_available(self) -> "StockLevelQuerySet":
        """With what can still be sold."""
        return self.annotate(available_quantity=F("available"))

    def low(self) -> "StockLevelQuerySet":
        """Below their reorder point."""
        return self.filter(reorder_point__gt=0, available__lt=F("reorder_point"))

    def sold_out(self) -> "StockLevelQuerySet":
        """Nothing free."""
        return self.filter(available__lte=0)

    def short(self) -> "StockLevelQuerySet":
        """More is promised than can be sold: a recall or an expiry took what was held."""
        return self.filter(on_hand__lt=F("reserved") + F("blocked"))


class StockLevel(models.Model):
    """`on_hand` moves only when a ledger row is written (database trigger); `reserved` follows the reservations.

    `blocked` is the part of `on_hand` that is not for sale (damaged, quarantined, expired, recalled), `fenced` what is
    set aside for single channels; `available` is what the shared pool can still sell, below zero when a recall took
    what was promised.
    """

    variant = models.ForeignKey(
        "catalog.Variant",
        on_delete=models.PROTECT,
        db_index=False,
        related_name="stock_levels",
        verbose_name=_("variant"),
    )
    # The unique index on (variant, warehouse) serves the lookups by variant; this one the pages by warehouse.
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        related_name="levels",
        verbose_name=_("warehouse"),
    )
    on_hand = models.IntegerField(_("on hand"), default=0, editable=False)
    reserved = models.IntegerField(_("reserved"), default=0, editable=False)
    blocked = models.IntegerField(_("not for sale"), default=0, db_default=0, editable=False)
    fenced = models.IntegerField(_("set aside"), default=0, db_default=0, editable=False)
    available = models.GeneratedField(
        verbose_name=_("available"),
        expression=F("on_hand") - F("reserved") - F("blocked") - F("fenced"),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    average_cost = models.DecimalField(
        _("average cost"), max_digits=18, decimal_places=6, default=0, db_default=0, editable=False
    )
    last_counted_at = models.DateTimeField(_("last counted"), null=True, blank=True, editable=False)
    reorder_point = models.IntegerField(
        _("reorder point"),
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("An alert opens when less than this is available; 0 switches it off."),
    )
    reorder_quantity = models.IntegerField(
        _("reorder quantity"), default=0, validators=[MinValueValidator(0)]
    )

    objects = StockLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        ordering = ("variant_id", "warehouse_id")
        constraints = (
            models.UniqueConstraint(fields=("variant", "warehouse"), name="stock_level_once_per_shelf"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("on_hand")),
                name="stock_level_reserved_within_on_hand",
            ),
            # One for the rest: PostgreSQL reads the text of each CHECK anew for every statement.
            models.CheckConstraint(
                condition=Q(blocked__lte=F("on_hand"))
                & Q(GreaterThanOrEqual(Least("blocked", "fenced", "reorder_point", "reorder_quantity"), 0)),
                name="stock_level_parts_within_bounds",
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant.sku} · {self.warehouse.code}"

    @property
    def free_quantity(self) -> int:
        """What the shared pool can still sell; below zero when more is promised than can be sold."""
        return self.on_hand - self.reserved - self.blocked - self.fenced
