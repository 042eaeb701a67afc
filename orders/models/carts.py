"""The cart: what a shopper is about to buy, and where it should go."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from orders.domain.quantities import MAX_LINE_QUANTITY
from shop.accounts.models.address import PostalFields
from shop.kernel.fields import AmountField, CurrencyField
from shop.kernel.ids import new_token


class CartQuerySet(models.QuerySet["Cart"]):
    """Ideas about carts."""

    def open(self) -> "CartQuerySet":
        """Carts that have not become an order."""
        return self.filter(placed_at__isnull=True)

    def usual(self) -> "CartQuerySet":
        """Carts that are filled at leisure, not those that buy one article with a group."""
        return self.filter(group_promotion__isnull=True)


class Cart(PostalFields):
    """One per guest browser or user; its token is the only key to it."""

    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="carts",
    )
    currency = CurrencyField()
    language = models.CharField(max_length=10, blank=True)
    email = models.EmailField(blank=True)
    shipping_method_code = models.CharField(max_length=50, blank=True)
    # As typed, in capitals; whether they open anything is asked each time that the cart is worked out.
    coupon_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    channel = models.CharField(max_length=40, default="web")
    # How the shopper means to pay, where a promotion asks for it; the order then holds them to it.
    payment_method = models.CharField(max_length=30, blank=True, default="")
    # A cart of its own that buys with a group: its campaign, and the group that it joins; without one it opens a new one.
    group_promotion = models.ForeignKey(
        "catalog.Promotion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    group = models.ForeignKey(
        "orders.BuyingGroup", null=True, blank=True, on_delete=models.PROTECT, related_name="carts"
    )
    checkout_started_at = models.DateTimeField(null=True, blank=True)
    placed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CartQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(placed_at__isnull=True, group_promotion__isnull=True),
                name="orders_cart_one_open_per_user",
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=True) | Q(group_promotion__isnull=False),
                name="orders_cart_group_has_promotion",
            ),
        )
        indexes = (
            models.Index(
                fields=["updated_at"],
                condition=Q(placed_at__isnull=True),
                name="orders_cart_open_updated",
            ),
        )

    def __str__(self) -> str:
        return f"cart {self.pk}"


class CartLine(models.Model):
    """One article in a cart; `seen_amount` is the unit price that the shopper last saw."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    # PROTECT: an article is taken off sale, never deleted under a shopper who still wants it.
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    seen_amount = AmountField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["cart", "variant"], name="orders_cartline_one_per_variant"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_LINE_QUANTITY),
                name="orders_cartline_quantity_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"
