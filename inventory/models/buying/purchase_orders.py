"""Purchase orders, their history, and the deliveries that answer them."""

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.domain.buying.prices import describe_price
from inventory.domain.buying.states import OPEN_STATUSES, PurchaseOrigin, PurchaseStatus
from inventory.models.buying.suppliers import Supplier
from inventory.models.warehouses import Warehouse
from shop.kernel.clock import now
from shop.kernel.fields import AmountField, CurrencyField

PROMISED = (PurchaseStatus.SENT, PurchaseStatus.PART_RECEIVED)


class PurchaseOrderQuerySet(models.QuerySet["PurchaseOrder"]):
    """Ideas about purchase orders."""

    def open(self) -> "PurchaseOrderQuerySet":
        """Goods may still come from them."""
        return self.filter(status__in=OPEN_STATUSES)

    def to_approve(self) -> "PurchaseOrderQuerySet":
        """Written, and waiting for a word."""
        return self.filter(status=PurchaseStatus.DRAFT)

    def on_the_way(self) -> "PurchaseOrderQuerySet":
        """Sent, and not wholly delivered."""
        return self.filter(status__in=PROMISED)

    def with_totals(self) -> "PurchaseOrderQuerySet":
        """With the value of the goods and the units."""
        return self.annotate(
            goods_amount=Sum(F("lines__quantity") * F("lines__unit_amount"), default=0),
            ordered_quantity=Sum("lines__quantity", default=0),
            received_quantity=Sum("lines__received_quantity", default=0),
        )


class PurchaseOrder(models.Model):
    """Goods that one supplier is to bring to one warehouse."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="purchase_orders", verbose_name=_("supplier")
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="purchase_orders", verbose_name=_("warehouse")
    )
    status = models.CharField(
        _("state"),
        max_length=16,
        choices=PurchaseStatus.choices,
        default=PurchaseStatus.DRAFT,
        editable=False,
    )
    origin = models.CharField(
        _("origin"),
        max_length=12,
        choices=PurchaseOrigin.choices,
        default=PurchaseOrigin.BUYER,
        editable=False,
    )
    currency = CurrencyField(_("currency"))
    exchange_rate = models.DecimalField(
        _("exchange rate"),
        max_digits=18,
        decimal_places=8,
        default=1,
        help_text=_(
            "What one unit of the order's currency is worth in the house's own: turns prices into stock value."
        ),
    )
    freight_amount = AmountField(_("freight"), default=0)
    duty_amount = AmountField(_("duty"), default=0)
    other_amount = AmountField(_("other costs"), default=0)
    expected_on = models.DateField(_("expected"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_by = models.CharField(_("written by"), max_length=254, editable=False)
    approved_by = models.CharField(_("approved by"), max_length=254, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"), default=now, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    delivered_at = models.DateTimeField(_("last delivery"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    objects = PurchaseOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        ordering = ("-pk",)
        permissions = (
            ("approve_purchaseorder", "Can approve purchase orders up to the limit"),
            ("approve_large_purchaseorder", "Can approve purchase orders above the limit"),
            ("receive_purchaseorder", "Can book deliveries of purchase orders"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    freight_amount__gte=0, duty_amount__gte=0, other_amount__gte=0, exchange_rate__gt=0
                ),
                name="purchase_order_costs_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "cancelled")) | Q(approved_at__isnull=False),
                name="purchase_order_approved_before_sent",
            ),
        )
        indexes = (
            models.Index(
                fields=("supplier", "warehouse"),
                condition=Q(status__in=OPEN_STATUSES),
                name="purchase_order_open",
            ),
        )

    def __str__(self) -> str:
        return self.number


class PurchaseOrderLine(models.Model):
    """So many of one article; what is still open counts as on its way."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="purchase_lines", verbose_name=_("variant")
    )
    supplier_sku = models.CharField(_("supplier's number"), max_length=80, blank=True)
    quantity = models.PositiveIntegerField(_("ordered"))
    unit_amount = AmountField(_("unit price"))
    received_quantity = models.PositiveIntegerField(_("received"), default=0, editable=False)
    damaged_quantity = models.PositiveIntegerField(_("damaged"), default=0, editable=False)

    class Meta:
        verbose_name = _("purchase order line")
        verbose_name_plural = _("purchase order lines")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("order", "variant"), name="purchase_line_once_per_article"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_amount__gte=0), name="purchase_line_quantity_above_zero"
            ),
        )
        indexes = (models.Index(fields=("variant", "order"), name="purchase_line_by_variant"),)

    def __str__(self) -> str:
        return f"{self.variant_id} × {self.quantity}"

    @property
    def open_quantity(self) -> int:
        """Not here yet; damaged goods are to be replaced."""
        return max(self.quantity - self.received_quantity, 0)

    @property
    def price_text(self) -> str:
        """With the currency's decimals at least: prices may be finer than a cent."""
        return describe_price(self.unit_amount, self.order.currency)


OPEN_QUANTITY = Greatest(F("quantity") - F("received_quantity"), 0)
"""The property `open_quantity` of a line, for queries."""


class PurchaseOrderEvent(models.Model):
    """What happened to an order, by whom; only grows."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=16)
    actor = models.CharField(_("by"), max_length=254)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), default=now)

    class Meta:
        verbose_name = _("purchase order event")
        verbose_name_plural = _("purchase order events")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.order_id}: {self.kind}"


class PurchaseReceipt(models.Model):
    """One delivery: its number makes it book once, however often the page is sent."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="receipts")
    number = models.CharField(_("number"), max_length=64, unique=True)
    note = models.CharField(_("delivery note"), max_length=120, blank=True)
    received_by = models.CharField(_("by"), max_length=254)
    received_at = models.DateTimeField(_("at"), default=now)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.number


class PurchaseReceiptLine(models.Model):
    """What came of one line; `landed_amount` is the line's share of freight, duty and other costs."""

    receipt = models.ForeignKey(PurchaseReceipt, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(PurchaseOrderLine, on_delete=models.PROTECT, related_name="receipts")
    good_quantity = models.PositiveIntegerField(_("good"))
    damaged_quantity = models.PositiveIntegerField(_("damaged"), default=0)
    lot_code = models.CharField(pgettext_lazy("goods", "lot"), max_length=40, blank=True)
    expires_on = models.DateField(_("expires"), null=True, blank=True)
    landed_amount = AmountField(_("freight and duty"), default=0)
    unit_cost = models.DecimalField(_("unit cost"), max_digits=18, decimal_places=6)

    class Meta:
        verbose_name = _("line of a delivery")
        verbose_name_plural = _("lines of a delivery")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(good_quantity__gt=0) | Q(damaged_quantity__gt=0),
                name="receipt_line_brings_something",
            ),
        )

    def __str__(self) -> str:
        return f"{self.line_id}: {self.good_quantity} + {self.damaged_quantity}"
