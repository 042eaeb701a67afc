"""A settlement against our books: what fits, every kind of difference, once however often it runs."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command

from payments.gateways.base import GatewayUnavailable, SettlementEntry
from payments.gateways.sandbox.adapter import SandboxGateway
from payments.models import Payment, ReconciliationCase, SandboxIntent, SettlementFile, SettlementLine
from payments.services.reconciliation import reconcile_all, reconcile_day
from payments.services.refunds import RefundDraft, execute_refund, request_refund
from shop.kernel.clock import override_now
from shop.kernel.models import OutboxEvent
from shop.kernel.money import Money
from tests.factories.payments import get_intent, make_payment

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 4)
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def make_day(*, payments: int = 2) -> list[Payment]:
    """Two paid orders of 14.95 on the day, the first with 5.00 given back."""
    with override_now(NOON):
        made = [make_payment() for _number in range(payments)]
        draft = RefundDraft(amount=Money(Decimal("5.00"), "EUR"), reason="goodwill", dedupe_key="r")
        execute_refund(request_refund(made[0].pk, draft=draft, actor="test").pk)
    return made


def change_lines(**changes: Any) -> Any:
    """The provider's file with its first payment line changed."""
    real = SandboxGateway.settlement_lines

    def changed(self: SandboxGateway, day: date) -> Iterable[SettlementEntry]:
        first, *rest = list(real(self, day))
        return [replace(first, **changes), *rest]

    return patch.object(SandboxGateway, "settlement_lines", changed)


def list_cases() -> list[tuple[str, Decimal | None, Decimal | None]]:
    return list(
        ReconciliationCase.objects.order_by("pk").values_list("kind", "expected_amount", "actual_amount")
    )


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_day_that_fits_opens_no_case() -> None:
    make_day()
    result = reconcile_day("sandbox", day=DAY)
    assert (result.line_quantity, result.matched_quantity, result.new_case_quantity) == (3, 3, 0)
    lines = SettlementLine.objects.order_by("pk").values_list(
        "kind", "gross_amount", "fee_amount", "net_amount"
    )
    assert list(lines) == [
        ("payment", Decimal("14.950"), Decimal("0.460"), Decimal("14.490")),
        ("payment", Decimal("14.950"), Decimal("0.460"), Decimal("14.490")),
        ("refund", Decimal("-5.000"), Decimal(0), Decimal("-5.000")),
    ]


def test_second_run_changes_nothing() -> None:
    first, _second = make_day()
    with change_lines(gross=euros("14.94"), net=euros("14.48")):
        assert reconcile_day("sandbox", day=DAY).new_case_quantity == 1
        assert reconcile_day("sandbox", day=DAY).new_case_quantity == 0
    assert (SettlementFile.objects.count(), SettlementLine.objects.count()) == (1, 3)
    case = ReconciliationCase.objects.get()
    assert (case.kind, case.payment_id, case.owner_group, case.day) == (
        "amount_mismatch",
        first.pk,
        "finance",
        DAY,
    )
    assert OutboxEvent.objects.filter(topic="reconciliation_case.opened").count() == 1


@pytest.mark.parametrize(
    ("changes", "cases"),
    [
        (
            {"gross": euros("14.94"), "net": euros("14.48")},
            [("amount_mismatch", Decimal("14.950"), Decimal("14.940"))],
        ),
        (
            {"fee": euros("0.50"), "net": euros("14.45")},
            [("fee_mismatch", Decimal("0.460"), Decimal("0.500"))],
        ),
        ({"net": euros("14.48")}, [("fee_mismatch", Decimal("14.490"), Decimal("14.480"))]),
        (
            {"gross": Money(Decimal("14.95"), "USD")},
            [("currency_mismatch", Decimal("14.950"), Decimal("14.950"))],
        ),
        (
            {"reference": "pi_sbx_stranger"},
            [
                ("missing_in_books", None, Decimal("14.950")),
                ("missing_in_settlement", Decimal("14.950"), None),
            ],
        ),
    ],
)
def test_each_difference_is_a_case(changes: dict[str, object], cases: list[object]) -> None:
    make_day()
    with change_lines(**changes):
        assert reconcile_day("sandbox", day=DAY).new_case_quantity == len(cases)
    assert list_cases() == cases


def test_payment_that_the_provider_did_not_settle_is_a_case() -> None:
    first, second = make_day()
    with patch.object(SandboxGateway, "settlement_lines", lambda *_args: []):
        assert reconcile_day("sandbox", day=DAY).new_case_quantity == 3
    kinds = ReconciliationCase.objects.order_by("pk").values_list("kind", "payment_id", "refund__payment_id")
    assert list(kinds) == [
        ("missing_in_settlement", first.pk, None),
        ("missing_in_settlement", second.pk, None),
        ("missing_in_settlement", first.pk, first.pk),
    ]


def test_line_of_yesterdays_file_counts_for_a_payment_that_we_booked_after_midnight() -> None:
    before_midnight = datetime(2026, 3, 4, 23, 59, 58, tzinfo=UTC)
    with override_now(before_midnight):
        payment = make_payment("tok_timeout")
        reconcile_day("sandbox", day=DAY)
    payment.refresh_from_db()
    Payment.objects.filter(pk=payment.pk).update(settled_at=before_midnight + timedelta(seconds=10))
    assert reconcile_day("sandbox", day=DAY + timedelta(days=1)).new_case_quantity == 0


def test_payment_settled_twice_is_a_case() -> None:
    (payment,) = make_day(payments=1)
    real = SandboxGateway.settlement_lines

    def twice(self: SandboxGateway, day: date) -> Iterable[SettlementEntry]:
        lines = list(real(self, day))
        return [*lines, replace(lines[0], line_id="txn_again")]

    with patch.object(SandboxGateway, "settlement_lines", twice):
        reconcile_day("sandbox", day=DAY)
    assert list_cases() == [("settled_twice", None, Decimal("14.950"))]
    assert ReconciliationCase.objects.get().payment_id == payment.pk


def test_payment_that_we_still_hold_for_open_is_asked_about_first() -> None:
    with override_now(NOON):
        payment = make_payment("tok_async")
        SandboxIntent.objects.filter(pk=get_intent(payment).pk).update(status="succeeded", captured_at=NOON)
        assert reconcile_day("sandbox", day=DAY).new_case_quantity == 0
    payment.refresh_from_db()
    assert payment.status == "succeeded"


def test_provider_without_settlement_today_is_skipped() -> None:
    make_day()
    with patch.object(SandboxGateway, "settlement_lines", side_effect=GatewayUnavailable):
        assert reconcile_all(DAY) == 0
    assert SettlementFile.objects.count() == 0


def test_command_says_what_it_found() -> None:
    make_day()
    out = StringIO()
    call_command("reconcile_payments", "--day", "2026-03-04", "--gateway", "sandbox", stdout=out)
    assert out.getvalue() == "3 lines, 3 matched\n2026-03-04: 0 new cases, 0 open in all\n"
