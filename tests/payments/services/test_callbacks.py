"""The inbox: forged, repeated, out of order, too early, never about us."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction

from orders.models import Order
from payments.domain.errors import UnknownGateway
from payments.gateways import get_gateway
from payments.gateways.base import CallbackRefused, GatewayPayment, RefundRequest
from payments.gateways.sandbox import provider
from payments.gateways.sandbox.callbacks import emit_callback
from payments.gateways.sandbox.signing import list_secrets, sign_body
from payments.models import (
    GatewayCallback,
    Payment,
    PaymentEvent,
    ReconciliationCase,
    Refund,
    SandboxCallback,
)
from payments.services import callbacks
from payments.services.callbacks import process_callback, process_pending_callbacks, receive_callback
from payments.services.payments import apply_gateway_payment
from payments.services.refunds import RefundDraft, execute_refund, request_refund
from shop.kernel.clock import now, override_now
from shop.kernel.models import OutboxEvent
from tests.factories.orders import make_order
from tests.factories.payments import get_intent, make_payment, pay, race, sign_callback
from tests.factories.rivals import Meeting
from tests.orderings import list_orderings, some_or_all


def receive(callback: SandboxCallback) -> GatewayCallback:
    body, headers = sign_callback(callback)
    return receive_callback("sandbox", body=body, headers=headers)


def find_sent(payment: Payment, kind: str) -> SandboxCallback:
    return SandboxCallback.objects.get(intent__payment_id=payment.pk, kind=kind)


@pytest.mark.django_db
def test_callback_pays_the_order() -> None:
    payment = make_payment("tok_timeout")
    callback = receive(find_sent(payment, "payment.succeeded"))
    assert (callback.outcome, callback.payment_id_hint) == ("", payment.pk)
    assert process_pending_callbacks() == 1
    callback.refresh_from_db()
    payment.refresh_from_db()
    assert (callback.outcome, callback.attempts, payment.status) == ("applied", 1, "succeeded")
    assert process_pending_callbacks() == 0
    assert process_callback(callback.pk) == "applied"


@pytest.mark.django_db
def test_raw_body_is_kept_as_it_came() -> None:
    sent = find_sent(make_payment(), "payment.succeeded")
    assert bytes(GatewayCallback.objects.get(pk=receive(sent).pk).body) == sent.body.encode()


def forge_nothing(body: bytes) -> tuple[bytes, dict[str, str]]:
    return body, {}


def forge_secret(body: bytes) -> tuple[bytes, dict[str, str]]:
    return body, {"sandbox-signature": sign_body(body, secret="wrong", at=now())}


def forge_body(body: bytes) -> tuple[bytes, dict[str, str]]:
    header = sign_body(body, secret=list_secrets()[0], at=now())
    return body.replace(b"succeeded", b"succeedeD"), {"sandbox-signature": header}


def forge_age(body: bytes) -> tuple[bytes, dict[str, str]]:
    return body, {
        "sandbox-signature": sign_body(body, secret=list_secrets()[0], at=now() - timedelta(seconds=301))
    }


def forge_future(body: bytes) -> tuple[bytes, dict[str, str]]:
    return body, {
        "sandbox-signature": sign_body(body, secret=list_secrets()[0], at=now() + timedelta(seconds=302))
    }


def forge_version(body: bytes) -> tuple[bytes, dict[str, str]]:
    header = sign_body(body, secret=list_secrets()[0], at=now()).replace("v1=", "v0=")
    return body, {"sandbox-signature": header}


def forge_empty_event(body: bytes) -> tuple[bytes, dict[str, str]]:
    return b"{}", {"sandbox-signature": sign_body(b"{}", secret=list_secrets()[0], at=now())}


def forge_noise(body: bytes) -> tuple[bytes, dict[str, str]]:
    noise = b"\xff\x00["
    return noise, {"sandbox-signature": sign_body(noise, secret=list_secrets()[0], at=now())}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "forge",
    [
        forge_nothing,
        forge_secret,
        forge_body,
        forge_age,
        forge_future,
        forge_version,
        forge_empty_event,
        forge_noise,
    ],
)
def test_forged_callback_is_refused_and_not_kept(
    forge: Callable[[bytes], tuple[bytes, dict[str, str]]],
) -> None:
    payment = make_payment("tok_timeout")
    body, headers = forge(find_sent(payment, "payment.succeeded").body.encode())
    with pytest.raises(CallbackRefused):
        receive_callback("sandbox", body=body, headers=headers)
    assert GatewayCallback.objects.count() == 0
    payment.refresh_from_db()
    assert payment.status == "created"


@pytest.mark.django_db
def test_callback_of_unknown_provider_is_refused() -> None:
    with pytest.raises(UnknownGateway):
        receive_callback("nobody", body=b"{}", headers={})


@pytest.mark.django_db
def test_old_secret_is_accepted_while_it_is_rotated(settings: Any) -> None:
    sent = find_sent(make_payment(), "payment.succeeded")
    body = sent.body.encode()
    settings.SANDBOX_CALLBACK_SECRETS = ["new", "old"]
    headers = {"sandbox-signature": sign_body(body, secret="old", at=now())}
    assert receive_callback("sandbox", body=body, headers=headers).pk
    settings.SANDBOX_CALLBACK_SECRETS = ["new"]
    with pytest.raises(CallbackRefused):
        receive_callback("sandbox", body=body, headers=headers)


@pytest.mark.django_db
def test_what_the_body_claims_is_not_believed() -> None:
    payment = make_payment("tok_3ds")
    intent = get_intent(payment)
    lie = SandboxCallback(
        event_id="evt_lie",
        kind="payment.succeeded",
        intent=intent,
        body=f'{{"id":"evt_lie","type":"payment.succeeded","created":"{now().isoformat()}","data":{{"payment":'
        f'"{intent.reference}","refund":"","status":"succeeded","metadata":{{"payment_id":{payment.pk}}}}}}}',
    )
    assert process_callback(receive(lie).pk) == "ignored_stale"
    payment.refresh_from_db()
    assert payment.status == "requires_action"


@pytest.mark.django_db(transaction=True)
def test_hundred_duplicates_in_twenty_threads_have_one_effect() -> None:
    payment = make_payment("tok_timeout")
    body, headers = sign_callback(find_sent(payment, "payment.succeeded"))

    def deliver_five() -> list[str]:
        return [
            process_callback(receive_callback("sandbox", body=body, headers=headers).pk) for _time in range(5)
        ]

    results = race(deliver_five, copies=20)
    assert results == [["applied"] * 5] * 20
    payment.refresh_from_db()
    assert (payment.status, GatewayCallback.objects.count()) == ("succeeded", 1)
    assert OutboxEvent.objects.filter(topic="payment.succeeded").count() == 1
    assert OutboxEvent.objects.filter(topic="orders.order_paid").count() == 1
    assert PaymentEvent.objects.filter(payment=payment, new_status="succeeded").count() == 1


@pytest.mark.django_db(transaction=True)
def test_twin_without_the_callback_lock_applies_more_than_once() -> None:
    """The outcome and the effect stand under one lock: without it and without the status check both threads apply."""
    payment = make_payment("tok_timeout")
    callback = receive(find_sent(payment, "payment.succeeded"))
    applied: list[int] = []

    def apply_blindly(payment: Payment, snapshot: object, *, actor: str) -> bool:
        applied.append(payment.pk)
        return True

    def read_callback(callback_id: int) -> GatewayCallback:
        return GatewayCallback.objects.get(pk=callback_id)

    def read_payment(payment_id: int) -> Payment:
        return Payment.objects.get(pk=payment_id)

    with (
        patch.object(callbacks, "apply_to_locked_payment", apply_blindly),
        patch.object(callbacks, "lock_callback", Meeting(8).after(read_callback)),
        patch.object(callbacks, "lock_payment", read_payment),
    ):
        race(lambda: process_callback(callback.pk), copies=8)
    assert len(applied) == 8
    applied.clear()
    GatewayCallback.objects.update(outcome="", processed_at=None)
    with patch.object(callbacks, "apply_to_locked_payment", apply_blindly):
        race(lambda: process_callback(callback.pk), copies=8)
    assert len(applied) == 1


KINDS = (
    "payment.requires_action",
    "payment.processing",
    "payment.failed",
    "payment.succeeded",
    "payment.created",
)


def describe_end(payment: Payment) -> tuple[object, ...]:
    payment.refresh_from_db()
    order = Order.objects.get(pk=payment.order_id)
    succeeded = OutboxEvent.objects.filter(topic="payment.succeeded").count()
    paid = OutboxEvent.objects.filter(topic="orders.order_paid").count()
    return payment.status, payment.verdict, order.status, order.payment_status, succeeded, paid


@some_or_all
@pytest.mark.django_db
def test_five_callbacks_end_the_same_in_any_order(most: int) -> None:
    payment = make_payment("tok_timeout")
    SandboxCallback.objects.all().delete()
    for kind in KINDS:
        emit_callback(get_intent(payment), kind=kind)
    rows = [receive(callback).pk for callback in SandboxCallback.objects.order_by("pk")]
    ends = set()
    for order_of_rows in list_orderings(rows, most=most):
        before = transaction.savepoint()
        outcomes = [process_callback(row) for row in order_of_rows]
        ends.add((*outcomes, *describe_end(payment)))
        transaction.savepoint_rollback(before)
    stale = ("ignored_stale",) * 4
    assert ends == {("applied", *stale, "succeeded", "kept", "confirmed", "paid", 1, 1)}


@some_or_all
@pytest.mark.django_db
def test_five_answers_end_the_same_in_any_order(most: int) -> None:
    """Even where the provider's answers themselves are old when they are applied."""
    payment = make_payment("tok_timeout")
    now_true = get_gateway("sandbox").fetch_payment(get_intent(payment).reference)
    answers = [
        replace(now_true, status="requires_action"),
        replace(now_true, status="processing"),
        replace(now_true, status="failed", decline_code="card_declined"),
        replace(now_true, status="cancelled"),
        now_true,
    ]
    ends = set()
    for order_of_answers in list_orderings(answers, most=most):
        before = transaction.savepoint()
        for answer in order_of_answers:
            apply_gateway_payment(payment.pk, answer)
        ends.add(describe_end(payment))
        transaction.savepoint_rollback(before)
    assert ends == {("succeeded", "kept", "confirmed", "paid", 1, 1)}


