"""The order: a promise to a shopper with all it was made of, and its append-only timeline."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from catalog.domain.promotions.traces import Trace
from catalog.domain.promotions.words import TraceLine, describe_applied
from orders.domain.states import (
    BEFORE_SHIPPING,
    FulfilmentStatus,
    HoldReason,
    OrderStatus,
    PaymentStatus,
    ShipmentStatus,
)
from orders.models.carts import Cart
from shop.accounts.models.address import PostalFields
from shop.kernel.fields import AmountField, CurrencyField
from shop.kernel.ids import new_token
from shop.kernel.money import Money

ZERO = Decimal(0)


class OrderQuerySet(models.QuerySet["Order"]):
    """Ideas about orders."""

    def unpaid(self) -> "OrderQuerySet":
        """Orders that still wait for money."""
        return self.filter(status=OrderStatus.PENDING)

    def overdue(self, now: object) -> "OrderQuerySet":
        """Unpaid orders whose time to pay is over and for which no payment is under way."""
        return self.unpaid().filter(payment_status=PaymentStatus.UNPAID, payment_due_at__lte=now)

    def to_ship(self) -> "OrderQuerySet":
        """Paid orders with goods still in the warehouse that nothing holds back and whose money we still have."""
        return self.unshipped().filter(hold_reason="").exclude(payment_status=PaymentStatus.REFUNDED)

    def unshipped(self) -> "OrderQuerySet":
        """Open orders with goods still in the warehouse."""
        return self.filter(
            status=OrderStatus.CONFIRMED,
            fulfilment_status__in=(
                FulfilmentStatus.UNFULFILLED,
                FulfilmentStatus.ALLOCATED,
                FulfilmentStatus.PARTIALLY_SHIPPED,
            ),
        )

    def to_cancel(self) -> "OrderQuerySet":
        """Orders whose money went back while their goods still lie here, held for nobody."""
        return self.unshipped().filter(payment_status=PaymentStatus.REFUNDED)

    def kept_back(self) -> "OrderQuerySet":
        """Orders whose goods must not be picked, whatever is reserved for them."""
        return self.filter(~Q(hold_reason="") | Q(payment_status=PaymentStatus.REFUNDED))

    def held(self) -> "OrderQuerySet":
        """Paid orders that must not be packed yet."""
        return self.filter(status=OrderStatus.CONFIRMED).exclude(hold_reason="")

    def late(self, since: object) -> "OrderQuerySet":
        """Orders to ship that could be packed before this instant."""
        return self.to_ship().filter(Q(released_at=None, paid_at__lt=since) | Q(released_at__lt=since))

    def in_trouble(self) -> "OrderQuerySet":
        """Orders with a parcel that met a problem or has been silent for too long."""
        parcels = Q(shipments__status=ShipmentStatus.EXCEPTION) | Q(shipments__stalled_at__isnull=False)
        return self.filter(pk__in=Order.objects.filter(parcels).values("pk"))


class Order(PostalFields):
    """What was bought, for how much, and where it stands on three axes."""

    number = models.CharField(max_length=20, unique=True)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    cart = models.OneToOneField(Cart, null=True, blank=True, on_delete=models.PROTECT, related_name="order")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orders",
    )
    email = models.EmailField()
    language = models.CharField(max_length=10)

    status = models.CharField(max_length=20, choices=OrderStatus, default=OrderStatus.PENDING)
    payment_status = models.CharField(max_length=20, choices=PaymentStatus, default=PaymentStatus.UNPAID)
    fulfilment_status = models.CharField(
        max_length=20, choices=FulfilmentStatus, default=FulfilmentStatus.UNFULFILLED
    )

    currency = CurrencyField()
    prices_include_tax = models.BooleanField()
    subtotal_amount = AmountField()
    discount_amount = AmountField(default=ZERO)
    # What is paid for delivery, after its own discount.
    shipping_amount = AmountField(default=ZERO)
    shipping_discount_amount = AmountField(default=ZERO)
    shipping_tax_amount = AmountField(default=ZERO)
    tax_amount = AmountField(default=ZERO)
    total_amount = AmountField()
    refunded_amount = AmountField(default=ZERO)

    shipping_method_code = models.CharField(max_length=50, blank=True)
    shipping_method_name = models.CharField(max_length=100, blank=True)
    shipping_carrier = models.CharField(max_length=30, blank=True)
    channel = models.CharField(max_length=40, default="web")
    coupon_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # Every promotion that was looked at when the order was placed, with what came of it and why.
    promotion_trace = models.JSONField(default=dict, blank=True)
    # A discount was given for paying in this way; empty: any way.
    payment_method = models.CharField(max_length=30, blank=True, default="")

    promised_days_from = models.PositiveSmallIntegerField(null=True, blank=True)
    promised_days_to = models.PositiveSmallIntegerField(null=True, blank=True)

    placed_at = models.DateTimeField()
    payment_due_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    payment_reference = models.CharField(max_length=200, blank=True)
    # A hold that lapsed is not revived: money that comes late takes a new one under the next round's name.
    hold_round = models.PositiveSmallIntegerField(default=1)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=30, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    # Why it must not be packed yet, paid or not; and since when it may, where it was held back.
    hold_reason = models.CharField(max_length=20, choices=HoldReason, blank=True, default="")
    released_at = models.DateTimeField(null=True, blank=True)

    # What placing wrote beside the instance that it answers: its lines and timeline need not be read at once.
    placed_with: "tuple[list[OrderLine], list[OrderEvent]] | None" = None

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ("-placed_at", "-pk")
        permissions = (
            ("fulfil_order", "Can pack and ship orders"),
            ("cancel_order", "Can cancel orders"),
            ("resend_confirmation", "Can send an order's confirmation again"),
            ("hold_order", "Can hold orders back and let them go"),
            ("change_address", "Can change where an order goes"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    prices_include_tax=True,
                    total_amount=F("subtotal_amount") - F("discount_amount") + F("shipping_amount"),
                )
                | Q(
                    prices_include_tax=False,
                    total_amount=F("subtotal_amount")
                    - F("discount_amount")
                    + F("shipping_amount")
                    + F("tax_amount"),
                ),
                name="orders_order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    subtotal_amount__gte=0,
                    discount_amount__gte=0,
                    shipping_amount__gte=0,
                    shipping_discount_amount__gte=0,
                    shipping_tax_amount__gte=0,
                    tax_amount__gte=F("shipping_tax_amount"),
                    total_amount__gte=0,
                    discount_amount__lte=F("subtotal_amount"),
                ),
                name="orders_order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("total_amount")),
                name="orders_order_refund_within_total",
            ),
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="orders_order_status"),
            models.CheckConstraint(
                condition=Q(payment_status__in=PaymentStatus.values),
                name="orders_order_payment_status",
            ),
            models.CheckConstraint(
                condition=Q(fulfilment_status__in=FulfilmentStatus.values),
                name="orders_order_fulfilment_status",
            ),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=True, payment_status__in=("unpaid", "processing"))
                | Q(
                    paid_at__isnull=False,
                    payment_status__in=("paid", "partially_refunded", "refunded"),
                ),
                name="orders_order_paid_at_iff_paid",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("confirmed", "completed")) | Q(paid_at__isnull=False),
                name="orders_order_confirmed_is_paid",
            ),
            models.CheckConstraint(
                condition=Q(hold_reason="")
                | Q(
                    hold_reason__in=HoldReason.values,
                    status__in=("pending", "confirmed"),
                    fulfilment_status="unfulfilled",
                ),
                name="orders_order_held_stays",
            ),
        )
        indexes = (
            models.Index(fields=["user", "-placed_at"], name="orders_order_user"),
            models.Index(Upper("email"), condition=Q(user=None), name="orders_order_of_guest"),
            models.Index(
                fields=["payment_due_at"],
                condition=Q(status="pending"),
                name="orders_order_pending_due",
            ),
            models.Index(fields=["-placed_at"], name="orders_order_placed"),
            models.Index(
                fields=["paid_at"],
                condition=Q(
                    status="confirmed",
                    fulfilment_status__in=(
                        "unfulfilled",
                        "allocated",
                        "partially_shipped",
                    ),
                ),
                name="orders_order_to_ship",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def subtotal(self) -> Money:
        """The goods."""
        return Money(self.subtotal_amount, self.currency).quantized()

    @property
    def discount(self) -> Money:
        """What was taken off."""
        return Money(self.discount_amount, self.currency).quantized()

    @property
    def shipping(self) -> Money:
        """The freight."""
        return Money(self.shipping_amount, self.currency).quantized()

    @property
    def shipping_discount(self) -> Money:
        """What was taken off the freight; `shipping` is what is left."""
        return Money(self.shipping_discount_amount, self.currency).quantized()

    @property
    def tax(self) -> Money:
        """The tax: inside the total, or a part of it on top, as `prices_include_tax` says."""
        return Money(self.tax_amount, self.currency).quantized()

    @property
    def total(self) -> Money:
        """What is or was to be paid."""
        return Money(self.total_amount, self.currency).quantized()

    @property
    def refunded(self) -> Money:
        """What has gone back."""
        return Money(self.refunded_amount, self.currency).quantized()

    @property
    def trace(self) -> Trace:
        """Every promotion that was looked at when the order was placed."""
        return Trace.from_json(self.promotion_trace)

    @property
    def discounts(self) -> tuple[TraceLine, ...]:
        """The promotions that took something off, in words."""
        return describe_applied(self.trace)

    @property
    def list_shipping(self) -> Money:
        """The freight before its discount."""
        return self.shipping + self.shipping_discount

    @property
    def is_open(self) -> bool:
        """Neither completed nor cancelled."""
        return self.status in {OrderStatus.PENDING, OrderStatus.CONFIRMED}

    @property
    def is_all_here(self) -> bool:
        """Open, and nothing of it has left the warehouse."""
        return self.is_open and self.fulfilment_status in BEFORE_SHIPPING

    @property
    def promotion_reference(self) -> str:
        """The name under which the catalogue counts this order's promotions."""
        return f"order:{self.number}"

    @property
    def reference(self) -> str:
        """The name under which inventory holds this order's stock."""
        suffix = f":{self.hold_round}" if self.hold_round > 1 else ""
        return f"order:{self.number}{suffix}"


