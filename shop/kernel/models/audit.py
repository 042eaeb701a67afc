"""Who did what in the back office."""

from django.db import models


class AuditEntry(models.Model):
    """One privileged act. Append-only: a trigger refuses change and removal."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=254)
    action = models.CharField(max_length=80)
    target = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["target", "-id"], name="audit_target"),)
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.target}"
