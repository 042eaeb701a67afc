"""The inbox: what providers told us, kept as it came."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payments.domain.states import CALLBACK_OUTCOMES


class GatewayCallbackQuerySet(models.QuerySet["GatewayCallback"]):
    """Callbacks by whether they were dealt with."""

    def pending(self, instant: datetime) -> "GatewayCallbackQuerySet":
        """Without outcome, and due."""
        return self.filter(outcome="", next_attempt_at__lte=instant).order_by("next_attempt_at", "pk")


class GatewayCallback(models.Model):
    """One verified callback. Stored, answered, then processed by a task: exactly one outcome each (I10)."""

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=120)
    payment_reference = models.CharField(max_length=255, blank=True, default="")
    refund_reference = models.CharField(max_length=255, blank=True, default="")
    payment_id_hint = models.BigIntegerField(
        null=True,
        blank=True,
        help_text=_("Our payment's id from the provider's metadata: a hint, not a key."),
    )
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    body = models.BinaryField(help_text=_("The bytes that were signed."))
    outcome = models.CharField(max_length=20, choices=list(CALLBACK_OUTCOMES.items()), blank=True, default="")
    note = models.TextField(blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)

    objects = GatewayCallbackQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["provider", "event_id"], name="payments_callback_once"),
            models.CheckConstraint(
                condition=Q(outcome="", processed_at=None)
                | Q(outcome__in=list(CALLBACK_OUTCOMES), processed_at__isnull=False),
                name="payments_callback_one_outcome",
            ),
        )
        indexes = (
            models.Index(fields=["next_attempt_at"], name="payments_callback_due", condition=Q(outcome="")),
        )
        verbose_name = _("provider callback")
        verbose_name_plural = _("provider callbacks")

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.event_id}"
