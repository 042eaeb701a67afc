"""Where in a warehouse stock lies: zones, and in them bins with their place on the floor."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.models.warehouses import Warehouse


class ZoneKind(models.TextChoices):
    """What a zone is for; what lies in the last two is not for sale."""

    RECEIVING = "receiving", _("receiving")
    STORAGE = "storage", _("storage")
    PICKING = "picking", _("picking")
    PACKING = "packing", _("packing")
    DAMAGED = "damaged", _("damaged")
    QUARANTINE = "quarantine", _("quarantine")


UNSELLABLE_ZONES = (ZoneKind.DAMAGED, ZoneKind.QUARANTINE)


class Zone(models.Model):
    """A part of a warehouse with one purpose; its kind is fixed once it is made."""

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="zones", verbose_name=_("warehouse")
    )
    code = models.CharField(_("code"), max_length=16)
    name = models.CharField(_("name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=ZoneKind.choices, default=ZoneKind.STORAGE)

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        ordering = ("warehouse_id", "code")
        constraints = (models.UniqueConstraint(fields=("warehouse", "code"), name="zone_once_per_warehouse"),)

    def __str__(self) -> str:
        return f"{self.code} ({self.get_kind_display()})"

    @property
    def is_sellable(self) -> bool:
        """Whether what lies here may be sold."""
        return self.kind not in UNSELLABLE_ZONES


class Bin(models.Model):
    """One place on a shelf. Coordinates are centimetres from the packing table; aisles run along y."""

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="bins", verbose_name=_("warehouse")
    )
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="bins", verbose_name=_("zone"))
    code = models.CharField(_("code"), max_length=24)
    aisle = models.PositiveSmallIntegerField(_("aisle"), default=0)
    shelf_level = models.PositiveSmallIntegerField(
        _("height"), default=0, help_text=_("0 is the floor; heavy goods belong low.")
    )
    x_cm = models.PositiveIntegerField(_("across (cm)"), default=0)
    y_cm = models.PositiveIntegerField(_("along (cm)"), default=0)
    walk_order = models.PositiveIntegerField(
        _("walking order"), default=0, help_text=_("Pick lists go from low to high.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("bin")
        verbose_name_plural = _("bins")
        ordering = ("warehouse_id", "walk_order", "code")
        constraints = (models.UniqueConstraint(fields=("warehouse", "code"), name="bin_once_per_warehouse"),)
        indexes = (models.Index(fields=("warehouse", "walk_order"), name="bin_by_walk"),)

    def __str__(self) -> str:
        return self.code