@pytest.mark.django_db
def test_callback_before_our_row_waits_for_it() -> None:
    order = make_order()
    payment = pay(order, "tok_timeout")
    intent = get_intent(payment)
    later = Payment.objects.get(pk=payment.pk)
    PaymentEvent.objects.filter(payment=payment).delete()
    payment.delete()
    row = receive(SandboxCallback.objects.get(intent=intent, kind="payment.succeeded"))
    assert process_callback(row.pk) == ""
    row.refresh_from_db()
    assert row.next_attempt_at - row.received_at < timedelta(seconds=2)
    later.save(force_insert=True)
    with override_now(now() + timedelta(seconds=2)):
        assert process_pending_callbacks() == 1
    row.refresh_from_db()
    later.refresh_from_db()
    assert (row.outcome, row.attempts, later.status) == ("applied", 2, "succeeded")


@pytest.mark.django_db
def test_money_without_a_row_of_ours_becomes_one_case_and_is_given_up_after_a_day() -> None:
    payment = make_payment("tok_timeout")
    intent = get_intent(payment)
    row = receive(SandboxCallback.objects.get(intent=intent))
    PaymentEvent.objects.filter(payment=payment).delete()
    payment.delete()
    process_callback(row.pk)
    assert ReconciliationCase.objects.count() == 0
    for hours in (1, 2, 24):
        with override_now(row.received_at + timedelta(hours=hours)):
            process_pending_callbacks()
    case = ReconciliationCase.objects.get()
    assert (case.kind, case.actual_amount) == ("orphan_payment", intent.amount)
    row.refresh_from_db()
    assert (row.outcome, row.note) == ("ignored_unknown", "no such payment here yet")


