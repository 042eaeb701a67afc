"""What must agree between us and a provider."""

from dataclasses import replace
from decimal import Decimal

import pytest

from payments.domain.declines import explain_decline
from payments.domain.matching import Claim, FeeRule, SettledAmounts, compare_amounts, find_claim_mismatch
from payments.domain.states import (
    CANCELLED,
    CREATED,
    FAILED,
    PAYMENT_TRANSITIONS,
    PROCESSING,
    REFUND_TRANSITIONS,
    REQUIRES_ACTION,
    SUCCEEDED,
)
from shop.kernel.errors import NotAllowed
from shop.kernel.money import Money

OURS = Claim(reference="pi_1", amount=Money(Decimal("19.90"), "EUR"), order_number="S1", payment_id=7)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, ""),
        ({"amount": euros("19.900")}, ""),
        ({"amount": Money(Decimal("19.90"), "USD")}, "currency"),
        ({"amount": euros("19.91")}, "amount"),
        ({"order_number": "S2"}, "order"),
        ({"payment_id": None}, "payment"),
        ({"reference": "pi_2"}, "reference"),
    ],
)
def test_claims(changes: dict[str, object], problem: str) -> None:
    assert find_claim_mismatch(OURS, theirs=replace(OURS, **changes)) == problem  # type: ignore[arg-type]


def test_reference_that_we_do_not_know_yet_is_learned() -> None:
    assert find_claim_mismatch(replace(OURS, reference=None), theirs=OURS) == ""


@pytest.mark.parametrize(
    ("gross", "fee"), [("100.00", "1.65"), ("19.90", "0.53"), ("0.10", "0.10"), ("10.36", "0.40")]
)
def test_fee_is_rounded_half_up_and_never_more_than_the_payment(gross: str, fee: str) -> None:
    rule = FeeRule(rate=Decimal("0.014"), fixed=Decimal("0.25"))
    assert rule.expect(euros(gross)) == euros(fee)


def test_other_currency_is_the_only_difference_told() -> None:
    settled = SettledAmounts(
        gross=Money(Decimal(5), "USD"), fee=Money(Decimal(1), "USD"), net=Money(Decimal(1), "USD")
    )
    (difference,) = compare_amounts(settled, expected_gross=euros("5.00"), fee_rule=None)
    assert difference.kind == "currency_mismatch"


def test_without_a_rule_any_fee_fits_that_adds_up() -> None:
    settled = SettledAmounts(gross=euros("5.00"), fee=euros("4.00"), net=euros("1.00"))
    assert compare_amounts(settled, expected_gross=euros("5.00"), fee_rule=None) == []


@pytest.mark.parametrize("old", [CREATED, REQUIRES_ACTION, PROCESSING, FAILED, CANCELLED])
def test_money_that_came_beats_every_earlier_answer(old: str) -> None:
    assert PAYMENT_TRANSITIONS.check(old, SUCCEEDED) is True


@pytest.mark.parametrize("new", [CREATED, REQUIRES_ACTION, PROCESSING, FAILED, CANCELLED])
def test_nothing_undoes_a_succeeded_payment(new: str) -> None:
    with pytest.raises(NotAllowed):
        PAYMENT_TRANSITIONS.check(SUCCEEDED, new)


def test_done_refund_may_come_back_and_a_failed_one_may_not() -> None:
    assert REFUND_TRANSITIONS.check("succeeded", "failed") is True
    with pytest.raises(NotAllowed):
        REFUND_TRANSITIONS.check("failed", "succeeded")


def test_decline_in_our_words_before_the_providers() -> None:
    assert (
        explain_decline("expired_card", provider_message="x")
        == "The card has expired. You have not been charged."
    )
    assert explain_decline("brand_new", provider_message="Ask your bank.") == "Ask your bank."
    assert explain_decline("brand_new") == "The payment did not go through. You have not been charged."
