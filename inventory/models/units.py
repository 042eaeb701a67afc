"""How articles are packed, and what a scanner reads on them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """Units of measure that a pack may be counted in."""

    EACH = "each", _("piece")
    INNER = "inner", _("inner pack")
    CARTON = "carton", _("carton")
    PALLET = "pallet", _("pallet")


class PackUnit(models.Model):
    """So many pieces of a variant in one pack."""

    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="pack_units", verbose_name=_("variant")
    )
    unit = models.CharField(_("unit"), max_length=16, choices=UnitKind.choices)
    quantity = models.PositiveIntegerField(_("pieces in it"))

    class Meta:
        verbose_name = _("pack size")
        verbose_name_plural = _("pack sizes")
        ordering = ("variant_id", "quantity")
        constraints = (
            models.UniqueConstraint(fields=("variant", "unit"), name="pack_unit_once_per_variant"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="pack_unit_above_zero"),
        )

    def __str__(self) -> str:
        return f"{self.get_unit_display()} × {self.quantity}"


class BarcodeKind(models.TextChoices):
    """EAN covers EAN-8, UPC-A, EAN-13 and GTIN-14; an own code is whatever we print ourselves."""

    EAN = "ean", _("EAN / UPC")
    OWN = "own", _("own code")


class Barcode(models.Model):
    """A code on an article or on a pack of it; one code names one thing."""

    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="barcodes", verbose_name=_("variant")
    )
    pack_unit = models.ForeignKey(
        PackUnit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="barcodes",
        verbose_name=_("pack"),
        help_text=_("Empty: the code stands for one piece."),
    )
    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=BarcodeKind.choices)

    class Meta:
        verbose_name = _("barcode")
        verbose_name_plural = _("barcodes")
        ordering = ("variant_id", "code")

    def __str__(self) -> str:
        return self.code

    @property
    def pieces(self) -> int:
        """How many pieces one scan stands for."""
        return self.pack_unit.quantity if self.pack_unit else 1
