"""Webhook endpoints and the log of deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shop.partners.models.key import ApiKey


class WebhookEndpoint(models.Model):
    """Where a partner wants to be told. ``secrets`` are signing secrets (``whsec_…``), the newest first: two while rotating."""

    owner = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="endpoints")
    url = models.URLField(max_length=500)
    topics = ArrayField(models.CharField(max_length=40))
    secrets = ArrayField(models.CharField(max_length=80))
    is_active = models.BooleanField(default=True)
    switched_off_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("It failed for days: nothing is sent until somebody switches it on again."),
    )
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(
        null=True, blank=True, help_text=_("The address did not answer at all: it is left alone until then.")
    )

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["owner", "url"], name="webhook_endpoint_once"),)

    def __str__(self) -> str:
        return self.url


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Deliveries by where they are on their way."""

    def due(self, instant: datetime) -> WebhookDeliveryQuerySet:
        """Not delivered, not given up, its time has come, and its endpoint is on and not left alone."""
        awake = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=instant)
        return self.filter(awake, endpoint__is_active=True, state="pending", next_attempt_at__lte=instant)

    def too_old(self, instant: datetime, *, after: timedelta) -> WebhookDeliveryQuerySet:
        """Tried for longer than ``after``, counted from the last time somebody asked for it again."""
        return self.annotate(begun_at=Coalesce("repeated_at", "created_at")).filter(
            begun_at__lt=instant - after
        )

    def list_due_keys(self, instant: datetime, *, after: int, limit: int) -> list[tuple[int, int]]:
        """The keys, with their endpoints', of up to ``limit`` due deliveries behind one that was looked at before."""
        due = self.due(instant).filter(pk__gt=after).order_by("pk")
        return list(due.values_list("pk", "endpoint_id")[:limit])


class WebhookDelivery(models.Model):
    """One message to one endpoint: written with the change, tried until it is taken or given up after 72 hours."""

    STATES = (
        ("pending", _("Pending")),
        ("delivered", pgettext_lazy("webhook", "Delivered")),
        ("dead", _("Given up")),
    )

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=64)
    topic = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    sequence = models.BigIntegerField()
    body = models.TextField()
    state = models.CharField(max_length=10, choices=STATES, default="pending")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    repeated_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("When somebody last asked for it again; the 72 hours count from there."),
    )
    next_attempt_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, default="")

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "webhook deliveries"
        constraints = (
            models.UniqueConstraint(fields=["endpoint", "message_id"], name="webhook_message_once"),
            models.UniqueConstraint(
                fields=["endpoint", "object_id", "sequence"],
                name="webhook_sequence_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["next_attempt_at"],
                name="webhook_due",
                condition=Q(state="pending"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic} → {self.endpoint_id}"
