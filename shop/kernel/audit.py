"""The audit log: every privileged act leaves a row."""

from __future__ import annotations

from shop.kernel.clock import now
from shop.kernel.models import AuditEntry


def record_audit(actor: str, *, action: str, target: str, **facts: object) -> None:
    """Write one row beside the change. ``actor`` is an e-mail address or ``key:<name>``; ``target`` is ``order:S123``."""
    AuditEntry.objects.create(at=now(), actor=actor, action=action, target=target, facts=facts)
