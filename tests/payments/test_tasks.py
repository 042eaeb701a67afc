"""The periodic jobs: each does its work, and stands back when another worker holds the lease."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection

from payments import tasks
from payments.gateways.base import GatewayUnavailable
from payments.gateways.sandbox import callbacks
from payments.gateways.sandbox.adapter import SandboxGateway
from payments.models import GatewayCallback, Payment, Refund, SandboxCallback, SettlementFile
from payments.services.callbacks import receive_callback
from payments.services.refunds import RefundDraft, request_refund
from shop.kernel.clock import now, override_now
from tests.factories.payments import make_payment, race, sign_callback


@pytest.mark.django_db
def test_inbox_sweep_and_refunds_are_worked_off() -> None:
    payment = make_payment("tok_timeout")
    body, headers = sign_callback(SandboxCallback.objects.get())
    receive_callback("sandbox", body=body, headers=headers)
    assert (tasks.process_callbacks_task(), tasks.process_callbacks_task()) == (1, 0)
    draft = RefundDraft(amount=payment.money, reason="requested", dedupe_key="r")
    request_refund(payment.pk, draft=draft, actor="test")
    assert (tasks.execute_refunds_task(), tasks.execute_refunds_task()) == (1, 0)
    make_payment("tok_async")
    with override_now(now() + timedelta(seconds=11)):
        assert tasks.sweep_payments_task() == 1


@pytest.mark.django_db
def test_the_past_week_is_reconciled_once_unless_a_day_is_named() -> None:
    today = now().date()
    assert tasks.reconcile_payments_task() == 0
    files = SettlementFile.objects.filter(gateway="sandbox").order_by("day")
    assert list(files.values_list("day", flat=True)) == [
        today - timedelta(days=back) for back in range(7, 0, -1)
    ]
    fetched_at = files.values_list("fetched_at", flat=True)
    before = list(fetched_at)
    assert tasks.reconcile_payments_task() == 0
    assert list(fetched_at.all()) == before
    assert tasks.reconcile_payments_task("2026-03-04") == 0
    assert files.first() == SettlementFile.objects.get(day="2026-03-04")


@pytest.mark.django_db
def test_a_day_without_an_answer_is_made_up_for() -> None:
    with patch.object(SandboxGateway, "settlement_lines", side_effect=GatewayUnavailable("down")):
        assert tasks.reconcile_payments_task() == 0
    assert SettlementFile.objects.count() == 0
    with override_now(now() + timedelta(days=3)):
        tasks.reconcile_payments_task()
        assert SettlementFile.objects.filter(day=now().date() - timedelta(days=4)).exists()


@pytest.mark.django_db
def test_sandbox_settles_and_delivers() -> None:
    make_payment("tok_async")
    with patch.object(callbacks, "_post", return_value=""), override_now(now() + timedelta(seconds=21)):
        assert tasks.run_sandbox_provider_task() == 2
    assert SandboxCallback.objects.filter(kind="payment.succeeded").exists()


LEASES = {
    tasks.process_callbacks_task: "payments.callbacks",
    tasks.sweep_payments_task: "payments.sweep",
    tasks.execute_refunds_task: "payments.refunds",
    tasks.reconcile_payments_task: "payments.reconciliation",
    tasks.run_sandbox_provider_task: "payments.sandbox",
}


def make_work_for_all() -> None:
    payment = make_payment()
    draft = RefundDraft(amount=payment.money, reason="requested", dedupe_key="r")
    request_refund(payment.pk, draft=draft, actor="test")
    body, headers = sign_callback(SandboxCallback.objects.get())
    receive_callback("sandbox", body=body, headers=headers)
    make_payment("tok_timeout")


def describe_work() -> tuple[int, ...]:
    return (
        GatewayCallback.objects.filter(outcome="").count(),
        Payment.objects.filter(status="created").count(),
        Refund.objects.filter(status="queued").count(),
        SettlementFile.objects.count(),
        SandboxCallback.objects.filter(attempts=0).count(),
    )


def run_later(job: Callable[[], int]) -> int:
    with override_now(now() + timedelta(minutes=1)), patch.object(callbacks, "_post", return_value=""):
        return job()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("job", LEASES)
def test_job_stands_back_while_another_worker_runs_it(job: Callable[[], int]) -> None:
    make_work_for_all()
    before = describe_work()
    assert before == (1, 1, 1, 0, 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 1))", [LEASES[job]])
        assert race(lambda: run_later(job)) == [0]
        assert describe_work() == before
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 1))", [LEASES[job]])
    race(lambda: run_later(job))
    assert describe_work() != before
