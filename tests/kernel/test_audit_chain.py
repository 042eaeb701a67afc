"""The audit log shows when somebody has been at it: five ways, and the two that hide their traces (S31, I23)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, connections

from shop.kernel.audit import record_audit
from shop.kernel.invariants import check_invariants, run_invariant_check
from shop.kernel.models import AuditEntry, AuditHead, AuditSeal, InvariantRun
from shop.kernel.transactions import savepoint, transaction
from tests.factories.payments import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> list[int]:
    """Five entries, sealed; the keys of them."""
    for number in range(5):
        record_audit("ann@example.com", action="payment.refund", target=f"payment:{number}", amount="5.00")
    connection.check_constraints()
    return list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))


def tamper(*statements: str, **values: int) -> None:
    """As the database's own administrator, past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def list_broken() -> list[tuple[object, ...]]:
    """What the invariant shows; no other one is broken."""
    found = check_invariants()
    assert {violation.code for violation in found} <= {"I23"}
    return [row for violation in found for row in violation.rows]


def test_each_entry_is_a_link_from_the_one_before(log: list[int]) -> None:
    seals = list(AuditSeal.objects.order_by("position").values_list("position", "entry_id"))
    assert seals == list(enumerate(log, start=1))
    assert AuditHead.objects.get().position == 5
    assert AuditSeal.objects.values("digest").distinct().count() == 5
    assert check_invariants() == []


def test_a_changed_entry_is_seen(log: list[int]) -> None:
    tamper("UPDATE kernel_auditentry SET actor = 'bob@example.com' WHERE id = %(key)s", key=log[2])
    assert list_broken() == [("link", 3, log[2])]


def test_a_changed_entry_with_a_new_link_of_its_own_breaks_the_next(log: list[int]) -> None:
    tamper(
        "UPDATE kernel_auditentry SET facts = '{}' WHERE id = %(key)s",
        "UPDATE kernel_auditseal AS seal SET digest = kernel_audit_digest("
        "(SELECT digest FROM kernel_auditseal WHERE position = seal.position - 1), entry) "
        "FROM kernel_auditentry AS entry WHERE entry.id = seal.entry_id AND entry.id = %(key)s",
        key=log[2],
    )
    assert list_broken() == [("link", 4, log[3])]


def test_a_removed_entry_is_seen(log: list[int]) -> None:
    tamper("DELETE FROM kernel_auditentry WHERE id = %(key)s", key=log[1])
    assert list_broken() == [("link", 2, log[1])]


def test_an_entry_removed_with_its_link_is_seen(log: list[int]) -> None:
    tamper(
        "DELETE FROM kernel_auditentry WHERE id = %(key)s",
        "DELETE FROM kernel_auditseal WHERE entry_id = %(key)s",
        key=log[1],
    )
    assert ("link", 3, log[2]) in list_broken()


def test_an_entry_put_in_is_seen(log: list[int]) -> None:
    tamper(
        "INSERT INTO kernel_auditentry (id, at, actor, action, target, facts) "
        "SELECT 1000000000, at, actor, action, target, facts FROM kernel_auditentry WHERE id = %(key)s",
        key=log[0],
    )
    assert list_broken() == [("entry", None, 1000000000)]


def test_entries_that_changed_places_are_seen(log: list[int]) -> None:
    tamper(
        "UPDATE kernel_auditentry SET id = 0 WHERE id = %(one)s",
        "UPDATE kernel_auditentry SET id = %(one)s WHERE id = %(other)s",
        "UPDATE kernel_auditentry SET id = %(other)s WHERE id = 0",
        one=log[1],
        other=log[2],
    )
    assert list_broken() == [("link", 2, log[1]), ("link", 3, log[2])]


CUT_OFF = (
    "DELETE FROM kernel_auditentry WHERE id = %(key)s",
    "DELETE FROM kernel_auditseal WHERE entry_id = %(key)s",
)


def test_a_tail_that_was_cut_off_is_seen_by_the_head(log: list[int]) -> None:
    tamper(*CUT_OFF, key=log[4])
    assert list_broken() == [("head", 5, None)]


def test_a_tail_cut_off_with_its_head_is_seen_by_the_last_run(log: list[int]) -> None:
    run = run_invariant_check()
    assert (run.audit_position, run.audit_digest) == (5, AuditHead.objects.get().digest)
    tamper(
        *CUT_OFF,
        "UPDATE kernel_audithead SET position = 4, digest = (SELECT digest FROM kernel_auditseal WHERE position = 4)",
        key=log[4],
    )
    assert list_broken() == [("run", 5, None)]


def test_a_log_that_was_emptied_is_seen(log: list[int]) -> None:
    run_invariant_check()
    tamper("DELETE FROM kernel_auditentry", "DELETE FROM kernel_auditseal", "DELETE FROM kernel_audithead")
    assert list_broken() == [("run", 5, None)]
    assert InvariantRun.objects.latest("pk").audit_position == 5


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_auditseal SET digest = ''",
        "DELETE FROM kernel_auditseal",
        "DELETE FROM kernel_auditentry",
    ],
)
def test_the_shop_itself_cannot_write_past_the_chain(log: list[int], statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction(), savepoint():
        connection.cursor().execute(statement)


@pytest.mark.django_db(transaction=True)
def test_rivals_make_one_chain() -> None:
    def act() -> None:
        for number in range(5):
            record_audit("ann@example.com", action="test.act", target=f"order:S{number}")
        connections.close_all()

    assert race(act, copies=4) == [None] * 4
    assert AuditSeal.objects.count() == AuditHead.objects.get().position == 20
    assert check_invariants() == []
