"""The sandbox carrier's own books: what a carrier across the network would keep."""

from datetime import datetime

from django.db import models
from django.db.models import Q


class SandboxParcel(models.Model):
    """A parcel that the sandbox carrier has on its way."""

    reference = models.CharField(max_length=60, unique=True)
    tracking_number = models.CharField(max_length=30, unique=True)
    sender_country = models.CharField(max_length=2)
    recipient_country = models.CharField(max_length=2)
    recipient_city = models.CharField(max_length=100, blank=True)
    # Kept with the parcel, so that a changed setting does not move parcels that are under way.
    journey_seconds = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.tracking_number


class SandboxPushQuerySet(models.QuerySet["SandboxPush"]):
    """Pushes by where they are."""

    def due(self, instant: datetime) -> "SandboxPushQuerySet":
        """To be posted now."""
        return self.filter(delivered_at=None, given_up_at=None, due_at__lte=instant).order_by("due_at", "pk")


class SandboxPush(models.Model):
    """One update on its way to us; two rows with one event id are a duplicate on purpose."""

    parcel = models.ForeignKey(SandboxParcel, on_delete=models.CASCADE, related_name="pushes")
    event_id = models.CharField(max_length=60)
    body = models.TextField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = SandboxPushQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["due_at"],
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
                name="orders_sandboxpush_due",
            ),
        )

    def __str__(self) -> str:
        return self.event_id
