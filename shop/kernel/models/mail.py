"""Mail on its way out."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    """Mail by where it is on its way."""

    def due(self, instant: datetime) -> OutgoingEmailQuerySet:
        """Neither sent nor given up, and its time has come."""
        return self.filter(sent_at=None, dead_at=None, not_before__lte=instant)

    def list_due_keys(self, instant: datetime, *, after: int, limit: int) -> list[int]:
        """The keys of up to ``limit`` due messages behind one that was looked at before."""
        return list(
            self.due(instant).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit]
        )


class OutgoingEmail(models.Model):
    """One message to one person, written with the change that it tells of; ``dedupe_key`` makes it one (I20)."""

    dedupe_key = models.CharField(max_length=160, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["not_before"],
                name="mail_due",
                condition=Q(sent_at=None, dead_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
