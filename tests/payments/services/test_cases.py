"""What a case says to whom."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from payments.models import ReconciliationCase
from payments.services.cases import CaseDraft, open_case
from shop.kernel.money import Money
from tests.factories.payments import make_payment

pytestmark = pytest.mark.django_db


def open_one(draft: CaseDraft) -> ReconciliationCase:
    case = open_case(draft)
    assert case is not None
    return case


def test_a_case_keeps_english_for_the_search_and_says_its_words_anew() -> None:
    payment = make_payment()
    with translation.override("zh-hans"):
        case = open_one(
            CaseDraft(
                dedupe_key="c",
                kind="unsettled_payment",
                gateway="sandbox",
                order=payment.order,
                payment=payment,
            )
        )
    said = f"Payment {payment.pk} of order {payment.order.number} has had no final answer for a week."
    assert case.summary == said
    ReconciliationCase.objects.update(summary="what was kept")
    case.refresh_from_db()
    assert case.words == said
    # Another release may have written it.
    ReconciliationCase.objects.update(kind="stolen")
    case.refresh_from_db()
    assert case.words == "what was kept"


def test_what_came_in_another_currency_keeps_it() -> None:
    case = open_one(
        CaseDraft(
            dedupe_key="c",
            kind="currency_mismatch",
            gateway="sandbox",
            expected=Money(Decimal("10.00"), "EUR"),
            actual=Money(Decimal(1200), "JPY"),
            day=date(2026, 11, 20),
            facts={"reference": "pi_1"},
        )
    )
    assert (str(case.expected), str(case.actual)) == ("10.00 EUR", "1200 JPY")
    assert case.words == "The settlement of 2026-11-20 has pi_1 in another currency: 1200 JPY, not 10.00 EUR."
