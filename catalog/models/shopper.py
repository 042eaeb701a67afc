"""What shoppers ask the catalogue to remember: wishes, and news when something is back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from catalog.models.variant import Variant
from shop.kernel.fields import CurrencyField


class Wish(models.Model):
    """A product on a customer's wish list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wishes")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="wishes")
    created_at = models.DateTimeField(_("created at"), editable=False)

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ("-created_at", "-pk")
        constraints = (models.UniqueConstraint(fields=["user", "product"], name="catalog_wish_once"),)

    def __str__(self) -> str:
        """Return both keys."""
        return f"{self.user_id}: {self.product_id}"


class StockNotice(models.Model):
    """Somebody who wants to hear when a variant is back; written to once the address is proven."""

    class State(models.TextChoices):
        """How far it is."""

        UNPROVEN = "unproven", _("Address not proven")
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        CANCELLED = "cancelled", _("Cancelled")

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="stock_notices")
    email = models.EmailField(_("email"))
    language = models.CharField(_("language"), max_length=10, default="en")
    currency = CurrencyField(_("currency"))
    token = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.UNPROVEN)
    created_at = models.DateTimeField(_("created at"), editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("back-in-stock notice")
        verbose_name_plural = _("back-in-stock notices")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["token"], name="catalog_notice_token_unique"),
            models.UniqueConstraint(
                fields=["variant", "email"],
                condition=models.Q(state__in=["unproven", "waiting"]),
                name="catalog_notice_open_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
                name="catalog_notice_sent_has_instant",
            ),
        )
        indexes = (
            models.Index(
                fields=["variant", "id"],
                name="catalog_notice_waiting",
                condition=models.Q(state="waiting"),
            ),
            models.Index(fields=["email", "created_at"], name="catalog_notice_email"),
        )

    def __str__(self) -> str:
        """Return the address."""
        return self.email
