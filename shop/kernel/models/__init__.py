"""The kernel's tables."""

from shop.kernel.models.audit import AuditEntry, AuditHead, AuditSeal
from shop.kernel.models.idempotency import IdempotencyRecord
from shop.kernel.models.invariants import InvariantRun
from shop.kernel.models.mail import OutgoingEmail
from shop.kernel.models.outbox import OutboxEvent, ProcessedEvent

__all__ = [
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "IdempotencyRecord",
    "InvariantRun",
    "OutboxEvent",
    "OutgoingEmail",
    "ProcessedEvent",
]
