"""Each invariant finds the row that breaks it; where a constraint forbids the row, the constraint is taken away first."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from payments.models import GatewayCallback, Payment, ReconciliationCase, Refund
from shop.kernel.clock import now
from shop.kernel.invariants import check_invariants
from tests.factories.orders import make_order
from tests.factories.payments import make_payment, pay

pytestmark = [pytest.mark.django_db, pytest.mark.listed]


def list_broken() -> list[str]:
    return sorted({violation.code for violation in check_invariants()})


def drop_constraint(table: str, name: str, *, kind: str = "CONSTRAINT") -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if kind == "INDEX":
            cursor.execute(f"DROP INDEX {name}")
        else:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def make_callback(**fields: object) -> GatewayCallback:
    at = now()
    values = {
        "provider": "sandbox",
        "event_id": "evt_1",
        "kind": "payment.succeeded",
        "occurred_at": at,
        "received_at": at,
        "next_attempt_at": at,
        "body": b"{}",
        **fields,
    }
    return GatewayCallback.objects.create(**values)


def test_shop_that_works_breaks_none() -> None:
    make_payment()
    make_payment("tok_declined")
    make_payment("tok_async")
    make_callback()
    assert check_invariants() == []


def test_cached_sum_that_is_not_the_sum_of_refunds() -> None:
    payment = make_payment()
    Payment.objects.filter(pk=payment.pk).update(refunded_amount=Decimal("1.00"))
    assert list_broken() == ["I9"]


def test_more_refunded_than_captured() -> None:
    payment = make_payment()
    drop_constraint("payments_payment", "payments_payment_refunded_within_captured")
    for number in (1, 2):
        Refund.objects.create(
            payment=payment,
            gateway="sandbox",
            amount=payment.amount,
            currency="EUR",
            reason="goodwill",
            dedupe_key=f"r{number}",
            provider_key=f"r{number}",
            next_attempt_at=now(),
            created_at=now(),
        )
    Payment.objects.filter(pk=payment.pk).update(refunded_amount=payment.amount * 2)
    assert list_broken() == ["I9"]


def test_callback_that_nobody_dealt_with_for_a_day() -> None:
    make_callback(received_at=now() - timedelta(hours=26))
    assert list_broken() == ["I10"]


def test_callback_kept_twice() -> None:
    drop_constraint("payments_gatewaycallback", "payments_callback_once")
    make_callback()
    make_callback()
    assert list_broken() == ["I10"]


def test_provider_reference_booked_twice() -> None:
    first, second = make_payment("tok_declined"), make_payment("tok_declined")
    drop_constraint("payments_payment", "payments_payment_provider_reference_once")
    Payment.objects.filter(pk=second.pk).update(provider_reference=first.provider_reference)
    assert list_broken() == ["I11"]


def test_order_paid_without_money() -> None:
    make_order(is_paid=True)
    assert list_broken() == ["I12"]


def test_money_without_a_paid_order_or_a_way_back() -> None:
    payment = make_payment()
    Payment.objects.filter(pk=payment.pk).update(verdict="returned")
    assert list_broken() == ["I12", "I13"]


def test_order_that_keeps_two_payments() -> None:
    order = make_order()
    pay(order, "tok_declined")
    first = pay(order)
    drop_constraint("payments_payment", "payments_payment_one_kept_per_order", kind="INDEX")
    Payment.objects.exclude(pk=first.pk).update(
        status="succeeded", captured_amount=first.amount, verdict="kept", settled_at=now()
    )
    assert list_broken() == ["I13"]
    assert ReconciliationCase.objects.count() == 0
