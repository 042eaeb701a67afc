"""Orders paid through Stripe: every answer, lost answers, callbacks in every order, together with our own books."""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import stripe
from django.db import transaction

from orders.models import Order
from payments.models import GatewayCallback, Payment, Refund
from payments.services.callbacks import process_callback, process_pending_callbacks, receive_callback
from payments.services.payments import refresh_payment, start_payment, sweep_unsettled_payments
from payments.services.refunds import RefundDraft, execute_refund, request_refund
from shop.kernel.clock import now, override_now
from shop.kernel.models import OutboxEvent
from tests.factories.orders import make_order
from tests.factories.payments import race
from tests.simulators.stripe import StripeSimulator

RETURN_URL = "http://testserver/pay/back/"
CHALLENGE = "pm_card_threeDSecure2Required"
INTENTS = "payment_intents$"
_numbers = count(1)


def pay(order: Order, method: str = "pm_card_visa", *, key: str = "") -> Payment:
    return start_payment(
        order.pk,
        gateway="stripe",
        method_token=method,
        idempotency_key=key or f"stripe-{next(_numbers)}",
        return_url=RETURN_URL,
    )


def post(stripe_api: StripeSimulator, event: dict[str, Any]) -> GatewayCallback:
    body, header = stripe_api.sign_event(event)
    return receive_callback("stripe", body=body, headers={"stripe-signature": header})


def deliver(stripe_api: StripeSimulator, event: dict[str, Any]) -> str:
    return process_callback(post(stripe_api, event).pk)


def list_topics(order: Order) -> list[str]:
    events = OutboxEvent.objects.filter(key=f"order:{order.pk}", topic__startswith="payment.")
    return list(events.order_by("pk").values_list("topic", flat=True))


def find_event(stripe_api: StripeSimulator, kind: str) -> dict[str, Any]:
    return next(event for event in stripe_api.list_held_events() if event["type"] == kind)


def assert_paid_once(order: Order, stripe_api: StripeSimulator) -> None:
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert list_topics(order)[-1] == "payment.succeeded"
    assert list_topics(order).count("payment.succeeded") == 1
    counts = stripe_api.count_objects()
    assert counts["paid_charges"] == 1
    assert counts["paid_amount"] == int(order.total_amount * 100)
    assert Refund.objects.count() == 0


@pytest.mark.django_db
def test_card_pays_the_order(stripe_api: StripeSimulator) -> None:
    order = make_order()
    payment = pay(order)
    assert (payment.status, payment.verdict) == ("succeeded", "kept")
    assert payment.captured_amount == order.total_amount
    assert_paid_once(order, stripe_api)


@pytest.mark.django_db
def test_decline_is_told_and_another_card_pays(stripe_api: StripeSimulator) -> None:
    order = make_order()
    declined = pay(order, "pm_card_visa_chargeDeclinedInsufficientFunds")
    assert declined.explanation == "Your card has not enough funds. You have not been charged."
    order.refresh_from_db()
    assert order.payment_status == "unpaid"
    assert pay(order).status == "succeeded"
    assert_paid_once(order, stripe_api)


@pytest.mark.django_db
def test_late_failure_event_does_not_take_the_payment_away(stripe_api: StripeSimulator) -> None:
    order = make_order()
    pay(order, "pm_card_visa_chargeDeclined")
    pay(order)
    for kind in ("payment_intent.payment_failed", "payment_intent.canceled", "charge.failed"):
        assert deliver(stripe_api, find_event(stripe_api, kind)) == "ignored_stale"
    assert_paid_once(order, stripe_api)


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "status"), [("approve", "succeeded"), ("refuse", "failed")])
def test_challenge_is_settled_by_the_callback_alone(
    stripe_api: StripeSimulator, verb: str, status: str
) -> None:
    order = make_order()
    payment = pay(order, CHALLENGE)
    assert payment.status == "requires_action"
    assert payment.next_action["kind"] == "redirect"
    stripe_api.act("intents", str(payment.provider_reference), verb)
    kind = "payment_intent.succeeded" if verb == "approve" else "payment_intent.payment_failed"
    assert deliver(stripe_api, find_event(stripe_api, kind)) == "applied"
    payment.refresh_from_db()
    order.refresh_from_db()
    assert payment.status == status
    assert order.payment_status == ("paid" if verb == "approve" else "unpaid")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["alipay", "wechat_pay"])
