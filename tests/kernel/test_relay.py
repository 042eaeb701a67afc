"""The outbox delivers at least once, and each effect happens exactly once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import connection, connections

from shop.kernel import events, relay
from shop.kernel.clock import now, override_now
from shop.kernel.events import Event, publish, publish_many, subscribe
from shop.kernel.invariants import check_invariants
from shop.kernel.models import AuditEntry, OutboxEvent, ProcessedEvent
from shop.kernel.relay import MAX_ATTEMPTS, drain_outbox
from shop.kernel.transactions import transaction


@dataclass(frozen=True, kw_only=True)
class Rang(Event):
    topic: ClassVar[str] = "tests.rang"

    bell: str
    number: int

    @property
    def key(self) -> str:
        return f"bell:{self.bell}"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A handler that leaves a row per event, so that its effect shares the fate of its transaction."""
    monkeypatch.setitem(events._handlers, Rang.topic, {})

    @subscribe(Rang)
    def note(event: Rang) -> None:
        AuditEntry.objects.create(
            at=now(), actor="bell", action="heard", target=f"{event.bell}:{event.number}", facts={}
        )

    return


def list_heard() -> list[str]:
    return list(AuditEntry.objects.filter(action="heard").order_by("pk").values_list("target", flat=True))


def ring(bell: str, *numbers: int) -> None:
    with transaction():
        publish_many([Rang(bell=bell, number=number) for number in numbers])


@pytest.mark.django_db
def test_delivers_once_and_marks_it(heard: None) -> None:
    ring("a", 1, 2)
    assert drain_outbox().delivered == 2
    assert drain_outbox().delivered == 0
    assert list_heard() == ["a:1", "a:2"]
    assert OutboxEvent.objects.unsent().count() == 0


@pytest.mark.django_db
def test_says_nothing_of_what_was_undone(heard: None) -> None:
    with pytest.raises(RuntimeError), transaction():
        publish(Rang(bell="a", number=1))
        raise RuntimeError
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_needs_a_transaction(heard: None) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        publish(Rang(bell="a", number=1))


@pytest.mark.django_db
def test_a_failing_handler_waits_and_does_not_stop_others(heard: None) -> None:
    calls: list[int] = []

    @subscribe(Rang)
    def break_once(event: Rang) -> None:
        calls.append(event.number)
        if len(calls) == 1:
            raise ValueError("cracked")

    ring("a", 1)
    assert drain_outbox() == relay.Drained(delivered=0, failed=1)
    assert list_heard() == ["a:1"]
    row = OutboxEvent.objects.get()
    assert (row.attempts, row.sent_at) == (1, None)
    assert "cracked" in row.error
    with override_now(now() + timedelta(seconds=3)):
        assert drain_outbox().delivered == 1
    assert list_heard() == ["a:1"]
    assert calls == [1, 1]


@pytest.mark.django_db
def test_keeps_the_order_of_a_key_behind_a_failure(heard: None) -> None:
    broken = {1}

    @subscribe(Rang)
    def break_first(event: Rang) -> None:
        if event.number in broken:
            raise ValueError

    ring("a", 1, 2)
    ring("b", 3)
    drain_outbox()
    assert "a:2" not in list_heard()
    assert "b:3" in list_heard()
    broken.clear()
    with override_now(now() + timedelta(minutes=1)):
        drain_outbox()
    assert list_heard() == ["a:1", "b:3", "a:2"]


@pytest.mark.django_db
def test_gives_up_loudly_after_many_attempts(heard: None) -> None:
    @subscribe(Rang)
    def always_break(event: Rang) -> None:
        raise ValueError

    ring("a", 1)
    instant = now()
    for attempt in range(MAX_ATTEMPTS):
        with override_now(instant + timedelta(hours=2 * attempt + 1)):
            drain_outbox()
    assert OutboxEvent.objects.get().dead_at is not None
    OutboxEvent.objects.update(not_before=now() - timedelta(hours=1))
    assert "I19" in {violation.code for violation in check_invariants()}


@pytest.mark.django_db
def test_holds_back_what_is_for_later(heard: None) -> None:
    with transaction():
        publish(Rang(bell="a", number=1), not_before=now() + timedelta(hours=1))
    assert drain_outbox().delivered == 0
    with override_now(now() + timedelta(hours=1, seconds=1)):
        assert drain_outbox().delivered == 1


def _drain_in_threads(count: int) -> None:
    def work() -> None:
        try:
            drain_outbox()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_four_relays_at_once_do_each_effect_once(heard: None) -> None:
    for bell in range(40):
        ring(f"bell{bell}", 1, 2, 3)
    _drain_in_threads(4)
    drain_outbox()
    assert sorted(list_heard()) == sorted(
        f"bell{bell}:{number}" for bell in range(40) for number in (1, 2, 3)
    )
    assert set(OutboxEvent.objects.values_list("attempts", "error")) == {(1, "")}


@pytest.mark.django_db(transaction=True)
def test_twin_without_the_mark_an_event_sent_again_is_done_again(
    heard: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof that ProcessedEvent is what makes a repeat harmless: sent again with its mark, then without."""
    ring("a", 1)
    drain_outbox()
    OutboxEvent.objects.update(sent_at=None)
    drain_outbox()
    assert list_heard() == ["a:1"]
    OutboxEvent.objects.update(sent_at=None)
    ProcessedEvent.objects.all().delete()
    drain_outbox()
    assert list_heard() == ["a:1", "a:1"]


@pytest.mark.django_db
def test_the_audit_log_only_grows(heard: None) -> None:
    ring("a", 1)
    drain_outbox()
    with pytest.raises(Exception, match="append-only"), transaction():
        AuditEntry.objects.update(actor="nobody")


@pytest.mark.django_db
def test_delivers_in_few_queries(heard: None, django_assert_max_num_queries: object) -> None:
    ring("a", *range(1))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        drain_outbox()
    assert connection.in_atomic_block


@pytest.mark.django_db
def test_what_is_due_is_found_without_statistics_too() -> None:
    """A join of the table with itself took seconds for each batch where nobody had analysed the table yet."""
    with transaction(), connection.cursor() as cursor:
        # So many that no plan but the right one is cheap, whatever autovacuum has seen before.
        cursor.execute(
            "INSERT INTO kernel_outboxevent (topic, key, payload, created_at, not_before, attempts, error)"
            " SELECT 'bell', 'bell:' || number, '{}', now(), now(), 0, '' FROM generate_series(1, 2000) AS number"
        )
        plan = OutboxEvent.objects.take_due(now(), limit=20).explain()
    assert "outbox_key" in plan, plan
    assert "Join" not in plan
    assert "Nested Loop" not in plan
