"""The sandbox provider's own books. Only `payments.gateways.sandbox` and its pages touch these rows."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from shop.kernel.fields import AmountField, CurrencyField
from shop.kernel.money import Money


class SandboxIntent(models.Model):
    """A payment as the provider sees it."""

    class Status(models.TextChoices):
        """The provider's words."""

        REQUIRES_ACTION = "requires_action"
        PROCESSING = "processing"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    reference = models.CharField(max_length=40, unique=True)
    idempotency_key = models.CharField(max_length=120, unique=True)
    payment_id = models.BigIntegerField(help_text="The merchant's metadata.", db_index=True)
    order_number = models.CharField(max_length=40)
    amount = AmountField()
    currency = CurrencyField()
    method_token = models.CharField(max_length=40)
    status = models.CharField(max_length=20, choices=Status)
    decline_code = models.CharField(max_length=60, blank=True, default="")
    action_path = models.CharField(max_length=200, blank=True, default="")
    return_url = models.URLField(max_length=500)
    language = models.CharField(max_length=10, default="en")
    settles_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True)
    refunded_amount = AmountField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_sandbox_intent_amount_positive"),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("amount")),
                name="payments_sandbox_refunded_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(status="succeeded", captured_at__isnull=False)
                | (~Q(status="succeeded") & Q(captured_at=None)),
                name="payments_sandbox_captured_if_succeeded",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def money(self) -> Money:
        """What is charged."""
        return Money(self.amount, self.currency)


class SandboxRefund(models.Model):
    """A refund as the provider sees it."""

    reference = models.CharField(max_length=40, unique=True)
    idempotency_key = models.CharField(max_length=120, unique=True)
    refund_id = models.BigIntegerField(help_text="The merchant's metadata.")
    intent = models.ForeignKey(SandboxIntent, on_delete=models.PROTECT, related_name="refunds")
    amount = AmountField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_sandbox_refund_amount_positive"),
        )

    def __str__(self) -> str:
        return self.reference


class SandboxCallbackQuerySet(models.QuerySet["SandboxCallback"]):
    """Callbacks by delivery."""

    def due(self, instant: datetime) -> "SandboxCallbackQuerySet":
        """To be posted now."""
        return self.filter(delivered_at=None, given_up_at=None, due_at__lte=instant).order_by("due_at", "pk")


class SandboxCallback(models.Model):
    """One delivery to the merchant; a duplicate is a second row with the same `event_id`."""

    event_id = models.CharField(max_length=60, db_index=True)
    kind = models.CharField(max_length=60)
    intent = models.ForeignKey(SandboxIntent, on_delete=models.PROTECT, related_name="callbacks")
    body = models.TextField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, default="")

    objects = SandboxCallbackQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["due_at"],
                name="payments_sandbox_due",
                condition=Q(delivered_at=None, given_up_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