def test_wallets_pay_after_the_shopper_agreed(stripe_api: StripeSimulator, kind: str) -> None:
    order = make_order()
    payment = pay(order, make_method(stripe_api, kind))
    assert payment.next_action["kind"] == ("redirect" if kind == "alipay" else "qr")
    stripe_api.act("intents", str(payment.provider_reference), "approve")
    assert refresh_payment(payment.pk).status == "succeeded"
    assert_paid_once(order, stripe_api)


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "status"), [("settle", "succeeded"), ("reject", "failed")])
def test_debit_settles_days_later(stripe_api: StripeSimulator, verb: str, status: str) -> None:
    order = make_order()
    payment = pay(order, make_method(stripe_api, "sepa_debit"))
    order.refresh_from_db()
    assert (payment.status, order.payment_status) == ("processing", "processing")
    stripe_api.act("intents", str(payment.provider_reference), verb)
    assert refresh_payment(payment.pk).status == status


def make_method(stripe_api: StripeSimulator, kind: str) -> str:
    client = stripe.StripeClient(stripe_api.secret_key, base_addresses={"api": stripe_api.base_url})
    params: stripe.params.PaymentMethodCreateParams = {"type": kind}
    return client.v1.payment_methods.create(params).id


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("drop_before", {"times": 3}),
        ("drop_after", {"times": 3}),
        ("hang", {"times": 3, "seconds": 1.0}),
        ("hang_after", {"times": 3, "seconds": 1.0}),
        ("drop_after", {"times": 1}),
        ("error_after", {"status": 500}),
        ("error", {"status": 409, "times": 3}),
    ],
)
def test_no_fault_of_the_gateway_charges_twice(
    stripe_api: StripeSimulator, kind: str, fields: dict[str, Any]
) -> None:
    order = make_order()
    stripe_api.add_fault(kind, path=INTENTS, method="POST", **fields)
    first = pay(order, key="the-one")
    assert first.status in {"created", "succeeded"}
    refresh_payment(first.pk)
    again = pay(order, key="the-one")
    assert again.pk == first.pk
    deadline = time.monotonic() + 10
    while refresh_payment(first.pk).status != "succeeded" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert_paid_once(order, stripe_api)
    assert {
        one["idempotency_key"] for one in stripe_api.list_requests(path="payment_intents", method="POST")
    } == {first.provider_key}


@pytest.mark.django_db
def test_kept_500_without_a_charge_ends_as_not_reached(stripe_api: StripeSimulator) -> None:
    order = make_order()
    stripe_api.add_fault("error", path=INTENTS, method="POST", status=500)
    lost = pay(order)
    assert lost.status == "created"
    with override_now(now() + timedelta(minutes=3)):
        assert refresh_payment(lost.pk).status == "failed"
        assert pay(order).status == "succeeded"
    assert_paid_once(order, stripe_api)


@pytest.mark.django_db
def test_429_leaves_the_order_payable(stripe_api: StripeSimulator) -> None:
    order = make_order()
    stripe_api.add_fault("error", path=INTENTS, method="POST", status=429)
    assert pay(order).status == "failed"
    assert pay(order).status == "succeeded"
    assert_paid_once(order, stripe_api)


@pytest.mark.django_db
def test_payment_without_any_callback_is_found_by_the_sweep(stripe_api: StripeSimulator) -> None:
    order = make_order()
    payment = pay(order, CHALLENGE)
    stripe_api.act("intents", str(payment.provider_reference), "approve")
    with override_now(now() + timedelta(minutes=1)):
        sweep_unsettled_payments()
    assert_paid_once(order, stripe_api)


