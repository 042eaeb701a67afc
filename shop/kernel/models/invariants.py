"""What the hourly check of the invariants found."""

from django.db import models


class InvariantRun(models.Model):
    """One run over all invariants: how many were checked, the rows that broke one, and how far the audit log reached."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    checked_quantity = models.PositiveIntegerField()
    violations = models.JSONField(default=list)
    audit_position = models.BigIntegerField(default=0)
    audit_digest = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}: {len(self.violations)}"
