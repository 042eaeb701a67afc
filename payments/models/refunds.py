"""Money on its way back to the shopper."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payments.domain.states import QUEUED, REFUND_TRANSITIONS, SENT
from payments.models.payments import Payment
from shop.kernel.fields import AmountField, CurrencyField
from shop.kernel.money import Money


class RefundQuerySet(models.QuerySet["Refund"]):
    """Refunds by what is left to do."""

    def due(self, instant: datetime) -> "RefundQuerySet":
        """To be sent, or sent and without a final answer, and it is time to ask."""
        return self.filter(status__in=(QUEUED, SENT), next_attempt_at__lte=instant).order_by(
            "next_attempt_at", "pk"
        )


class Refund(models.Model):
    """Written and committed before the provider is called; while live it holds its part of the captured amount."""

    class Reason(models.TextChoices):
        """Why money goes back."""

        REQUESTED = "requested", _("requested by the shopper")
        ORDER_CANCELLED = "order_cancelled", _("the order was cancelled")
        DUPLICATE = "duplicate", _("the order was paid twice")
        UNFULFILLABLE = "unfulfillable", _("paid after the goods were gone")
        GOODWILL = "goodwill", _("goodwill")
        RETURNED = "returned", _("goods returned")
        GROUP_PRICE = "group_price", _("more people bought together")
        LINES_CANCELLED = "lines_cancelled", _("articles were cancelled")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    gateway = models.CharField(max_length=20)
    amount = AmountField()
    currency = CurrencyField()
    status = models.CharField(max_length=20, choices=list(REFUND_TRANSITIONS.labels.items()), default=QUEUED)
    reason = models.CharField(max_length=20, choices=Reason)
    note = models.TextField(blank=True, default="")
    dedupe_key = models.CharField(max_length=120, unique=True, help_text=_("One refund per cause."))
    provider_key = models.CharField(
        max_length=120, unique=True, help_text=_("The idempotency key sent to the provider.")
    )
    provider_reference = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001  unique once known
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    failure_reason = models.TextField(blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["gateway", "provider_reference"], name="payments_refund_provider_reference_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_refund_amount_positive"),
            models.CheckConstraint(
                condition=Q(status__in=list(REFUND_TRANSITIONS.labels)), name="payments_refund_status_known"
            ),
        )
        indexes = (
            models.Index(
                fields=["next_attempt_at"], name="payments_refund_due", condition=Q(status__in=[QUEUED, SENT])
            ),
        )
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")

    def __str__(self) -> str:
        return f"#{self.pk} {self.money}"

    @property
    def money(self) -> Money:
        """What goes back."""
        return Money(self.amount, self.currency)
