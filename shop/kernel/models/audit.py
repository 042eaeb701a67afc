"""Who did what in the back office, and the chain that shows when somebody changed it later."""

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


class AuditSeal(models.Model):
    """An entry's link in the chain: SHA-256 of the link before and the entry. Written by a trigger at the commit.

    No foreign key: a link outlives its entry, so that the gap is seen.
    """

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position}: {self.digest[:12]}"


class AuditHead(models.Model):
    """The newest link, in one row: rivals wait for it, and a chain that was cut off ends before it."""

    position = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position}: {self.digest[:12]}"
