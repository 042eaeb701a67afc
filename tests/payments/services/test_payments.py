"""Paying an order: every outcome, the cut-off call, the second key, the closed order."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError

from inventory.queries.levels import list_available
from inventory.services.reservations import expire_reservations
from orders.services.expiry import expire_unpaid_orders
from orders.services.lifecycle import cancel_order
from payments.domain.errors import MethodNotUnderstood, OrderNotPayable, PaymentInProgress, UnknownGateway
from payments.gateways import get_gateway
from payments.gateways.base import GatewayUnavailable
from payments.gateways.sandbox import provider
from payments.gateways.sandbox.adapter import SandboxGateway
from payments.models import Payment, PaymentEvent, ReconciliationCase, Refund, SandboxIntent
from payments.services import payments
from payments.services.payments import (
    apply_gateway_payment,
    refresh_payment,
    start_payment,
    sweep_unsettled_payments,
)
from shop.kernel.clock import now, override_now
from shop.kernel.idempotency import IdempotencyMismatch
from shop.kernel.invariants import check_invariants
from shop.kernel.models import OutboxEvent, OutgoingEmail
from shop.kernel.relay import drain_outbox
from shop.kernel.transactions import NetworkInsideTransaction, transaction
from tests.factories.orders import make_article, make_order
from tests.factories.payments import RETURN_URL, get_intent, make_payment, pay

pytestmark = [pytest.mark.django_db, pytest.mark.listed]


def list_topics(order_id: int) -> list[str]:
    return list(
        OutboxEvent.objects.filter(key=f"order:{order_id}", topic__startswith="payment.").values_list(
            "topic", flat=True
        )
    )


def test_success_pays_the_order_once() -> None:
    order = make_order()
    payment = pay(order)
    order.refresh_from_db()
    assert (payment.status, payment.verdict) == ("succeeded", "kept")
    assert payment.captured_amount == order.total_amount == payment.amount
    assert (order.status, order.payment_status) == ("confirmed", "paid")
    assert order.payment_reference == f"payment:{payment.pk}"
    assert list_topics(order.pk) == ["payment.succeeded"]
    moves = PaymentEvent.objects.filter(payment=payment).values_list("old_status", "new_status", "actor")
    assert list(moves) == [("", "created", "shopper"), ("created", "succeeded", "gateway:sandbox")]


def test_decline_says_why_and_another_try_succeeds() -> None:
    order = make_order()
    declined = pay(order, "tok_declined")
    order.refresh_from_db()
    assert (declined.status, declined.decline_code) == ("failed", "insufficient_funds")
    assert declined.explanation == "Your card has not enough funds. You have not been charged."
    assert (order.status, order.payment_status) == ("pending", "unpaid")
    assert pay(order).status == "succeeded"
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert list_topics(order.pk) == ["payment.failed", "payment.succeeded"]


def test_challenge_approved() -> None:
    payment = make_payment("tok_3ds")
    reference = get_intent(payment).reference
    assert payment.status == "requires_action"
    assert payment.next_action == {"kind": "redirect", "url": f"http://testserver/sandbox/3ds/{reference}/"}
    provider.answer_challenge(reference, is_approved=True)
    assert refresh_payment(payment.pk).status == "succeeded"
    payment.order.refresh_from_db()
    assert payment.order.payment_status == "paid"


def test_challenge_refused() -> None:
    payment = make_payment("tok_3ds")
    provider.answer_challenge(get_intent(payment).reference, is_approved=False)
    refused = refresh_payment(payment.pk)
    assert (refused.status, refused.decline_code) == ("failed", "authentication_failed")
    payment.order.refresh_from_db()
    assert payment.order.payment_status == "unpaid"


def test_asynchronous_payment_succeeds_when_its_time_has_come() -> None:
    payment = make_payment("tok_async")
    assert payment.status == "processing"
    payment.order.refresh_from_db()
    assert payment.order.payment_status == "processing"
    assert refresh_payment(payment.pk).status == "processing"
    with override_now(now() + timedelta(seconds=21)):
        assert refresh_payment(payment.pk).status == "succeeded"


def test_timeout_is_settled_by_asking_and_charges_once() -> None:
    order = make_order()
    payment = pay(order, "tok_timeout", key="same")
    assert (payment.status, payment.provider_reference) == ("created", None)
    again = pay(order, "tok_timeout", key="same")
    assert again.pk == payment.pk
    assert refresh_payment(payment.pk).status == "succeeded"
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert SandboxIntent.objects.count() == 1


def test_crash_between_the_providers_answer_and_our_record_charges_once() -> None:
    """F2: the answer is lost with the database; the sweep finds the one charge by our id."""
    order = make_order()
    gone = patch.object(payments, "apply_gateway_payment", side_effect=OperationalError("gone"))
    with gone, pytest.raises(OperationalError):
        pay(order, key="same")
    payment = Payment.objects.get()
    assert (payment.status, payment.provider_reference) == ("created", None)
    assert pay(order, key="same").status == "created"
    with override_now(now() + timedelta(seconds=11)):
        assert sweep_unsettled_payments() == 1
    payment.refresh_from_db()
    assert (payment.status, SandboxIntent.objects.count()) == ("succeeded", 1)


def test_crash_before_the_call_is_retried_under_the_stored_key() -> None:
    order = make_order()
    with (
        patch.object(SandboxGateway, "create_payment", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        pay(order, key="same")
    assert pay(order, key="same").status == "created"
    with override_now(now() + timedelta(seconds=61)):
        assert pay(order, key="same").status == "succeeded"
    assert SandboxIntent.objects.get().idempotency_key == Payment.objects.get().provider_key


def test_unreachable_provider_fails_the_payment_in_plain_words() -> None:
    order = make_order()
    with patch.object(SandboxGateway, "create_payment", side_effect=GatewayUnavailable):
        payment = pay(order)
    assert (
        payment.explanation == "The payment provider cannot be reached right now. You have not been charged."
    )
    assert pay(order).status == "succeeded"


def test_timeout_blocks_another_charge_until_it_is_known() -> None:
    order = make_order()
    pay(order, "tok_timeout")
    with pytest.raises(OrderNotPayable) as refused:
        pay(order, "tok_success")
    assert refused.value.facts == {"reason": "paid"}
    assert SandboxIntent.objects.count() == 1


def test_same_key_gives_the_same_payment() -> None:
    order = make_order()
    assert pay(order, key="k").pk == pay(order, key="k").pk
    assert SandboxIntent.objects.count() == 1


def test_same_key_with_another_method_is_refused() -> None:
    order = make_order()
    pay(order, "tok_declined", key="k")
    with pytest.raises(IdempotencyMismatch):
        pay(order, "tok_success", key="k")
    assert SandboxIntent.objects.count() == 1


def test_second_key_waits_for_a_payment_that_moves_money() -> None:
    order = make_order()
    first = pay(order, "tok_async")
    with pytest.raises(PaymentInProgress) as refused:
        pay(order)
    assert refused.value.payment_id == first.pk
    assert SandboxIntent.objects.count() == 1


def test_second_key_withdraws_a_payment_that_waits_for_the_shopper() -> None:
    order = make_order()
    first = pay(order, "tok_3ds")
    second = pay(order)
    first.refresh_from_db()
    assert (first.status, second.status) == ("cancelled", "succeeded")
    provider.answer_challenge(get_intent(first).reference, is_approved=True)
    assert get_intent(first).status == "cancelled"


@pytest.mark.parametrize("token", ["tok_success", "tok_declined"])
def test_paid_order_takes_no_second_payment(token: str) -> None:
    order = make_order()
    pay(order)
    with pytest.raises(OrderNotPayable):
        pay(order, token)
    assert SandboxIntent.objects.count() == 1


def test_cancelled_order_takes_no_payment() -> None:
    order = make_order()
    cancel_order(order.pk, reason="customer", actor="shopper")
    with pytest.raises(OrderNotPayable) as refused:
        pay(order)
    assert refused.value.facts == {"reason": "cancelled"}
    assert Payment.objects.count() == 0


@pytest.mark.parametrize("is_swept", [False, True])
def test_lapsed_hold_is_taken_again_and_the_payment_goes_on(is_swept: bool) -> None:
    cup = make_article("CUP", stock=2)
    order = make_order((cup, 2))
    with override_now(order.payment_due_at + timedelta(seconds=5)):
        if is_swept:
            expire_reservations()
        assert pay(order).status == "succeeded"
        drain_outbox()
    order.refresh_from_db()
    assert (order.status, order.reference) == ("confirmed", f"order:{order.number}:2")
    assert list_available([cup.pk]) == {cup.pk: 0}
    assert check_invariants() == []


def test_lapsed_hold_of_goods_that_are_gone_takes_no_payment() -> None:
    cup = make_article("CUP", stock=2)
    order = make_order((cup, 2))
    with override_now(order.payment_due_at):
        expire_reservations()
        make_order((cup, 1), email="rival@example.com")
        with pytest.raises(OrderNotPayable) as refused:
            pay(order)
    assert refused.value.facts == {"reason": "hold_lapsed"}
    assert SandboxIntent.objects.count() == 0
    assert list_available([cup.pk]) == {cup.pk: 1}


def test_unknown_and_disabled_gateways_are_refused(settings: Any) -> None:
    order = make_order()
    with pytest.raises(UnknownGateway):
        start_payment(order.pk, gateway="nope", method_token="t", idempotency_key="k", return_url=RETURN_URL)

    settings.SANDBOX_ENABLED = False
    with pytest.raises(UnknownGateway):
        pay(order)
    assert Payment.objects.count() == 0


@pytest.mark.parametrize(
    "typed", ["4111 1111 1111 1111", "tok_4111-1111", "pm_card_visa", "tok_success\n", ""]
)
def test_what_is_no_token_is_never_kept(typed: str) -> None:
    order = make_order()
    with pytest.raises(MethodNotUnderstood):
        start_payment(
            order.pk, gateway="sandbox", method_token=typed, idempotency_key="k", return_url=RETURN_URL
        )
    assert Payment.objects.count() == 0


def test_refused_request_fails_the_payment_and_frees_the_order() -> None:
    order = make_order()
    payment = pay(order, "tok_nonsense")
    assert (payment.status, payment.decline_code) == ("failed", "invalid_token")
    assert pay(order).status == "succeeded"


def test_start_refuses_to_run_inside_a_transaction() -> None:
    order = make_order()
    with pytest.raises(NetworkInsideTransaction), transaction():
        pay(order)
    assert SandboxIntent.objects.count() == 0


def test_payment_that_never_arrived_is_given_up_after_two_minutes() -> None:
    payment = make_payment("tok_timeout")
    get_intent(payment).callbacks.all().delete()
    SandboxIntent.objects.all().delete()
    assert refresh_payment(payment.pk).status == "created"
    with override_now(now() + timedelta(seconds=121)):
        lost = refresh_payment(payment.pk)
    assert (lost.status, lost.decline_code) == ("failed", "not_reached")
    payment.order.refresh_from_db()
    assert payment.order.payment_status == "unpaid"


def test_stale_answer_never_downgrades_a_settled_payment() -> None:
    payment = make_payment("tok_3ds")
    stale = get_gateway("sandbox").fetch_payment(get_intent(payment).reference)
    provider.answer_challenge(get_intent(payment).reference, is_approved=True)
    refresh_payment(payment.pk)
    assert apply_gateway_payment(payment.pk, stale) is False
    payment.refresh_from_db()
    assert payment.status == "succeeded"


def test_sweep_settles_what_nobody_told_us() -> None:
    payment = make_payment("tok_timeout")
    assert sweep_unsettled_payments() == 0
    with override_now(now() + timedelta(seconds=11)):
        assert sweep_unsettled_payments() == 1
    payment.refresh_from_db()
    assert (payment.status, payment.check_count) == ("succeeded", 1)


def test_sweep_asks_less_and_less_often() -> None:
    payment = make_payment("tok_async")
    start = payment.created_at
    SandboxIntent.objects.update(settles_at=start + timedelta(days=1))
    asked = []
    for second in range(0, 1200, 5):
        with override_now(start + timedelta(seconds=second)):
            if sweep_unsettled_payments():
                asked.append(second)
    assert asked == [10, 20, 40, 80, 160, 320, 560, 800, 1040]


def test_abandoned_challenge_is_withdrawn_before_the_order_expires() -> None:
    payment = make_payment("tok_3ds")
    order = payment.order
    with override_now(order.payment_due_at + timedelta(seconds=1)):
        expire_unpaid_orders()
        order.refresh_from_db()
        assert order.status == "pending"
        sweep_unsettled_payments()
        payment.refresh_from_db()
        assert (payment.status, get_intent(payment).status) == ("cancelled", "cancelled")
        expire_unpaid_orders()
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "payment_expired")


def test_money_for_a_cancelled_order_goes_back() -> None:
    payment = make_payment("tok_3ds")
    order = payment.order
    cancel_order(order.pk, reason="customer", actor="shopper")
    provider.answer_challenge(get_intent(payment).reference, is_approved=True)
    late = refresh_payment(payment.pk)
    assert (late.status, late.verdict) == ("succeeded", "returned")
    refund = Refund.objects.get(payment=payment)
    assert (refund.reason, refund.status, refund.amount) == ("unfulfillable", "queued", payment.amount)
    case = ReconciliationCase.objects.get()
    assert (case.kind, case.owner_group, case.order_id) == ("unfulfillable_payment", "finance", order.pk)
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("cancelled", "processing")


def test_second_succeeded_payment_goes_back() -> None:
    order = make_order()
    first = pay(order, "tok_timeout")
    Payment.objects.filter(pk=first.pk).update(status="failed", settled_at=now())
    second = pay(order)
    assert second.verdict == "kept"
    late = refresh_payment(first.pk)
    assert (late.status, late.verdict) == ("succeeded", "returned")
    assert Refund.objects.get().payment_id == first.pk
    case = ReconciliationCase.objects.get()
    assert (case.kind, case.actual_amount, case.expected_amount) == (
        "duplicate_payment",
        first.amount,
        Decimal(0),
    )
    refresh_payment(first.pk)
    assert (Refund.objects.count(), ReconciliationCase.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"amount": Decimal("0.01")}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"order_number": "S000000000"}, "order"),
    ],
)
def test_snapshot_that_does_not_fit_is_not_believed(change: dict[str, object], problem: str) -> None:
    payment = make_payment("tok_async")
    SandboxIntent.objects.filter(payment_id=payment.pk).update(
        status="succeeded", captured_at=now(), **change
    )
    held = refresh_payment(payment.pk)
    assert (held.status, held.captured_amount) == ("review", Decimal(0))
    payment.order.refresh_from_db()
    assert payment.order.paid_at is None
    case = ReconciliationCase.objects.get()
    assert (case.kind, case.facts["problem"]) == ("snapshot_mismatch", problem)
    refresh_payment(payment.pk)
    assert ReconciliationCase.objects.count() == 1
    with pytest.raises(PaymentInProgress):
        pay(payment.order)


def test_payment_without_answer_for_a_week_becomes_a_case() -> None:
    payment = make_payment("tok_async")
    SandboxIntent.objects.update(settles_at=now() + timedelta(days=30))
    with override_now(now() + timedelta(days=7, seconds=1)):
        sweep_unsettled_payments()
    with override_now(now() + timedelta(days=8)):
        sweep_unsettled_payments()
    assert ReconciliationCase.objects.get().dedupe_key == f"unsettled:{payment.pk}"


def test_late_failure_is_told_by_mail_and_an_immediate_one_is_not(drain: Callable[[], int]) -> None:
    at_once, late = make_payment("tok_declined"), make_payment("tok_async")
    SandboxIntent.objects.filter(payment_id=late.pk).update(
        status="failed", settles_at=None, decline_code="insufficient_funds"
    )
    refresh_payment(late.pk)
    drain()
    (mail,) = OutgoingEmail.objects.filter(dedupe_key__startswith="payment_failed:")
    assert at_once.status == "failed"
    assert mail.dedupe_key == f"payment_failed:{late.pk}"
    assert "Your card has not enough funds." in mail.text
    assert f"/pay/{late.order.number}/?token={late.order.token}" in mail.text