@contextmanager
def rolled_back() -> Iterator[None]:
    """A part of a test that leaves no trace; to the code under test it is the test's own transaction."""
    block = transaction.atomic()  # noqa: TID251  the test's, not the product's
    block._from_testcase = True  # type: ignore[attr-defined]  # as Django's TestCase marks its own
    with block:
        yield
        transaction.set_rollback(True)


def walk_orders(
    stripe_api: StripeSimulator, events: list[dict[str, Any]], check: Callable[[], None], *, ways: int
) -> int:
    """Deliver the events in orders that share their beginnings, with at most so many ways on; how many orders there were."""
    if not events:
        check()
        return 1
    ends = 0
    for event in random.sample(events, min(ways, len(events))):
        with rolled_back():
            assert deliver(stripe_api, event) in {"applied", "ignored_stale"}
            rest = [each for each in events if each is not event]
            ends += walk_orders(stripe_api, rest, check, ways=ways)
    return ends


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verb", "outcome", "ways", "orders"),
    [
        ("approve", ("succeeded", "paid"), 2, 16),  # another sixteen in each run
        pytest.param("approve", ("succeeded", "paid"), 5, 120, marks=pytest.mark.fault),
        ("refuse", ("failed", "unpaid"), 3, 6),
    ],
)
def test_events_of_one_payment_end_the_same_in_every_order(
    stripe_api: StripeSimulator, verb: str, outcome: tuple[str, str], ways: int, orders: int
) -> None:
    order = make_order()
    payment = pay(order, CHALLENGE)
    stripe_api.act("intents", str(payment.provider_reference), verb)

    def check() -> None:
        payment.refresh_from_db()
        order.refresh_from_db()
        assert (payment.status, order.payment_status) == outcome
        assert list_topics(order) == [f"payment.{payment.status}"]
        assert payment.events.filter(new_status=payment.status).count() == 1

    assert walk_orders(stripe_api, stripe_api.list_held_events(), check, ways=ways) == orders


@pytest.mark.django_db
def test_event_before_our_row_waits_for_it(stripe_api: StripeSimulator) -> None:
    order = make_order()
    later = Payment(pk=987_654_321)
    client = stripe.StripeClient(stripe_api.secret_key, base_addresses={"api": stripe_api.base_url})
    intent = client.v1.payment_intents.create(
        {
            "amount": int(order.total_amount * 100),
            "currency": order.currency.lower(),
            "confirm": True,
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
            "metadata": {"payment_id": str(later.pk), "order_number": order.number},
        }
    )
    callback = post(stripe_api, find_event(stripe_api, "payment_intent.succeeded"))
    assert process_callback(callback.pk) == ""
    Payment.objects.create(
        pk=later.pk,
        order=order,
        gateway="stripe",
        amount=order.total_amount,
        currency=order.currency,
        idempotency_key="k",
        provider_key="k",
        next_check_at=now(),
        created_at=now(),
    )
    with override_now(now() + timedelta(seconds=5)):
        process_pending_callbacks()
    callback.refresh_from_db()
    assert callback.outcome == "applied"
    assert Payment.objects.get(pk=later.pk).provider_reference == intent.id
    assert_paid_once(order, stripe_api)


@pytest.mark.django_db
def test_signed_event_that_lies_about_the_state_is_not_believed(stripe_api: StripeSimulator) -> None:
    order = make_order()
    payment = pay(order, CHALLENGE)
    event = find_event(stripe_api, "payment_intent.requires_action")
    event["type"] = "payment_intent.succeeded"
    event["data"]["object"].update(status="succeeded", amount_received=event["data"]["object"]["amount"])
    deliver(stripe_api, event)
    payment.refresh_from_db()
    assert payment.status == "requires_action"