@pytest.mark.django_db
def test_refund_callback_before_our_answer_is_booked_once() -> None:
    payment = make_payment()
    refund = request_refund(
        payment.pk,
        draft=RefundDraft(amount=payment.money, reason="requested", dedupe_key="r"),
        actor="test",
    )
    provider.create_refund(
        RefundRequest(
            refund_id=refund.pk,
            payment_reference=get_intent(payment).reference,
            amount=refund.money,
            idempotency_key=refund.provider_key,
        )
    )
    row = receive(SandboxCallback.objects.get(kind="refund.succeeded"))
    assert process_callback(row.pk) == "applied"
    assert execute_refund(refund.pk).status == "succeeded"
    payment.refresh_from_db()
    assert (Refund.objects.count(), payment.refunded_amount) == (1, payment.amount)
    assert OutboxEvent.objects.filter(topic="refund.succeeded").count() == 1


@pytest.mark.django_db
def test_one_broken_callback_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    broken, whole = make_payment("tok_timeout"), make_payment("tok_timeout")
    rows = [receive(find_sent(payment, "payment.succeeded")) for payment in (broken, whole)]
    real = callbacks.apply_to_locked_payment

    def break_first(payment: Payment, snapshot: GatewayPayment, *, actor: str) -> bool:
        if payment.pk == broken.pk:
            raise RuntimeError("bug")
        return real(payment, snapshot, actor=actor)

    with patch.object(callbacks, "apply_to_locked_payment", break_first):
        assert process_pending_callbacks() == 2
    for row in rows:
        row.refresh_from_db()
    assert [row.outcome for row in rows] == ["", "applied"]
    with override_now(now() + timedelta(seconds=2)):
        process_pending_callbacks()
    rows[0].refresh_from_db()
    assert rows[0].outcome == "applied"
