"""API keys; only a digest is kept."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models


class ApiKey(models.Model):
    """A partner's key. ``prefix`` tells keys apart in lists; ``digest`` is SHA-256 of the whole key (160 random bits)."""

    name = models.CharField(max_length=80, unique=True)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    contact_email = models.EmailField(blank=True, default="")
    """Who is told when the partner's webhooks fail for days; empty: the shop itself."""
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_authenticated(self) -> bool:
        """DRF asks its ``user``; a key that was found is one."""
        return True

    def is_valid_at(self, instant: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or instant < self.expires_at)
