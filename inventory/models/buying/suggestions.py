"""What to order today, with the arithmetic of the moment."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.domain.buying.states import SuggestionState
from inventory.domain.buying.suggestions import Urgency
from inventory.models.buying.purchase_orders import PurchaseOrderLine
from inventory.models.buying.suppliers import SupplierItem
from inventory.models.warehouses import Warehouse
from shop.kernel.clock import now
from shop.kernel.fields import AmountField, CurrencyField


class PurchaseSuggestionQuerySet(models.QuerySet["PurchaseSuggestion"]):
    """Ideas about suggestions."""

    def open(self) -> "PurchaseSuggestionQuerySet":
        """Nobody has decided yet."""
        return self.filter(state=SuggestionState.OPEN)


class PurchaseSuggestion(models.Model):
    """One per shelf and day, whoever asks how often; `facts` are the arithmetic as it was."""

    variant = models.ForeignKey(
        "catalog.Variant",
        on_delete=models.PROTECT,
        related_name="purchase_suggestions",
        verbose_name=_("variant"),
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="purchase_suggestions", verbose_name=_("warehouse")
    )
    day = models.DateField(_("day"))
    supplier_item = models.ForeignKey(
        SupplierItem,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("supplier"),
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_amount = AmountField(_("unit price"), null=True, blank=True)
    currency = CurrencyField(_("currency"), blank=True)
    urgency = models.CharField(
        _("urgency"),
        max_length=8,
        choices=Urgency.choices,
    )
    facts = models.JSONField(_("arithmetic"))
    state = models.CharField(
        _("state"), max_length=12, choices=SuggestionState.choices, default=SuggestionState.OPEN
    )
    line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.SET_NULL, null=True, blank=True, related_name="suggestions"
    )
    accepted_quantity = models.PositiveIntegerField(_("accepted quantity"), null=True, blank=True)
    decided_by = models.CharField(_("by"), max_length=254, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("suggested"), default=now)

    objects = PurchaseSuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase suggestion")
        verbose_name_plural = _("purchase suggestions")
        ordering = ("-day", "variant_id", "warehouse_id")
        constraints = (
            models.UniqueConstraint(
                fields=("variant", "warehouse", "day"), name="suggestion_once_per_shelf_and_day"
            ),
            models.UniqueConstraint(
                fields=("variant", "warehouse"),
                condition=Q(state="open"),
                name="suggestion_one_open_per_shelf",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="suggestion_quantity_above_zero"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="suggestion_decided_has_instant",
            ),
        )

    def __str__(self) -> str:
        return f"{self.variant_id}@{self.warehouse_id} {self.day}: {self.quantity}"

    @property
    def available_quantity(self) -> int:
        """What could be sold when this was worked out, without what was still to come."""
        return int(self.facts["position"]) - int(self.facts["incoming"])
