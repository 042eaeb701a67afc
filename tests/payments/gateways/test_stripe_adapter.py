"""The Stripe adapter, spoken to the simulator by the real client."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import stripe
from django.template.loader import render_to_string
from django.utils import translation
from pytest_django import Settings

from payments.domain.declines import explain_decline
from payments.gateways import get_gateway
from payments.gateways.base import (
    GatewayPayment,
    GatewayRefused,
    GatewayTimeout,
    GatewayUnavailable,
    PaymentRequest,
    RefundRequest,
)
from payments.gateways.stripe.adapter import StripeGateway
from payments.gateways.stripe.amounts import from_provider, to_provider
from payments.gateways.stripe.client import get_client
from shop.kernel.clock import now, override_now
from shop.kernel.money import Money
from tests.simulators.stripe import StripeSimulator

RETURN_URL = "https://shop.example/pay/S1/return/?payment=7"
INTENTS = "payment_intents$"


def make_request(
    method: str = "pm_card_visa", *, key: str = "order:1:pay:a", **fields: Any
) -> PaymentRequest:
    given = {"payment_id": 7, "order_number": "S1", "amount": Money(Decimal("19.90"), "EUR"), **fields}
    return PaymentRequest(idempotency_key=key, method_token=method, return_url=RETURN_URL, **given)


def pay(gateway: StripeGateway, method: str = "pm_card_visa", **fields: Any) -> GatewayPayment:
    return gateway.create_payment(make_request(method, **fields))


def test_card_succeeds_and_carries_our_ids(gateway: StripeGateway, stripe_api: StripeSimulator) -> None:
    payment = pay(gateway)
    assert payment == GatewayPayment(
        reference=payment.reference,
        status="succeeded",
        amount=Money(Decimal("19.90"), "EUR"),
        order_number="S1",
        payment_id=7,
    )
    assert gateway.fetch_payment(payment.reference) == payment
    sent = stripe_api.list_requests(path="payment_intents", method="POST")[0]
    assert sent["idempotency_key"] == "order:1:pay:a"
    assert sent["stripe_version"] == "2026-10-28.endive"
    assert sent["params"]["metadata"] == {"payment_id": "7", "order_number": "S1"}


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error"),
    ],
)
def test_decline_is_an_answer_in_plain_words(
    gateway: StripeGateway, stripe_api: StripeSimulator, method: str, code: str
) -> None:
    payment = pay(gateway, method)
    assert (payment.status, payment.decline_code) == ("failed", code)
    assert "You have not been charged" in explain_decline(payment.decline_code)
    assert gateway.fetch_payment(payment.reference).decline_code == code
    assert stripe_api.count_objects()["paid_charges"] == 0


def test_declined_intent_is_closed_for_good(gateway: StripeGateway) -> None:
    payment = pay(gateway, "pm_card_visa_chargeDeclined")
    with pytest.raises(stripe.InvalidRequestError):
        get_client().v1.payment_intents.confirm(payment.reference, {"payment_method": "pm_card_visa"})


@pytest.mark.parametrize(
    ("verb", "status", "code"), [("approve", "succeeded", ""), ("refuse", "failed", "authentication_failed")]
)
def test_three_d_secure(
    gateway: StripeGateway, stripe_api: StripeSimulator, verb: str, status: str, code: str
) -> None:
    payment = pay(gateway, "pm_card_threeDSecure2Required")
    assert payment.status == "requires_action"
    assert payment.next_action is not None
    assert payment.next_action.kind == "redirect"
    assert payment.next_action.url.startswith(f"{stripe_api.base_url}/redirect/{payment.reference}")
    stripe_api.act("intents", payment.reference, verb)
    after = gateway.fetch_payment(payment.reference)
    assert (after.status, after.decline_code, after.next_action) == (status, code, None)


def test_bank_declines_after_the_challenge(gateway: StripeGateway, stripe_api: StripeSimulator) -> None:
    payment = pay(gateway, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    stripe_api.act("intents", payment.reference, "approve")
    assert gateway.fetch_payment(payment.reference).decline_code == "insufficient_funds"


def make_method(kind: str) -> str:
    params: stripe.params.PaymentMethodCreateParams = {"type": kind}
    return get_client().v1.payment_methods.create(params).id


@pytest.mark.parametrize(("verb", "status"), [("approve", "succeeded"), ("refuse", "failed")])
def test_alipay_redirects(
    gateway: StripeGateway, stripe_api: StripeSimulator, verb: str, status: str
) -> None:
    payment = pay(gateway, make_method("alipay"), amount=Money(Decimal("88.00"), "CNY"))
    assert payment.next_action is not None
    assert payment.next_action.kind == "redirect"
    stripe_api.act("intents", payment.reference, verb)
    assert gateway.fetch_payment(payment.reference).status == status


@pytest.mark.parametrize(("verb", "status"), [("approve", "succeeded"), ("refuse", "failed")])
def test_wechat_shows_a_code(
    gateway: StripeGateway, stripe_api: StripeSimulator, verb: str, status: str
) -> None:
    payment = pay(gateway, make_method("wechat_pay"), amount=Money(Decimal("88.00"), "CNY"))
    assert payment.next_action is not None
    assert payment.next_action.kind == "qr"
    assert payment.next_action.data["qr"].startswith("weixin://")
    assert payment.next_action.data["image"].startswith("data:image/png;base64,")
    stripe_api.act("intents", payment.reference, verb)
    assert gateway.fetch_payment(payment.reference).status == status


@pytest.mark.parametrize(("verb", "status"), [("settle", "succeeded"), ("reject", "failed")])
def test_bank_debit_is_processing_for_days(
    gateway: StripeGateway, stripe_api: StripeSimulator, verb: str, status: str
) -> None:
    payment = pay(gateway, make_method("sepa_debit"))
    assert (payment.status, payment.next_action) == ("processing", None)
    assert gateway.cancel_payment(payment.reference).status == "processing"
    stripe_api.act("intents", payment.reference, verb)
    assert gateway.fetch_payment(payment.reference).status == status


def test_token_of_the_element_pays(gateway: StripeGateway) -> None:
    token = get_client().v1.test_helpers.confirmation_tokens.create({"payment_method": "pm_card_visa"})
    assert pay(gateway, token.id).status == "succeeded"
    with pytest.raises(GatewayRefused):
        pay(gateway, token.id, key="order:1:pay:b")


@pytest.mark.parametrize("method", ["4242424242424242", "", "tok_success", "pm_nothing", "ctoken_nothing"])
def test_what_is_no_token_is_refused(
    gateway: StripeGateway, stripe_api: StripeSimulator, method: str
) -> None:
    with pytest.raises(GatewayRefused) as caught:
        pay(gateway, method)
    assert caught.value.code == "provider_refused"
    assert "4242424242424242" not in str(stripe_api.list_requests())
    assert stripe_api.count_objects()["payment_intents"] == 0


def test_waiting_payment_is_withdrawn(gateway: StripeGateway) -> None:
    payment = pay(gateway, "pm_card_threeDSecure2Required")
    assert gateway.cancel_payment(payment.reference).status == "cancelled"
    assert gateway.cancel_payment(payment.reference).status == "cancelled"
    paid = pay(gateway, key="order:1:pay:b")
    assert gateway.cancel_payment(paid.reference).status == "succeeded"


def test_payment_is_found_by_our_id(gateway: StripeGateway) -> None:
    pay(gateway, key="k1", payment_id=8)
    made = pay(gateway)
    assert gateway.find_payment(7) == made
    assert gateway.find_payment(9) is None


def test_payment_of_last_week_is_found_by_our_id(gateway: StripeGateway) -> None:
    """A worker that was away for days must not call a charge lost that the bank has made."""
    made = pay(gateway)
    with override_now(now() + timedelta(days=5)):
        assert gateway.find_payment(7) == made
        assert gateway.find_payment(9) is None


def test_edited_metadata_is_no_id(gateway: StripeGateway) -> None:
    reference = pay(gateway).reference
    for odd in ("", "-7", "7.0", "٧", "9" * 30, "7 or 1=1"):
        get_client().v1.payment_intents.update(reference, {"metadata": {"payment_id": odd}})
        assert gateway.fetch_payment(reference).payment_id is None


@pytest.mark.parametrize(("kind", "charges"), [("drop_before", 0), ("drop_after", 1), ("hang_after", 1)])
def test_silence_is_unknown_and_settled_by_asking(
    gateway: StripeGateway, stripe_api: StripeSimulator, kind: str, charges: int
) -> None:
    stripe_api.add_fault(kind, path=INTENTS, method="POST", times=3, seconds=1.0)
    with pytest.raises(GatewayTimeout):
        pay(gateway)
    assert stripe_api.count_objects()["paid_charges"] == charges
    found = gateway.find_payment(7)
    assert (found is not None) == bool(charges)
    assert pay(gateway).status == "succeeded"
    assert stripe_api.count_objects()["paid_charges"] == 1


def test_one_cut_is_repeated_under_the_same_key(gateway: StripeGateway, stripe_api: StripeSimulator) -> None:
    stripe_api.add_fault("drop_after", path=INTENTS)
    assert pay(gateway).status == "succeeded"
    seen = stripe_api.list_requests(path="payment_intents", method="POST")
    assert [one["idempotency_key"] for one in seen] == ["order:1:pay:a"] * 2
    assert stripe_api.count_objects()["paid_charges"] == 1


def test_kept_500_of_a_made_charge_is_looked_up(gateway: StripeGateway, stripe_api: StripeSimulator) -> None:
    stripe_api.add_fault("error_after", path=INTENTS, status=500)
    assert pay(gateway).status == "succeeded"
    assert stripe_api.count_objects()["paid_charges"] == 1
    keys = {one["idempotency_key"] for one in stripe_api.list_requests(path="payment_intents", method="POST")}
    assert keys == {"order:1:pay:a"}


def test_kept_500_without_a_charge_stays_unknown(gateway: StripeGateway, stripe_api: StripeSimulator) -> None:
    stripe_api.add_fault("error", path=INTENTS, status=500)
    for _ in range(2):
        with pytest.raises(GatewayTimeout):
            pay(gateway)
    assert stripe_api.count_objects()["payment_intents"] == 0


def test_failed_look_does_not_make_the_outcome_known(
    gateway: StripeGateway, stripe_api: StripeSimulator
) -> None:
    stripe_api.add_fault("error_after", path=INTENTS, method="POST", status=500)
    stripe_api.add_fault("error", path=INTENTS, method="GET", status=429)
    with pytest.raises(GatewayTimeout):
        pay(gateway)


def test_429_is_certainly_not_done(gateway: StripeGateway, stripe_api: StripeSimulator) -> None:
    stripe_api.add_fault("error", path=INTENTS, status=429)
    with pytest.raises(GatewayUnavailable):
        pay(gateway)
    assert pay(gateway).status == "succeeded"


def test_429_after_a_cut_attempt_is_looked_up(gateway: StripeGateway, stripe_api: StripeSimulator) -> None:
    stripe_api.add_fault("drop_after", path=INTENTS)
    stripe_api.add_fault("error", path=INTENTS, status=429)
    assert pay(gateway).status == "succeeded"
    assert stripe_api.count_objects()["paid_charges"] == 1


def test_429_for_everything_after_a_cut_attempt_is_unknown(
    gateway: StripeGateway, stripe_api: StripeSimulator
) -> None:
    stripe_api.add_fault("drop_after", path=INTENTS)
    stripe_api.add_fault("error", path=INTENTS, status=429, times=2)
    with pytest.raises(GatewayTimeout):
        pay(gateway)
    assert stripe_api.count_objects()["paid_charges"] == 1


def test_key_still_at_work_is_unknown(gateway: StripeGateway, stripe_api: StripeSimulator) -> None:
    stripe_api.add_fault("error", path=INTENTS, status=409, times=3)
    with pytest.raises(GatewayTimeout):
        pay(gateway)


def test_key_used_with_other_parameters_is_looked_up(
    gateway: StripeGateway, stripe_api: StripeSimulator
) -> None:
    first = pay(gateway)
    again = pay(gateway, amount=Money(Decimal("20.00"), "EUR"))
    assert again == first
    assert stripe_api.count_objects()["paid_charges"] == 1


def test_nobody_listening_is_certainly_not_done(gateway: StripeGateway, settings: Settings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(GatewayUnavailable):
        pay(gateway)


def test_wrong_key_is_unavailable(gateway: StripeGateway, settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    with pytest.raises(GatewayUnavailable):
        pay(gateway)
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(GatewayUnavailable):
        gateway.fetch_payment("pi_1")


def make_refund(reference: str, *, amount: str = "5.00", refund_id: int = 3) -> RefundRequest:
    return RefundRequest(
        refund_id=refund_id,
        payment_reference=reference,
        amount=Money(Decimal(amount), "EUR"),
        idempotency_key=f"order:1:refund:{refund_id}",
    )


def test_refund_goes_back_once(gateway: StripeGateway, stripe_api: StripeSimulator) -> None:
    reference = pay(gateway).reference
    refund = gateway.refund(make_refund(reference))
    assert (refund.status, refund.amount, refund.refund_id) == ("succeeded", Money(Decimal("5.00"), "EUR"), 3)
    assert refund.payment_reference == reference
    assert gateway.refund(make_refund(reference)) == refund
    assert gateway.fetch_refund(refund.reference) == refund
    assert stripe_api.count_objects()["refunded_amount"] == 500


def test_refund_whose_answer_was_lost_is_found_even_without_its_key(
    gateway: StripeGateway, stripe_api: StripeSimulator
) -> None:
    reference = pay(gateway).reference
    stripe_api.add_fault("drop_after", path="refunds$", method="POST", times=3)
    with pytest.raises(GatewayTimeout):
        gateway.refund(make_refund(reference))
    late = RefundRequest(
        refund_id=3,
        payment_reference=reference,
        amount=Money(Decimal("5.00"), "EUR"),
        idempotency_key="another-day",
    )
    assert gateway.refund(late).status == "succeeded"
    assert stripe_api.count_objects()["refunds"] == 1


def test_refund_above_the_charge_is_refused(gateway: StripeGateway) -> None:
    reference = pay(gateway).reference
    with pytest.raises(GatewayRefused):
        gateway.refund(make_refund(reference, amount="19.91", refund_id=2))
    gateway.refund(make_refund(reference, amount="19.90"))
    with pytest.raises(GatewayRefused) as caught:
        gateway.refund(make_refund(reference, amount="0.01", refund_id=4))
    assert caught.value.code == "charge_already_refunded"


def test_refund_that_the_bank_sends_back(gateway: StripeGateway, stripe_api: StripeSimulator) -> None:
    refund = gateway.refund(make_refund(pay(gateway, "pm_card_pendingRefund").reference))
    assert refund.status == "pending"
    stripe_api.act("refunds", refund.reference, "fail")
    failed = gateway.fetch_refund(refund.reference)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")


def test_settlement_lists_payments_and_refunds_with_fees(
    gateway: StripeGateway, stripe_api: StripeSimulator
) -> None:
    payment = pay(gateway)
    refund = gateway.refund(make_refund(payment.reference))
    stripe_api.create_payout(currency="eur")
    today = datetime.now(UTC).date()
    refunded, paid = gateway.settlement_lines(today)
    assert (paid.kind, paid.reference, paid.gross.amount) == ("payment", payment.reference, Decimal("19.90"))
    assert (paid.fee.amount, paid.net.amount) == (Decimal("0.88"), Decimal("19.02"))
    assert (refunded.kind, refunded.reference) == ("refund", refund.reference)
    assert (refunded.gross.amount, refunded.net.amount) == (Decimal("-5.00"), Decimal("-5.00"))
    assert list(gateway.settlement_lines(today - timedelta(days=3))) == []


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("19.90", "EUR", 1990), ("500", "JPY", 500), ("1500", "ISK", 150000), ("1.230", "KWD", 1230)],
)
def test_minor_units_are_stripes(amount: str, currency: str, minor: int) -> None:
    money = Money(Decimal(amount), currency).quantized()
    assert to_provider(money) == minor
    assert from_provider(minor, currency.lower()) == money


def test_third_decimal_must_be_zero() -> None:
    with pytest.raises(GatewayRefused):
        to_provider(Money(Decimal("1.234"), "KWD"))


def test_offered_only_when_every_key_is_there(gateway: StripeGateway, settings: Settings) -> None:
    assert gateway.is_enabled()
    assert get_gateway("stripe").code == "stripe"
    settings.STRIPE_WEBHOOK_SECRETS = ["  "]
    assert not gateway.is_enabled()


def test_form_names_no_secret_and_only_stripes_origins(gateway: StripeGateway, settings: Settings) -> None:
    settings.STRIPE_SCRIPT_URL = "https://js.stripe.com/endive/stripe.js"
    settings.STRIPE_API_BASE = ""
    with translation.override("zh-hans"):
        form = gateway.get_method_form(
            Money(Decimal("19.90"), "EUR"), order_number="S1", return_url=RETURN_URL
        )
        view = {"total": Money(Decimal("19.90"), "EUR")}
        page = render_to_string(form.template, {"method": form.context, "view": view})
    assert form.csp_sources["script-src"] == ("https://js.stripe.com", "https://*.js.stripe.com")
    assert 'data-amount="1990"' in page
    assert 'data-locale="zh"' in page
    assert 'name="method_token" value=""' in page
    assert '<script src="https://js.stripe.com/endive/stripe.js" defer></script>' in page
    assert settings.STRIPE_SECRET_KEY not in page
    assert settings.STRIPE_WEBHOOK_SECRETS[0] not in page
