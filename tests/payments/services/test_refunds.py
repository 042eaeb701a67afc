"""Money back: never more than captured, once per cause, settled by asking under the same key."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import IntegrityError
from django.db.models import F

from orders.services.lifecycle import cancel_order
from payments.domain.errors import NothingToRefund, RefundTooLarge
from payments.gateways.base import GatewayRefund, GatewayTimeout, GatewayUnavailable, RefundRequest
from payments.gateways.sandbox.adapter import SandboxGateway
from payments.models import Payment, PaymentEvent, ReconciliationCase, Refund, SandboxRefund
from payments.services import refunds
from payments.services.cancellations import return_captured_money
from payments.services.refunds import (
    RefundDraft,
    apply_gateway_refund,
    execute_due_refunds,
    execute_refund,
    request_refund,
)
from shop.accounts.models import User
from shop.kernel.clock import now, override_now
from shop.kernel.errors import Invalid
from shop.kernel.models import AuditEntry, OutboxEvent
from shop.kernel.money import Money
from tests.factories.payments import make_payment, race
from tests.factories.rivals import Meeting


def ask_back(payment: Payment, amount: str, *, key: str) -> Refund:
    draft = RefundDraft(amount=Money(Decimal(amount), "EUR"), reason="requested", dedupe_key=key)
    return request_refund(payment.pk, draft=draft, actor="test")


@pytest.mark.django_db
def test_full_refund_reaches_provider_and_order() -> None:
    payment = make_payment()
    assert payment.amount == Decimal("14.95")
    refund = ask_back(payment, "14.95", key="r")
    assert (refund.status, SandboxRefund.objects.count()) == ("queued", 0)
    assert execute_due_refunds() == 1
    refund.refresh_from_db()
    payment.order.refresh_from_db()
    assert (refund.status, SandboxRefund.objects.get().amount) == ("succeeded", Decimal("14.95"))
    assert (payment.order.payment_status, payment.order.refunded_amount) == ("refunded", Decimal("14.95"))
    assert OutboxEvent.objects.filter(topic="refund.succeeded").count() == 1
    assert execute_due_refunds() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["10.005", "0.001", "0"])
def test_an_amount_that_the_currency_has_not_is_not_rounded_but_refused(amount: str) -> None:
    payment = make_payment()
    with pytest.raises(Invalid):
        ask_back(payment, amount, key="r")
    assert not Refund.objects.exists()


@pytest.mark.django_db
def test_parts_add_up_to_the_captured_amount_and_not_a_cent_more() -> None:
    payment = make_payment()
    execute_refund(ask_back(payment, "10.00", key="a").pk)
    payment.order.refresh_from_db()
    assert payment.order.payment_status == "partially_refunded"
    with pytest.raises(RefundTooLarge) as refused:
        ask_back(payment, "4.96", key="b")
    assert refused.value.refundable == Money(Decimal("4.95"), "EUR")
    execute_refund(ask_back(payment, "4.95", key="b").pk)
    payment.order.refresh_from_db()
    assert payment.order.payment_status == "refunded"
    with pytest.raises(RefundTooLarge):
        ask_back(payment, "0.01", key="c")


@pytest.mark.django_db
def test_one_cause_refunds_once() -> None:
    payment = make_payment()
    assert ask_back(payment, "5.00", key="same").pk == ask_back(payment, "5.00", key="same").pk
    payment.refresh_from_db()
    assert payment.refunded_amount == Decimal("5.00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "amount", [Money(Decimal(0), "EUR"), Money(Decimal(-1), "EUR"), Money(Decimal(1), "USD")]
)
def test_senseless_amount_is_refused(amount: Money) -> None:
    payment = make_payment()
    with pytest.raises(Invalid):
        request_refund(
            payment.pk, draft=RefundDraft(amount=amount, reason="requested", dedupe_key="x"), actor="test"
        )
    assert Refund.objects.count() == 0


@pytest.mark.django_db
def test_payment_without_money_refunds_nothing() -> None:
    payment = make_payment("tok_declined")
    with pytest.raises(NothingToRefund):
        ask_back(payment, "1.00", key="x")


@pytest.mark.django_db
def test_operators_refund_is_audited() -> None:
    payment = make_payment()
    operator = User.objects.create_user("fin@example.com")
    request_refund(
        payment.pk,
        draft=RefundDraft(
            amount=payment.money, reason="goodwill", dedupe_key="x", note="broken", requested_by=operator
        ),
        actor=operator.email,
    )
    entry = AuditEntry.objects.get(action="payment.refund")
    assert (entry.actor, entry.target) == ("fin@example.com", f"payment:{payment.pk}")
    assert (entry.facts["amount"], entry.facts["note"]) == ("14.95 EUR", "broken")


@pytest.mark.django_db
@pytest.mark.parametrize("has_arrived", [True, False])
def test_cut_off_refund_is_sent_again_under_its_key_and_given_once(has_arrived: bool) -> None:
    payment = make_payment()
    refund = ask_back(payment, "5.00", key="r")
    real = SandboxGateway.refund

    def cut_off(self: SandboxGateway, request: RefundRequest) -> GatewayRefund:
        if has_arrived:
            real(self, request)
        raise GatewayTimeout(code="timeout")

    with patch.object(SandboxGateway, "refund", cut_off):
        assert execute_refund(refund.pk).status == "sent"
    assert execute_refund(refund.pk).status == "sent"
    with override_now(now() + timedelta(minutes=3)):
        assert execute_refund(refund.pk).status == "succeeded"
    assert SandboxRefund.objects.count() == 1
    payment.refresh_from_db()
    assert payment.refunded_amount == Decimal("5.00")


@pytest.mark.django_db
@pytest.mark.parametrize("has_arrived", [True, False])
def test_worker_killed_over_a_refund_is_followed_within_half_a_minute(has_arrived: bool) -> None:
    refund = ask_back(make_payment(), "5.00", key="r")
    real = SandboxGateway.refund

    def die(self: SandboxGateway, request: RefundRequest) -> GatewayRefund:
        if has_arrived:
            real(self, request)
        raise SystemExit

    with patch.object(SandboxGateway, "refund", die), pytest.raises(SystemExit):
        execute_due_refunds()
    assert execute_due_refunds() == 0
    with override_now(now() + timedelta(seconds=30)):
        assert execute_due_refunds() == 1
    refund.refresh_from_db()
    assert (refund.status, SandboxRefund.objects.count()) == ("succeeded", 1)


@pytest.mark.django_db
def test_unreachable_provider_leaves_the_refund_queued() -> None:
    refund = ask_back(make_payment(), "5.00", key="r")
    with patch.object(SandboxGateway, "refund", side_effect=GatewayUnavailable):
        assert execute_refund(refund.pk).status == "queued"
    with override_now(now() + timedelta(minutes=3)):
        assert execute_refund(refund.pk).status == "succeeded"


@pytest.mark.django_db
def test_refused_refund_gives_the_amount_back_and_opens_a_case() -> None:
    payment = make_payment()
    refund = ask_back(payment, "5.00", key="r")
    Payment.objects.filter(pk=payment.pk).update(provider_reference="pi_sbx_gone")
    assert execute_refund(refund.pk).status == "failed"
    payment.refresh_from_db()
    assert payment.refunded_amount == Decimal(0)
    case = ReconciliationCase.objects.get()
    assert (case.kind, case.refund_id, case.expected_amount) == ("refund_failed", refund.pk, Decimal("5.00"))


@pytest.mark.django_db
def test_refund_sent_back_by_the_bank_restores_the_order() -> None:
    payment = make_payment()
    refund = execute_refund(ask_back(payment, "14.95", key="r").pk)
    failed = GatewayRefund(
        reference=str(refund.provider_reference),
        status="failed",
        amount=refund.money,
        payment_reference=str(payment.provider_reference),
        refund_id=refund.pk,
        failure_reason="account_closed",
    )
    assert apply_gateway_refund(refund.pk, snapshot=failed) is True
    assert apply_gateway_refund(refund.pk, snapshot=failed) is False
    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert (payment.refunded_amount, payment.order.payment_status) == (Decimal(0), "paid")
    assert ReconciliationCase.objects.get().facts["reason"] == "account_closed"
    assert PaymentEvent.objects.filter(refund=refund).count() == 3


@pytest.mark.django_db
def test_cancelled_order_gets_all_its_money_back_once() -> None:
    payment = make_payment()
    execute_refund(ask_back(payment, "5.00", key="r").pk)
    cancel_order(payment.order_id, reason="customer", actor="shopper")
    assert [refund.amount for refund in return_captured_money(payment.order_id)] == [Decimal("9.95")]
    assert return_captured_money(payment.order_id) == []
    execute_due_refunds()
    payment.order.refresh_from_db()
    assert (payment.order.status, payment.order.payment_status) == ("cancelled", "refunded")


@pytest.mark.django_db(transaction=True)
def test_refunds_at_once_stay_within_the_captured_amount() -> None:
    payment = make_payment()
    results = race(*(lambda key=key: ask_back(payment, "4.00", key=f"r{key}") for key in range(10)))
    done = [result for result in results if isinstance(result, Refund)]
    refused = [result for result in results if isinstance(result, RefundTooLarge)]
    assert (len(done), len(refused)) == (3, 7)
    payment.refresh_from_db()
    assert payment.refunded_amount == Decimal("12.00")


@pytest.mark.django_db(transaction=True)
def test_twin_without_lock_and_condition_refunds_too_much_but_for_the_constraint() -> None:
    """Read, check, write: every thread sees the whole amount left; only the CHECK of the cached sum stops them."""
    payment = make_payment()
    have_looked = Meeting(10)

    def take_naively(row: Payment, *, amount: Money) -> None:
        if row.refundable < amount:
            raise RefundTooLarge(row.refundable)
        have_looked.wait()
        Payment.objects.filter(pk=row.pk).update(refunded_amount=F("refunded_amount") + amount.amount)

    def read_payment(payment_id: int) -> Payment:
        return Payment.objects.select_related("order").get(pk=payment_id)

    with (
        patch.object(refunds, "_take_from_captured", take_naively),
        patch.object(refunds, "lock_payment", read_payment),
    ):
        results = race(*(lambda key=key: ask_back(payment, "4.00", key=f"r{key}") for key in range(10)))
    assert sum(isinstance(result, Refund) for result in results) == 3
    broken = [result for result in results if isinstance(result, IntegrityError)]
    assert len(broken) == 7
    assert all("payments_payment_refunded_within_captured" in str(error) for error in broken)


@pytest.mark.django_db(transaction=True)
def test_refund_executed_at_once_by_many_workers_is_given_once() -> None:
    refund = ask_back(make_payment(), "5.00", key="r")
    race(lambda: execute_refund(refund.pk), copies=8)
    refund.refresh_from_db()
    assert (refund.status, refund.attempts, SandboxRefund.objects.count()) == ("succeeded", 1, 1)