class OrderLine(models.Model):
    """One article as it was sold: names and amounts are a snapshot."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=120)
    product_slug = models.CharField(max_length=255, blank=True)
    product_name = models.CharField(max_length=255)
    variant_name = models.CharField(max_length=255, blank=True)
    options = models.JSONField(default=list, blank=True)
    weight_grams = models.PositiveIntegerField(default=0)
    unit_amount = AmountField()
    quantity = models.PositiveSmallIntegerField()
    subtotal_amount = AmountField()
    discount_amount = AmountField(default=ZERO)
    # What the article was when it was sold: what may come back depends on it, whatever the catalogue says later.
    is_digital = models.BooleanField(default=False, db_default=False)
    is_custom_made = models.BooleanField(default=False, db_default=False)
    is_fresh = models.BooleanField(default=False, db_default=False)
    # The line's part of each discount, and which price list its unit price comes from.
    price_trace = models.JSONField(default=dict, blank=True)
    tax_percent = models.DecimalField(max_digits=6, decimal_places=3, default=ZERO)
    tax_amount = AmountField(default=ZERO)
    shipped_quantity = models.PositiveSmallIntegerField(default=0)
    cancelled_quantity = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["order", "variant"], name="orders_orderline_one_per_variant"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orders_orderline_quantity_positive"),
            models.CheckConstraint(
                condition=Q(subtotal_amount=F("unit_amount") * F("quantity"), unit_amount__gte=0),
                name="orders_orderline_subtotal_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    discount_amount__gte=0,
                    discount_amount__lte=F("subtotal_amount"),
                    tax_amount__gte=0,
                ),
                name="orders_orderline_amounts_in_range",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("shipped_quantity") + F("cancelled_quantity")),
                name="orders_orderline_not_over_shipped",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"

    @property
    def full_name(self) -> str:
        """Of the product, and of the variant where it has one."""
        return " · ".join(filter(None, (self.product_name, self.variant_name)))

    @property
    def unit_price(self) -> Money:
        """The price of one."""
        return Money(self.unit_amount, self.order.currency).quantized()

    @property
    def subtotal(self) -> Money:
        """The price of all."""
        return Money(self.subtotal_amount, self.order.currency).quantized()

    @property
    def discount(self) -> Money:
        """The part of the order's discount that falls on it."""
        return Money(self.discount_amount, self.order.currency).quantized()

    @property
    def net(self) -> Money:
        """The price of all after discounts."""
        return self.subtotal - self.discount

    @property
    def discounts(self) -> tuple[TraceLine, ...]:
        """The line's share of each discount, in words."""
        return describe_applied(Trace.from_json(self.price_trace))

    @property
    def tax(self) -> Money:
        """The part of the order's tax that falls on it."""
        return Money(self.tax_amount, self.order.currency).quantized()

    @property
    def open_quantity(self) -> int:
        """What is still to be shipped."""
        return self.quantity - self.shipped_quantity - self.cancelled_quantity


class OrderEvent(models.Model):
    """One line of the timeline: a state change or a note. Append-only: a trigger refuses UPDATE and DELETE."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=50)
    axis = models.CharField(max_length=20, blank=True)
    old_state = models.CharField(max_length=20, blank=True)
    new_state = models.CharField(max_length=20, blank=True)
    actor = models.CharField(max_length=150)
    facts = models.JSONField(default=dict, blank=True)
    is_public = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "pk")
        indexes = (models.Index(fields=["order", "created_at"], name="orders_event_timeline"),)

    def __str__(self) -> str:
        return self.kind
