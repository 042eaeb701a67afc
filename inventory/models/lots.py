"""Lots: goods that were made together, expire together and are recalled together."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.kernel.clock import now


class LotStatus(models.TextChoices):
    """Only an active lot is sold."""

    ACTIVE = "active", _("active")
    EXPIRED = "expired", _("expired")
    RECALLED = "recalled", _("recalled")


class LotQuerySet(models.QuerySet["Lot"]):
    """Ideas about lots."""

    def sellable(self) -> "LotQuerySet":
        """Neither expired nor recalled."""
        return self.filter(status=LotStatus.ACTIVE)


class Lot(models.Model):
    """A lot of one variant; its stock is not for sale from the day it expires."""

    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="lots", verbose_name=_("variant")
    )
    code = models.CharField(_("lot"), max_length=40)
    expires_on = models.DateField(
        _("expires"), null=True, blank=True, help_text=_("The first day on which it is not sold any more.")
    )
    status = models.CharField(
        _("state"), max_length=16, choices=LotStatus.choices, default=LotStatus.ACTIVE, editable=False
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    status_changed_at = models.DateTimeField(_("since"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("first seen"), default=now, editable=False)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ("expires_on", "id")
        permissions = (("recall_lot", "Can recall a lot"),)
        constraints = (models.UniqueConstraint(fields=("variant", "code"), name="lot_once_per_variant"),)
        indexes = (models.Index(fields=("expires_on",), condition=Q(status="active"), name="lot_expiring"),)

    def __str__(self) -> str:
        return self.code
