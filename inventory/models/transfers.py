"""Stock on its way from one warehouse to another."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.domain.states import TransferStatus
from inventory.models.lots import Lot
from inventory.models.places import Bin
from inventory.models.warehouses import Warehouse
from shop.kernel.clock import now


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Ideas about transfers."""

    def on_the_way(self) -> "TransferQuerySet":
        """Left, and not wholly accounted for on arrival."""
        return self.filter(status__in=(TransferStatus.SENT, TransferStatus.PART_RECEIVED))


class Transfer(models.Model):
    """From where to where; its lines say what."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    source = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="transfers_out", verbose_name=_("from")
    )
    destination = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="transfers_in", verbose_name=_("to")
    )
    status = models.CharField(
        _("state"), max_length=16, choices=TransferStatus.choices, default=TransferStatus.DRAFT
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_by = models.CharField(_("by"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("created"), default=now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=~Q(source=F("destination")), name="transfer_goes_elsewhere"),
        )

    def __str__(self) -> str:
        return self.number


class TransferLine(models.Model):
    """What left of one variant and lot, and what of it arrived; `sent = received + damaged + lost + in transit`."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lot")
    )
    bin = models.ForeignKey(
        Bin, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from bin")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_cost = models.DecimalField(_("unit cost"), max_digits=18, decimal_places=6, default=0)
    received_quantity = models.PositiveIntegerField(_("arrived"), default=0)
    damaged_quantity = models.PositiveIntegerField(_("arrived damaged"), default=0)
    lost_quantity = models.PositiveIntegerField(_("lost"), default=0)

    class Meta:
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(quantity__gt=0), name="transfer_line_above_zero"),
            models.CheckConstraint(
                condition=Q(
                    quantity__gte=F("received_quantity") + F("damaged_quantity") + F("lost_quantity")
                ),
                name="transfer_line_accounts_for_no_more",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant.sku}"

    @property
    def transit_quantity(self) -> int:
        """Still on the way."""
        return self.quantity - self.received_quantity - self.damaged_quantity - self.lost_quantity
