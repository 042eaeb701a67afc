"""Hot statements are planned once per session, and a connection is asked whether it lives no more often than needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.utils import DatabaseError, IntegrityError
from pytest_django import DjangoAssertNumQueries

from shop.kernel.clock import now
from shop.kernel.models import IdempotencyRecord
from shop.kernel.postgres.base import DatabaseWrapper
from shop.kernel.postgres.statements import RowInsert, RowStatement, RowUpdate, Statement
from shop.kernel.transactions import transaction

pytestmark = pytest.mark.django_db

SUM = Statement("SELECT %(a)s::int + %(b)s::int, %(a)s::int, 7 % 4")


@pytest.fixture
def other() -> Iterator[DatabaseWrapper]:
    """A connection of its own to the test's database, with health checks, as a request has it."""
    wrapper: Any = connection.copy()
    wrapper.connect()
    wrapper.health_check_enabled = True
    yield wrapper
    wrapper.close()


def ask(wrapper: DatabaseWrapper, sql: str) -> Any:
    with wrapper.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_values_stand_where_their_names_stand() -> None:
    assert SUM.run(b=1, a=2, unused=3) == [(3, 2, 3)]


def test_a_statement_is_prepared_once_and_counts_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        SUM.run(a=1, b=1)
        SUM.run(a=2, b=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = %s", [SUM.name])
        assert cursor.fetchone() == (1,)


def test_a_new_session_prepares_anew(other: DatabaseWrapper) -> None:
    assert other.run_prepared(SUM, {"a": 1, "b": 2}) == [(3, 1, 3)]
    other.close()
    assert other.run_prepared(SUM, {"a": 2, "b": 2}) == [(4, 2, 3)]


def test_a_statement_whose_columns_changed_ends_the_session_after_the_request(other: DatabaseWrapper) -> None:
    ask(other, "CREATE TEMP TABLE things AS SELECT 1 AS one; SELECT 1")
    things = Statement("SELECT * FROM things")
    assert other.run_prepared(things, {}) == [(1,)]
    ask(other, "ALTER TABLE things ALTER one TYPE text; SELECT 1")
    with pytest.raises(DatabaseError, match="cached plan must not change result type"):
        other.run_prepared(things, {})
    other.close_if_unusable_or_obsolete()
    assert other.connection is None


def test_rows_are_the_instances_of_the_orm(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    kept = IdempotencyRecord.objects.create(
        caller="me", key="1", fingerprint="f", status=201, body={"a": ["b"]}, created_at=now()
    )
    record = RowStatement(IdempotencyRecord, "WHERE caller = %(caller)s")
    with django_assert_num_queries(1):
        found = record.find(caller="me")
        assert (found, found and found.body) == (kept, {"a": ["b"]})
        assert found is not None
        assert found.created_at == kept.created_at
    assert record.find(caller="you") is None


def test_a_connection_that_answered_just_now_is_not_asked_again(other: DatabaseWrapper) -> None:
    other.health_check_done = False
    other.close_if_health_check_failed()
    ask(other, "SELECT 'mine'")
    other.health_check_done = False
    other.close_if_health_check_failed()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT query FROM pg_stat_activity WHERE pid = %s", [other.connection.info.backend_pid]
        )
        assert cursor.fetchone() == ("SELECT 'mine'",)


def test_a_connection_that_the_server_closed_is_replaced_at_once(other: DatabaseWrapper) -> None:
    other.close_if_health_check_failed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [other.connection.info.backend_pid])
    other.health_check_done = False
    other.close_if_health_check_failed()
    assert other.connection is None
    assert ask(other, "SELECT 1") == [(1,)]


def build_record(key: str) -> IdempotencyRecord:
    return IdempotencyRecord(
        caller="here", key=key, fingerprint="f" * 64, status=201, body={"a": ["1", None]}, created_at=now()
    )


def test_a_written_row_is_the_row_that_the_orm_reads(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        record = RowInsert(IdempotencyRecord).run(build_record("one"))
    found = IdempotencyRecord.objects.get()
    assert (found.pk, found.key, found.body, found.created_at) == (
        record.pk,
        "one",
        {"a": ["1", None]},
        record.created_at,
    )
    assert not record._state.adding


def test_a_written_row_keeps_the_table_s_constraints() -> None:
    RowInsert(IdempotencyRecord).run(build_record("one"))
    with pytest.raises(IntegrityError), transaction():
        RowInsert(IdempotencyRecord).run(build_record("one"))


def test_an_update_writes_its_columns_only_and_tells_whether_the_row_was_there(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    record = RowInsert(IdempotencyRecord).run(build_record("one"))
    record.status, record.fingerprint = 409, "other"
    with django_assert_num_queries(1):
        assert RowUpdate(IdempotencyRecord, ["status"]).run(record)
    found = IdempotencyRecord.objects.get()
    assert (found.status, found.fingerprint) == (409, "f" * 64)
    found.delete()
    assert not RowUpdate(IdempotencyRecord, ["status"]).run(record)


def test_many_rows_are_one_statement_in_their_order(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = [build_record(name) for name in ("one", "two", "thr\u00e9e")]
    rows[1].body = {"amount": "1.50", "list": [1, None, 'quo"te']}
    with django_assert_num_queries(1):
        written = RowInsert(IdempotencyRecord).run_many(rows)
    assert written == rows
    for row in rows:
        read = IdempotencyRecord.objects.get(pk=row.pk)
        assert (read.key, read.body, read.created_at) == (row.key, row.body, row.created_at)
    assert RowInsert(IdempotencyRecord).run_many([]) == []


def test_a_row_is_not_written_over_what_is_taken() -> None:
    insert = RowInsert(IdempotencyRecord, unless_taken="caller, key")
    first, second = build_record("one"), build_record("one")
    assert insert.try_run(first)
    assert not insert.try_run(second)
    assert second.pk is None
    assert IdempotencyRecord.objects.get().pk == first.pk