@pytest.mark.django_db
def test_intent_of_another_amount_is_held_for_finance(stripe_api: StripeSimulator) -> None:
    order = make_order()
    payment = pay(order, CHALLENGE)
    client = stripe.StripeClient(stripe_api.secret_key, base_addresses={"api": stripe_api.base_url})
    client.v1.payment_intents.update(str(payment.provider_reference), {"amount": 100})
    params: stripe.params.PaymentIntentConfirmParams = {
        "payment_method": "pm_card_visa",
        "return_url": RETURN_URL,
    }
    client.v1.payment_intents.confirm(str(payment.provider_reference), params)
    assert refresh_payment(payment.pk).status == "review"
    order.refresh_from_db()
    assert order.payment_status != "paid"


@pytest.mark.django_db
def test_unknown_event_is_kept_and_answered(stripe_api: StripeSimulator) -> None:
    event = {
        "id": "evt_new",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(now().timestamp()),
        "livemode": False,
        "type": "treasury.credit_reversal.created",
        "data": {"object": {"id": "x", "object": "treasury.credit_reversal"}},
    }
    assert deliver(stripe_api, json.loads(json.dumps(event))) == "ignored_unknown"


@pytest.mark.django_db
def test_refund_goes_back_and_its_events_change_nothing(stripe_api: StripeSimulator) -> None:
    order = make_order()
    payment = pay(order)
    draft = RefundDraft(amount=payment.money, reason="customer", dedupe_key="r1")
    refund = execute_refund(request_refund(payment.pk, draft=draft, actor="test").pk)
    assert refund.status == "succeeded"
    order.refresh_from_db()
    assert order.payment_status == "refunded"
    for kind in ("refund.created", "charge.refunded"):
        assert deliver(stripe_api, find_event(stripe_api, kind)) == "ignored_stale"
    assert stripe_api.count_objects()["refunded_amount"] == int(order.total_amount * 100)


@pytest.mark.django_db
def test_refund_that_fails_later_is_refundable_again(stripe_api: StripeSimulator) -> None:
    order = make_order()
    payment = pay(order, "pm_card_refundFail")
    draft = RefundDraft(amount=payment.money, reason="customer", dedupe_key="r1")
    refund = execute_refund(request_refund(payment.pk, draft=draft, actor="test").pk)
    stripe_api.act("refunds", str(refund.provider_reference), "fail")
    assert deliver(stripe_api, find_event(stripe_api, "refund.failed")) == "applied"
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.status, payment.refundable) == ("failed", payment.money)
    order.refresh_from_db()
    assert order.payment_status == "paid"


@pytest.mark.django_db(transaction=True)
def test_hundred_copies_of_one_event_have_one_effect(stripe_api: StripeSimulator) -> None:
    order = make_order()
    payment = pay(order, CHALLENGE)
    stripe_api.act("intents", str(payment.provider_reference), "approve")
    event = find_event(stripe_api, "payment_intent.succeeded")
    outcomes: list[Any] = []
    for _round in range(5):
        outcomes += race(lambda: deliver(stripe_api, event), copies=20)
    assert set(outcomes) == {"applied"}
    assert GatewayCallback.objects.count() == 1
    assert_paid_once(order, stripe_api)


@pytest.mark.django_db(transaction=True)
def test_return_callback_and_sweep_race_to_one_payment(stripe_api: StripeSimulator) -> None:
    order = make_order()
    payment = pay(order, CHALLENGE)
    stripe_api.act("intents", str(payment.provider_reference), "approve")
    events = stripe_api.list_held_events()
    acts = [lambda event=event: deliver(stripe_api, event) for event in events]
    results = race(*acts, lambda: refresh_payment(payment.pk).status, copies=3)
    assert not [result for result in results if isinstance(result, Exception)]
    assert_paid_once(order, stripe_api)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_in_parallel_make_one_charge(stripe_api: StripeSimulator) -> None:
    order = make_order()
    results = race(lambda: pay(order, key="double-click"), copies=8)
    assert len({result.pk for result in results if isinstance(result, Payment)}) == 1
    assert_paid_once(order, stripe_api)
