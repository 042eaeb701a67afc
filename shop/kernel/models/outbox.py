"""The outbox: facts on their way to the apps that act on them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import OuterRef, Q, Subquery


class OutboxEventQuerySet(models.QuerySet["OutboxEvent"]):
    """Rows by where they are on their way."""

    def unsent(self) -> OutboxEventQuerySet:
        """Still to be delivered; dead letters are not."""
        return self.filter(sent_at=None, dead_at=None)

    def take_due(self, instant: datetime, *, limit: int) -> OutboxEventQuerySet:
        """Lock up to ``limit`` due rows whose predecessors of the same key are gone; skips what others hold."""
        # Not "no earlier one exists": a join of a table with itself, which goes wrong where no statistics are yet.
        first = OutboxEvent.objects.unsent().filter(key=OuterRef("key")).order_by("pk").values("pk")[:1]
        return (
            self.unsent()
            .filter(Q(key="") | Q(pk=Subquery(first)), not_before__lte=instant)
            .order_by("pk")
            .select_for_update(skip_locked=True)[:limit]
        )


class OutboxEvent(models.Model):
    """One published fact. Written in the transaction of the change, marked sent in that of its handlers."""

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=80)
    key = models.CharField(max_length=120, blank=True, default="")
    payload = models.JSONField()
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    objects = OutboxEventQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["not_before", "id"],
                name="outbox_due",
                condition=Q(sent_at=None, dead_at=None),
            ),
            models.Index(
                fields=["key", "id"],
                name="outbox_key",
                condition=Q(sent_at=None, dead_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"


class ProcessedEvent(models.Model):
    """The mark that a handler has done its work for an event: written in the handler's own transaction."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="processed")
    handler = models.CharField(max_length=200)
    processed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["event", "handler"], name="processed_once"),)

    def __str__(self) -> str:
        return f"{self.handler} #{self.event_id}"
