"""Two tabs, a payment against the clock, a callback against the browser: real threads, each with its twin."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError

from orders import locks as order_locks
from orders.models import Order, OrderEvent
from orders.services.lifecycle import expire_order, note_payment_failed
from payments.domain.errors import OrderNotPayable, PaymentInProgress
from payments.gateways.sandbox import provider
from payments.gateways.sandbox.adapter import SandboxGateway
from payments.models import Payment, Refund, SandboxCallback, SandboxIntent
from payments.services import payments
from payments.services.callbacks import process_callback, receive_callback
from payments.services.payments import refresh_payment
from shop.kernel.clock import now, override_now
from shop.kernel.invariants import check_invariants
from shop.kernel.models import OutboxEvent
from tests.factories.orders import make_order
from tests.factories.payments import get_intent, make_payment, pay, race, sign_callback
from tests.factories.rivals import Meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.listed]


def test_double_click_charges_once() -> None:
    order = make_order()
    results = race(lambda: pay(order, key="page"), copies=8)
    assert {result.pk for result in results if isinstance(result, Payment)} == {Payment.objects.get().pk}
    assert len([result for result in results if isinstance(result, Payment)]) == 8
    assert SandboxIntent.objects.count() == 1
    assert check_invariants() == []


def test_tabs_with_keys_of_their_own_charge_once() -> None:
    order = make_order()
    results = race(*(lambda key=key: pay(order, key=f"tab-{key}") for key in range(8)))
    paid = [result for result in results if isinstance(result, Payment)]
    refused = [result for result in results if isinstance(result, PaymentInProgress | OrderNotPayable)]
    assert (len(paid), len(refused)) == (1, 7)
    assert SandboxIntent.objects.count() == 1


def test_twin_without_the_order_lock_meets_the_constraint() -> None:
    """Without lock and look the second tab's row is refused by the database: one open payment per order."""
    order = make_order()

    class NoRival:
        def filter(self, *_args: Any, **_kwargs: Any) -> "NoRival":
            return self

        def exclude(self, *_args: Any, **_kwargs: Any) -> "NoRival":
            return self

        def first(self) -> None:
            return None

    with (
        patch.object(payments, "lock_order", lambda order_id: Order.objects.get(pk=order_id)),
        patch.object(type(Payment.objects), "open", lambda _self: NoRival()),
        patch.object(payments, "mark_payment_processing", lambda *_args, **_kwargs: True),
        patch.object(payments, "_ask_provider", lambda payment, **_kwargs: payment),
    ):
        results = race(*(lambda key=key: pay(order, key=f"tab-{key}") for key in range(8)))
    assert sum(isinstance(result, Payment) for result in results) == 1
    broken = [result for result in results if isinstance(result, IntegrityError)]
    assert len(broken) == 7
    assert all("payments_payment_one_open_per_order" in str(error) for error in broken)


def test_twin_without_the_claim_calls_the_provider_again() -> None:
    order = make_order()
    calls: list[int] = []
    real = SandboxGateway.create_payment

    def count_call(self: SandboxGateway, request: Any) -> Any:
        calls.append(request.payment_id)
        return real(self, request)

    with patch.object(SandboxGateway, "create_payment", count_call):
        with patch.object(payments, "_claim", Meeting(6).before(payments._claim)):
            race(lambda: pay(order, key="page"), copies=6)
        assert len(calls) == 1
        calls.clear()
        other = make_order()
        with patch.object(payments, "_claim", Meeting(6).before(lambda _payment_id: True)):
            race(lambda: pay(other, "tok_timeout", key="page"), copies=6)
    assert len(calls) == 6


def test_browser_callback_and_sweep_together_pay_once() -> None:
    payment = make_payment("tok_timeout")
    body, headers = sign_callback(SandboxCallback.objects.get())

    def come_back() -> object:
        return refresh_payment(payment.pk)

    def call_back() -> object:
        return process_callback(receive_callback("sandbox", body=body, headers=headers).pk)

    results = race(come_back, call_back, copies=6)
    assert [result for result in results if isinstance(result, Exception)] == []
    payment.refresh_from_db()
    assert (payment.status, payment.verdict) == ("succeeded", "kept")
    assert OutboxEvent.objects.filter(topic="payment.succeeded").count() == 1
    assert OutboxEvent.objects.filter(topic="orders.order_paid").count() == 1
    assert Refund.objects.count() == 0
    assert check_invariants() == []


def make_late_payment() -> Payment:
    """The money arrives at the moment at which the time to pay is over."""
    payment = make_payment("tok_3ds")
    order = payment.order
    provider.answer_challenge(get_intent(payment).reference, is_approved=True)
    note_payment_failed(order.pk, message="the shopper is still at the bank")
    Order.objects.filter(pk=order.pk).update(payment_due_at=now() - timedelta(seconds=1))
    return payment


def list_ends(payment: Payment) -> tuple[set[str], int]:
    """What the order became, and how many refunds wait."""
    ends = OrderEvent.objects.filter(order=payment.order_id, new_state__in=("confirmed", "cancelled"))
    return set(ends.values_list("new_state", flat=True)), Refund.objects.filter(payment=payment).count()


@pytest.mark.parametrize("_round", range(4))
def test_expiry_and_payment_agree_on_one_end(_round: int) -> None:
    payment = make_late_payment()
    race(lambda: refresh_payment(payment.pk), lambda: expire_order(payment.order_id))
    assert list_ends(payment) in [({"confirmed"}, 0), ({"cancelled"}, 1)]
    assert check_invariants() == []


def test_twin_without_the_order_lock_confirms_and_cancels_one_order() -> None:
    payment = make_late_payment()
    is_read: list[bool] = []

    def read_and_be_overtaken(order_id: int) -> Order:
        order = Order.objects.get(pk=order_id)
        if not is_read:
            is_read.append(True)
            race(lambda: refresh_payment(payment.pk))
        return order

    with patch.object(order_locks, "lock_order", read_and_be_overtaken):
        expire_order(payment.order_id)
    assert list_ends(payment) == ({"confirmed", "cancelled"}, 0)


def test_hold_that_lapses_while_the_shopper_pays_still_ends_in_one_way() -> None:
    payment = make_payment("tok_async")
    with override_now(payment.order.payment_due_at + timedelta(minutes=1)):
        assert expire_order(payment.order_id) is False
        assert refresh_payment(payment.pk).verdict == "kept"
    payment.order.refresh_from_db()
    assert payment.order.status == "confirmed"
