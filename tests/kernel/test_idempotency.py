"""One key, one answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections

from shop.kernel import idempotency
from shop.kernel.clock import now, override_now
from shop.kernel.idempotency import (
    Answer,
    IdempotencyMismatch,
    fingerprint_request,
    forget_old_answers,
    run_once,
)
from shop.kernel.models import AuditEntry, IdempotencyRecord
from tests.factories.rivals import Meeting

PRINT = fingerprint_request("POST", "/x/", {"a": 1})


def act() -> Answer:
    row = AuditEntry.objects.create(at=now(), actor="t", action="acted", target="", facts={})
    return Answer(201, {"id": row.pk})


@pytest.mark.django_db
def test_same_key_same_answer_one_effect() -> None:
    first = run_once("c", key="k", fingerprint=PRINT, run=act)
    again = run_once("c", key="k", fingerprint=PRINT, run=act)
    assert (first.status, first.is_replay) == (201, False)
    assert (again.status, again.body, again.is_replay) == (201, first.body, True)
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_another_body_under_the_key_is_refused() -> None:
    run_once("c", key="k", fingerprint=PRINT, run=act)
    with pytest.raises(IdempotencyMismatch):
        run_once("c", key="k", fingerprint=fingerprint_request("POST", "/x/", {"a": 2}), run=act)
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_another_caller_may_use_the_same_key() -> None:
    run_once("c", key="k", fingerprint=PRINT, run=act)
    assert run_once("d", key="k", fingerprint=PRINT, run=act).is_replay is False


@pytest.mark.django_db
def test_an_error_is_not_remembered() -> None:
    def fail() -> Answer:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  our own
        run_once("c", key="k", fingerprint=PRINT, run=fail)
    assert run_once("c", key="k", fingerprint=PRINT, run=act).status == 201


def test_order_of_fields_does_not_matter() -> None:
    assert fingerprint_request("POST", "/", {"a": 1, "b": 2}) == fingerprint_request(
        "POST", "/", {"b": 2, "a": 1}
    )


@pytest.mark.django_db
def test_answers_are_forgotten_after_two_days_and_not_before() -> None:
    run_once("c", key="k", fingerprint=PRINT, run=act)
    with override_now(now() + timedelta(hours=47)):
        assert forget_old_answers() == 0
    with override_now(now() + timedelta(hours=49)):
        assert forget_old_answers() == 1


def _race(count: int, run: Callable[[], Answer] = act) -> list[object]:
    outcomes: list[object] = []
    barrier = threading.Barrier(count)

    def work() -> None:
        try:
            barrier.wait()
            outcomes.append(run_once("c", key="k", fingerprint=PRINT, run=run).body["id"])
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_all_get_the_first_answer() -> None:
    outcomes = _race(8)
    assert len(set(outcomes)) == 1
    assert AuditEntry.objects.count() == 1
    assert IdempotencyRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twin_without_the_lock_rivals_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the advisory lock the constraint still keeps it to one effect, but the losers get an error."""
    monkeypatch.setattr(idempotency, "_lock_key", lambda caller, key: None)
    outcomes = _race(8, run=Meeting(8).after(act))
    assert outcomes.count("IntegrityError") == 7
    assert AuditEntry.objects.count() == 1
