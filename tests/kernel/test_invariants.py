"""The kernel's own invariants see what the constraints would have refused."""

import pytest
from django.db import connection

from shop.kernel.clock import now
from shop.kernel.invariants import check_invariants, run_invariant_check
from shop.kernel.models import IdempotencyRecord, OutgoingEmail

pytestmark = pytest.mark.django_db


def drop_unique(table: str, column: str) -> None:
    """Drop every unique constraint of a table that names the column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u' "
            "AND (SELECT attnum FROM pg_attribute WHERE attrelid = conrelid AND attname = %s) = ANY (conkey)",
            [table, column],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def keep_answer(status: int = 201) -> None:
    IdempotencyRecord.objects.create(
        caller="c", key="k", fingerprint="f", status=status, body={}, created_at=now()
    )


def test_key_with_two_answers_is_seen() -> None:
    drop_unique("kernel_idempotencyrecord", "key")
    keep_answer()
    assert check_invariants() == []
    keep_answer()
    assert [violation.code for violation in check_invariants()] == ["I21"]


def test_kept_error_is_seen() -> None:
    keep_answer(status=503)
    assert [violation.code for violation in check_invariants()] == ["I21"]


def test_mail_written_twice_is_seen_and_the_run_is_kept() -> None:
    drop_unique("kernel_outgoingemail", "dedupe_key")
    for _ in range(2):
        OutgoingEmail.objects.create(
            dedupe_key="k", to="a@example.com", subject="s", text="t", created_at=now(), not_before=now()
        )
    run = run_invariant_check()
    assert [violation["code"] for violation in run.violations] == ["I20"]
