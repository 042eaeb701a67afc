"""One attempt to move an order's money to us, and its history."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from payments.domain.declines import explain_decline
from payments.domain.states import (
    CREATED,
    FAILED,
    OPEN_STATUSES,
    PAYMENT_TRANSITIONS,
    REFUND_TRANSITIONS,
    SUCCEEDED,
    SWEPT_STATUSES,
)
from shop.kernel.fields import AmountField, CurrencyField
from shop.kernel.money import Money


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments by where their money is."""

    def open(self) -> "PaymentQuerySet":
        """The money may still move."""
        return self.filter(status__in=OPEN_STATUSES)

    def due_for_asking(self, instant: datetime) -> "PaymentQuerySet":
        """Unsettled, and it is time to ask the provider again."""
        return self.filter(status__in=SWEPT_STATUSES, next_check_at__lte=instant).order_by(
            "next_check_at", "pk"
        )


class Payment(models.Model):
    """Written and committed before the provider is called; `idempotency_key` and the row's id go with the call."""

    class Verdict(models.TextChoices):
        """What became of money that arrived."""

        NONE = "", _("no money arrived")
        KEPT = "kept", _("kept: it pays the order")
        RETURNED = "returned", _("sent back")

    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="payments")
    gateway = models.CharField(max_length=20)
    amount = AmountField()
    currency = CurrencyField()
    status = models.CharField(
        max_length=20, choices=list(PAYMENT_TRANSITIONS.labels.items()), default=CREATED
    )
    idempotency_key = models.CharField(
        max_length=300, help_text=_("The caller's key; one payment per order and key.")
    )
    provider_key = models.CharField(
        max_length=120, unique=True, help_text=_("The idempotency key sent to the provider.")
    )
    method_token = models.CharField(max_length=200, blank=True, default="")
    return_url = models.URLField(max_length=500, blank=True, default="")
    provider_reference = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001  unique once known
    decline_code = models.CharField(max_length=60, blank=True, default="")
    message = models.TextField(blank=True, default="", help_text=_("The provider's words."))
    next_action = models.JSONField(default=dict, blank=True)
    captured_amount = AmountField(default=0)
    refunded_amount = AmountField(default=0, help_text=_("Sum of refunds that are queued, sent or done."))
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True, default=Verdict.NONE)
    asking_until = models.DateTimeField(
        null=True, blank=True, help_text=_("Somebody is calling the provider until then.")
    )
    next_check_at = models.DateTimeField()
    check_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["order", "idempotency_key"], name="payments_payment_one_per_key"),
            models.UniqueConstraint(
                fields=["gateway", "provider_reference"], name="payments_payment_provider_reference_once"
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(status__in=OPEN_STATUSES),
                name="payments_payment_one_open_per_order",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(verdict="kept"), name="payments_payment_one_kept_per_order"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(captured_amount__gte=0, captured_amount__lte=F("amount")),
                name="payments_payment_captured_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("captured_amount")),
                name="payments_payment_refunded_within_captured",
            ),
            models.CheckConstraint(
                condition=Q(status=SUCCEEDED, captured_amount__gt=0)
                | (~Q(status=SUCCEEDED) & Q(captured_amount=0)),
                name="payments_payment_captured_if_succeeded",
            ),
            models.CheckConstraint(
                condition=Q(status=SUCCEEDED, verdict__in=["kept", "returned"])
                | (~Q(status=SUCCEEDED) & Q(verdict="")),
                name="payments_payment_verdict_if_succeeded",
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(PAYMENT_TRANSITIONS.labels)), name="payments_payment_status_known"
            ),
        )
        indexes = (
            models.Index(
                fields=["next_check_at"], name="payments_due", condition=Q(status__in=list(SWEPT_STATUSES))
            ),
            models.Index(fields=["-created_at"], name="payments_recent"),
        )
        permissions = (("refund_payment", _("Can send money of a payment back")),)
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return f"#{self.pk} {self.money} {self.gateway}"

    @property
    def money(self) -> Money:
        """What was asked for."""
        return Money(self.amount, self.currency)

    @property
    def captured(self) -> Money:
        """What the provider holds for us."""
        return Money(self.captured_amount, self.currency)

    @property
    def refundable(self) -> Money:
        """What could still be sent back."""
        return Money(self.captured_amount - self.refunded_amount, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether the money may still move."""
        return self.status in OPEN_STATUSES

    @property
    def explanation(self) -> str:
        """Why it failed, for the shopper, in the active language; empty when it did not."""
        if self.status != FAILED:
            return ""
        return explain_decline(self.decline_code, provider_message=self.message)


class PaymentEvent(models.Model):
    """History: every change of a payment or of one of its refunds, with who and why. Only ever added to."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="events")
    refund = models.ForeignKey("payments.Refund", null=True, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.CharField(max_length=254)
    old_status = models.CharField(max_length=20, blank=True)
    new_status = models.CharField(max_length=20)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("payment event")
        verbose_name_plural = _("payment events")

    def __str__(self) -> str:
        return f"{self.old_status} → {self.new_status}"

    def say(self, status: str) -> str:
        """A status of the payment, or of the refund that the row is about, in the reader's language."""
        labels = REFUND_TRANSITIONS.labels if self.refund_id else PAYMENT_TRANSITIONS.labels
        return str(labels.get(status, status))
