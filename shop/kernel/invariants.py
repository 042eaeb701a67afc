"""Invariants as SQL: what must always hold, checked hourly and after every fault test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import connection

from shop.kernel.clock import now
from shop.kernel.models import AuditHead, InvariantRun

log = structlog.get_logger(__name__)

_registry: dict[str, Invariant] = {}
ROWS_SHOWN = 20


@dataclass(frozen=True)
class Invariant:
    """A rule with its SQL, which selects the rows that break it."""

    code: str
    title: str
    sql: str


@dataclass(frozen=True)
class Violation:
    """A broken rule and up to ``ROWS_SHOWN`` of the rows that break it."""

    code: str
    title: str
    rows: tuple[tuple[object, ...], ...]


def invariant(code: str, title: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register a function that returns the SQL of a rule. Codes are those of the list in docs/reliability.md."""

    def register(function: Callable[[], str]) -> Callable[[], str]:
        name = f"{code}:{function.__name__}"
        _registry[name] = Invariant(code, title, function())
        return function

    return register


def list_invariants() -> list[Invariant]:
    """All rules, by code."""
    return [_registry[name] for name in sorted(_registry)]


def check_invariants() -> list[Violation]:
    """Run all rules now; an empty list is the good answer. Reads only."""
    violations = []
    if connection.in_atomic_block:
        # What the database does at the commit belongs to the state that is checked.
        connection.check_constraints()
    for rule in list_invariants():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({rule.sql}) AS broken LIMIT {ROWS_SHOWN}")  # noqa: S608  our own text
            rows = tuple(tuple(row) for row in cursor.fetchall())
        if rows:
            violations.append(Violation(rule.code, rule.title, rows))
    return violations


def run_invariant_check() -> InvariantRun:
    """Check all rules, keep the result, and say loudly what is broken.

    The newest link of the audit log's chain is kept and logged with it: who cuts the log off, and its chain, and says so in
    the head, would have to change every run since, and the log files that have left the machine.
    """
    started_at = now()
    violations = check_invariants()
    head = AuditHead.objects.first()
    if head is not None:
        log.info("audit.anchored", position=head.position, digest=head.digest)
    for violation in violations:
        log.error(
            "invariant.broken",
            code=violation.code,
            title=violation.title,
            rows=str(violation.rows[:3]),
        )
    return InvariantRun.objects.create(
        started_at=started_at,
        finished_at=now(),
        checked_quantity=len(_registry),
        audit_position=head.position if head else 0,
        audit_digest=head.digest if head else "",
        violations=[
            {
                "code": found.code,
                "title": found.title,
                "rows": [[str(cell) for cell in row] for row in found.rows],
            }
            for found in violations
        ],
    )
