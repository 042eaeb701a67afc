"""What to fetch for whom, bin by bin, and how that went."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.domain.references import name_reference
from inventory.domain.states import PickListStatus, PickTaskStatus
from inventory.models.lots import Lot
from inventory.models.places import Bin
from inventory.models.warehouses import Warehouse
from shop.kernel.clock import now


class PickListKind(models.TextChoices):
    """Everything that waits, a handful of orders at once, or one order."""

    WAVE = "wave", _("wave")
    BATCH = "batch", _("batch")
    ORDER = "order", _("order")


class PickList(models.Model):
    """One walk through the warehouse."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="pick_lists", verbose_name=_("warehouse")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=PickListKind.choices)
    status = models.CharField(
        _("state"), max_length=16, choices=PickListStatus.choices, default=PickListStatus.OPEN
    )
    walk_cm = models.PositiveIntegerField(_("walk (cm)"), default=0)
    created_by = models.CharField(_("made by"), max_length=254, blank=True)
    picker = models.CharField(_("picker"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("created"), default=now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("pick list")
        verbose_name_plural = _("pick lists")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number


class PickTask(models.Model):
    """Take so many from a bin for a reference; picked goods lie in packing until they are shipped."""

    pick_list = models.ForeignKey(PickList, on_delete=models.CASCADE, related_name="tasks")
    sequence = models.PositiveIntegerField(_("step"))
    reference = models.CharField(_("reference"), max_length=80)
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="+", verbose_name=_("variant")
    )
    bin = models.ForeignKey(
        Bin, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bin")
    )
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lot")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    picked_quantity = models.PositiveIntegerField(_("picked"), default=0)
    settled_quantity = models.PositiveIntegerField(
        _("left packing"), default=0, help_text=_("Shipped, or put back when the order was cancelled.")
    )
    wrong_scans = models.PositiveSmallIntegerField(_("wrong scans"), default=0)
    status = models.CharField(
        _("state"), max_length=16, choices=PickTaskStatus.choices, default=PickTaskStatus.OPEN
    )
    picked_by = models.CharField(_("picked by"), max_length=254, blank=True)
    picked_at = models.DateTimeField(_("picked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("pick")
        verbose_name_plural = _("picks")
        ordering = ("pick_list_id", "sequence")
        constraints = (
            models.CheckConstraint(condition=Q(quantity__gt=0), name="pick_task_above_zero"),
            models.CheckConstraint(
                condition=Q(picked_quantity__lte=F("quantity"))
                & Q(settled_quantity__lte=F("picked_quantity")),
                name="pick_task_within_quantity",
            ),
        )
        indexes = (
            models.Index(fields=("reference", "variant"), name="pick_task_by_reference"),
            models.Index(fields=("picked_at",), condition=Q(picked_at__isnull=False), name="pick_task_done"),
        )

    def __str__(self) -> str:
        return f"{self.reference}: {self.variant_id} × {self.quantity}"

    @property
    def order_number(self) -> str:
        """Whom it is for, as people call it."""
        return name_reference(self.reference)

    @property
    def waiting_quantity(self) -> int:
        """Lies in packing."""
        return self.picked_quantity - self.settled_quantity
