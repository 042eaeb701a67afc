"""The places where stock lies."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WarehouseQuerySet(models.QuerySet["Warehouse"]):
    """Ideas about warehouses."""

    def active(self) -> "WarehouseQuerySet":
        """Those whose stock is sold."""
        return self.filter(is_active=True)


class Warehouse(models.Model):
    """A place where stock lies."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    name = models.CharField(_("name"), max_length=120)
    country = models.CharField(_("country"), max_length=2, help_text=_("Two letters, such as NL."))
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=10,
        help_text=_("The lower the number, the earlier its stock is used."),
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Stock of an inactive warehouse is not for sale."),
    )

    objects = WarehouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ("priority", "code")

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"
