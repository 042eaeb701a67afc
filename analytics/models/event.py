"""First-party events."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from analytics.domain.kinds import EventKind
from shop.kernel.fields import AmountField


class Event(models.Model):
    """One thing that somebody did. ``visitor`` is a random id of the browser, empty without consent; nobody asks for it yet.

    ``session`` ends with the browser's tab, or names a cart without opening it.

    ``source_key`` makes events that arrive through the outbox countable once.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10, choices=EventKind)
    visitor = models.CharField(max_length=40, blank=True, default="")
    session = models.CharField(max_length=40, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    path = models.CharField(max_length=300, blank=True, default="")
    product = models.ForeignKey(
        "catalog.Product", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    order_number = models.CharField(max_length=20, blank=True, default="")
    value_amount = AmountField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    source_key = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001  NULL is "from a browser"
    occurred_at = models.DateTimeField()

    class Meta:
        ordering = ("-occurred_at",)
        constraints = (
            models.UniqueConstraint(fields=["source_key"], name="analytics_event_source_once"),
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="analytics_event_kind"),
        )
        indexes = (models.Index(fields=["occurred_at", "kind"], name="analytics_event_when"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%Y-%m-%d %H:%M}"
