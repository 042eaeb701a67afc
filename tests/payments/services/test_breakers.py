"""A provider that does not answer is left alone: opened, probed, closed; in one place for all processes."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from payments.domain.errors import GatewayPaused
from payments.gateways.base import GatewayRefused, GatewayTimeout, GatewayUnavailable
from payments.models import GatewayBreaker, SandboxCallback
from payments.services.breakers import (
    note_answer,
    note_failure,
    pass_over_resting,
    take_turn,
    watch_gateway,
)
from payments.services.callbacks import process_pending_callbacks, receive_callback
from payments.services.payments import sweep_unsettled_payments
from payments.services.refunds import RefundDraft, execute_due_refunds, request_refund
from shop.kernel.clock import now, override_now
from shop.kernel.transactions import transaction
from tests.factories.payments import make_payment, race, sign_callback

CODE = "stripe"


@pytest.fixture(autouse=True)
def _rules(settings: Settings) -> None:
    settings.PAYMENT_BREAKER_FAILURES = 3
    settings.PAYMENT_BREAKER_WINDOW_SECONDS = 60
    settings.PAYMENT_BREAKER_PAUSE_SECONDS = 30


def fail(times: int) -> list[bool]:
    return [note_failure(CODE, reason="test") for _time in range(times)]


def is_passed() -> bool:
    try:
        take_turn(CODE)
    except GatewayPaused:
        return False
    return True


@pytest.mark.django_db
def test_opens_at_the_third_failure_in_a_row() -> None:
    assert fail(2) == [False, False]
    assert is_passed()
    assert fail(1) == [True]
    assert not is_passed()
    assert GatewayBreaker.objects.get().opened_count == 1


@pytest.mark.django_db
def test_answer_between_forgets_the_failures() -> None:
    fail(2)
    note_answer(CODE)
    assert fail(2) == [False, False]
    assert is_passed()


@pytest.mark.django_db
def test_failures_further_apart_than_the_window_do_not_add_up() -> None:
    start = now()
    for minutes in range(6):
        with override_now(start + timedelta(minutes=minutes, seconds=1)):
            assert fail(1) == [False]
    assert GatewayBreaker.objects.get().failure_count == 1


@pytest.mark.django_db
def test_one_provider_does_not_close_another() -> None:
    fail(3)
    take_turn("other")
    with pytest.raises(GatewayPaused):
        take_turn(CODE)


def open_breaker() -> datetime:
    fail(3)
    opened_at = GatewayBreaker.objects.get().opened_at
    assert opened_at is not None
    return opened_at


@pytest.mark.django_db
def test_one_probe_at_a_time_after_the_pause() -> None:
    opened_at = open_breaker()
    with override_now(opened_at + timedelta(seconds=29)):
        assert not is_passed()
    with override_now(opened_at + timedelta(seconds=31)):
        assert [is_passed() for _call in range(3)] == [True, False, False]


@pytest.mark.django_db
def test_probe_that_is_answered_closes() -> None:
    opened_at = open_breaker()
    with override_now(opened_at + timedelta(seconds=31)):
        assert is_passed()
        note_answer(CODE)
        assert [is_passed() for _call in range(3)] == [True, True, True]


@pytest.mark.django_db
def test_probe_that_fails_opens_at_once_for_another_pause() -> None:
    opened_at = open_breaker()
    with override_now(opened_at + timedelta(seconds=31)):
        assert is_passed()
        assert fail(1) == [True]
    with override_now(opened_at + timedelta(seconds=60)):
        assert not is_passed()
    with override_now(opened_at + timedelta(seconds=62)):
        assert is_passed()


@pytest.mark.django_db
def test_probe_whose_process_died_makes_room_for_the_next() -> None:
    opened_at = open_breaker()
    with override_now(opened_at + timedelta(seconds=31)):
        assert is_passed()
    with override_now(opened_at + timedelta(seconds=92)):
        assert is_passed()


@pytest.mark.django_db
def test_failures_while_open_do_not_prolong_the_pause() -> None:
    opened_at = open_breaker()
    with override_now(opened_at + timedelta(seconds=20)):
        assert fail(3) == [False, False, False]
    assert GatewayBreaker.objects.get().opened_at == opened_at


@pytest.mark.django_db
def test_sandbox_is_never_left_alone() -> None:
    assert not any(note_failure("sandbox", reason="tok_timeout") for _time in range(9))
    assert GatewayBreaker.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "failures"), [(GatewayTimeout(), 1), (GatewayUnavailable(code="429"), 1), (GatewayRefused(), 0)]
)
def test_refusal_is_an_answer_and_silence_a_failure(error: Exception, failures: int) -> None:
    with pytest.raises(type(error)), watch_gateway(CODE):
        raise error
    assert list(GatewayBreaker.objects.values_list("failure_count", flat=True)) == [1][:failures]


@pytest.mark.django_db
def test_healthy_provider_costs_one_statement_that_writes_nothing(
    django_assert_num_queries: object,
) -> None:
    with django_assert_num_queries(1), watch_gateway(CODE):  # type: ignore[operator]  # pytest-django's own type
        pass
    assert GatewayBreaker.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_failures_of_many_processes_are_all_counted_and_open_once(settings: Settings) -> None:
    settings.PAYMENT_BREAKER_FAILURES = 8
    assert sorted(race(lambda: note_failure(CODE, reason="test"), copies=8)) == [False] * 7 + [True]
    assert GatewayBreaker.objects.get().opened_count == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_many_processes_probes() -> None:
    opened_at = open_breaker()

    def probe() -> bool:
        with override_now(opened_at + timedelta(seconds=31)), transaction():
            return is_passed()

    assert sorted(race(probe, copies=6)) == [False] * 5 + [True]


@pytest.mark.django_db
def test_the_periodic_jobs_pass_over_a_provider_that_is_left_alone(settings: Settings) -> None:
    settings.PAYMENT_BREAKER_EXEMPT = ()
    paid, waiting = make_payment(), make_payment("tok_async")
    draft = RefundDraft(amount=paid.money, reason="requested", dedupe_key="r")
    refund = request_refund(paid.pk, draft=draft, actor="test")
    for callback in SandboxCallback.objects.all():
        body, headers = sign_callback(callback)
        receive_callback("sandbox", body=body, headers=headers)
    opened_at = now() + timedelta(seconds=15)
    with override_now(opened_at):
        for _time in range(3):
            note_failure("sandbox", reason="test")
        assert [sweep_unsettled_payments(), execute_due_refunds(), process_pending_callbacks()] == [0, 0, 0]
    refund.refresh_from_db()
    waiting.refresh_from_db()
    assert (refund.status, refund.attempts, waiting.check_count) == ("queued", 0, 0)
    with override_now(opened_at + timedelta(seconds=31)):
        assert [sweep_unsettled_payments(), execute_due_refunds()] == [1, 1]
        assert process_pending_callbacks() == 2
    refund.refresh_from_db()
    waiting.refresh_from_db()
    assert (refund.status, waiting.status) == ("succeeded", "succeeded")


@pytest.mark.django_db
def test_a_provider_that_falls_silent_in_the_middle_keeps_no_other_waiting() -> None:
    asked = []
    for key in pass_over_resting([(1, CODE), (2, CODE), (3, "another"), (4, CODE)]):
        asked.append(key)
        fail(3 if key == 1 else 0)
    assert asked == [1, 3]
