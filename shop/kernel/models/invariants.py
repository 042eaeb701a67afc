"""What the hourly check of the invariants found."""

from django.db import models


class InvariantRun(models.Model):
    """One run over all invariants: how many were checked, and the rows that broke one."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    checked_quantity = models.PositiveIntegerField()
    violations = models.JSONField(default=list)

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}: {len(self.violations)}"
