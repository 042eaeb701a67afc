"""The Stripe simulator answers the real client as Stripe documents it."""

import time
from typing import Any

import pytest
import requests
import stripe

from tests.simulators.stripe import SimulatorRefusal, StripeSimulator, intents, refunds
from tests.simulators.stripe.shopper import list_held_types, make_client, pay

FAILED_DEBIT = ("requires_payment_method", "payment_intent.payment_failed")
RETURN_URL = "https://shop.example/pay/S1/return/"


def test_card_payment_succeeds_with_charge_and_fee(
    client: stripe.StripeClient, simulator: StripeSimulator
) -> None:
    intent = pay(client, metadata={"order": "S1"}, expand=["latest_charge.balance_transaction"])
    assert intent.status == "succeeded"
    assert intent.amount_received == 2500
    charge: Any = intent.latest_charge
    assert (charge.status, charge.captured, charge.paid) == ("succeeded", True, True)
    assert charge.metadata.to_dict() == {"order": "S1"}
    txn = charge.balance_transaction
    assert (txn.amount, txn.fee, txn.net) == (2500, 103, 2397)
    assert [detail.type for detail in txn.fee_details] == ["stripe_fee"]
    assert list_held_types(simulator) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
    ]


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
    ],
)
def test_declined_card_answers_402_and_leaves_the_intent_open(
    client: stripe.StripeClient, simulator: StripeSimulator, token: str, code: str, decline_code: str | None
) -> None:
    with pytest.raises(stripe.CardError) as caught:
        pay(client, token)
    assert caught.value.http_status == 402
    assert caught.value.code == code
    error: Any = caught.value.error
    assert error.payment_intent.status == "requires_payment_method"
    intent = client.v1.payment_intents.retrieve(error.payment_intent.id)
    failure: Any = intent.last_payment_error
    assert failure.to_dict().get("decline_code") == decline_code
    assert intent.payment_method is None
    assert intent.amount_received == 0
    assert list_held_types(simulator)[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    again = client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert again.status == "succeeded"
    assert simulator.count_objects()["paid_charges"] == 1


def test_status_walks_from_created_to_canceled(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    assert intent.status == "requires_payment_method"
    assert intent.payment_method_types == ["card", "alipay", "wechat_pay", "sepa_debit"]
    updated = client.v1.payment_intents.update(
        intent.id, {"payment_method": "pm_card_visa", "amount": 700, "metadata": {"a": "1", "b": "2"}}
    )
    assert (updated.status, updated.amount) == ("requires_confirmation", 700)
    updated = client.v1.payment_intents.update(intent.id, {"metadata": {"a": ""}})
    assert updated.metadata.to_dict() == {"b": "2"}
    canceled = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    for move in (client.v1.payment_intents.confirm, client.v1.payment_intents.cancel):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            move(intent.id)
        assert caught.value.code == "payment_intent_unexpected_state"


def test_manual_capture_takes_at_most_what_was_authorised(
    client: stripe.StripeClient, simulator: StripeSimulator
) -> None:
    intent = pay(client, capture_method="manual")
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 2500, 0)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 2501})
    assert caught.value.code == "amount_too_large"
    taken = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 2000})
    assert (taken.status, taken.amount_received, taken.amount_capturable) == ("succeeded", 2000, 0)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.capture(intent.id)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 2000})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    assert caught.value.code == "charge_already_refunded"
    assert "payment_intent.amount_capturable_updated" in list_held_types(simulator)
    assert "charge.captured" in list_held_types(simulator)


def test_three_d_secure_is_approved_on_the_hosted_page(
    client: stripe.StripeClient, simulator: StripeSimulator
) -> None:
    intent = pay(client, "pm_card_threeDSecure2Required", return_url=RETURN_URL)
    action: Any = intent.next_action
    assert intent.status == "requires_action"
    assert action.type == "redirect_to_url"
    page = requests.get(action.redirect_to_url.url, timeout=5)
    assert "3-D Secure test page" in page.text
    answer = requests.post(
        f"{simulator.base_url}/redirect/{intent.id}/approve",
        data={"client_secret": intent.client_secret},
        timeout=5,
        allow_redirects=False,
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{RETURN_URL}?payment_intent={intent.id}&")
    assert answer.headers["Location"].endswith("redirect_status=succeeded")
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_three_d_secure_is_refused(client: stripe.StripeClient, simulator: StripeSimulator) -> None:
    intent = pay(client, "pm_card_threeDSecure2Required", return_url=RETURN_URL)
    simulator.act("intents", intent.id, "refuse")
    after = client.v1.payment_intents.retrieve(intent.id)
    failure: Any = after.last_payment_error
    assert after.status == "requires_payment_method"
    assert failure.code == "payment_intent_authentication_failure"
    assert after.latest_charge is None
    with pytest.raises(SimulatorRefusal):
        simulator.act("intents", intent.id, "approve")


def test_three_d_secure_without_return_url_uses_the_sdk(client: stripe.StripeClient) -> None:
    action: Any = pay(client, "pm_card_threeDSecure2Required").next_action
    assert action.type == "use_stripe_sdk"


def test_bank_declines_after_an_approved_challenge(
    client: stripe.StripeClient, simulator: StripeSimulator
) -> None:
    intent = pay(client, "pm_card_threeDSecureRequiredChargeDeclined", return_url=RETURN_URL)
    simulator.act("intents", intent.id, "approve")
    failure: Any = client.v1.payment_intents.retrieve(intent.id).last_payment_error
    assert (failure.code, failure.decline_code) == ("card_declined", "generic_decline")


def test_hosted_page_needs_the_client_secret(client: stripe.StripeClient, simulator: StripeSimulator) -> None:
    intent = pay(client, "pm_card_threeDSecure2Required", return_url=RETURN_URL)
    answer = requests.get(f"{simulator.base_url}/redirect/{intent.id}", timeout=5)
    assert answer.status_code == 404


def test_alipay_redirects_and_then_pays(client: stripe.StripeClient, simulator: StripeSimulator) -> None:
    method = client.v1.payment_methods.create({"type": "alipay"})
    intent = pay(
        client, method.id, currency="cny", allowed_payment_method_types=["alipay"], return_url=RETURN_URL
    )
    action: Any = intent.next_action
    assert action.type == "alipay_handle_redirect"
    assert action.alipay_handle_redirect.url.startswith(simulator.base_url)
    assert action.alipay_handle_redirect.return_url == RETURN_URL
    paid = simulator.act("intents", intent.id, "approve")
    assert paid["status"] == "succeeded"
    assert list_held_types(simulator)[1] == "payment_intent.requires_action"


def test_wechat_shows_a_code_and_then_pays(client: stripe.StripeClient, simulator: StripeSimulator) -> None:
    method = client.v1.payment_methods.create({"type": "wechat_pay"})
    options = {"wechat_pay": {"client": "web"}}
    intent = pay(
        client,
        method.id,
        currency="cny",
        allowed_payment_method_types=["wechat_pay"],
        payment_method_options=options,
    )
    action: Any = intent.next_action
    assert action.type == "wechat_pay_display_qr_code"
    code = action.wechat_pay_display_qr_code
    assert code.data.startswith("weixin://")
    assert code.image_data_url.startswith("data:image/png;base64,")
    image = requests.get(code.image_url_png, timeout=5)
    assert image.content.startswith(b"\x89PNG")
    refused = simulator.act("intents", intent.id, "refuse")
    assert refused["last_payment_error"]["code"] == "payment_intent_payment_attempt_failed"


@pytest.mark.parametrize(
    ("token", "verb", "outcome"),
    [
        ("pm_usBankAccount_success", "settle", ("succeeded", "payment_intent.succeeded")),
        ("pm_usBankAccount_insufficientFunds", "settle", FAILED_DEBIT),
        ("pm_usBankAccount_success", "reject", FAILED_DEBIT),
    ],
)
def test_bank_debit_processes_and_settles_later(
    client: stripe.StripeClient, simulator: StripeSimulator, token: str, verb: str, outcome: tuple[str, str]
) -> None:
    status, event = outcome
    intent = pay(client, token, allowed_payment_method_types=["us_bank_account"])
    assert intent.status == "processing"
    assert simulator.count_objects()["paid_charges"] == 0
    assert list_held_types(simulator) == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
    ]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.cancel(intent.id)
    assert simulator.act("intents", intent.id, verb)["status"] == status
    assert event in list_held_types(simulator)


def test_refunds_stay_within_the_charge(client: stripe.StripeClient, simulator: StripeSimulator) -> None:
    intent = pay(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1000, "metadata": {"refund": "7"}})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1501})
    assert caught.value.param == "amount"
    rest = client.v1.refunds.create({"charge": str(intent.latest_charge)})
    assert rest.amount == 1500
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.amount_refunded, charge.refunded) == (2500, True)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_already_refunded"
    listed = client.v1.refunds.list({"payment_intent": intent.id})
    assert [refund.amount for refund in listed.data] == [1500, 1000]
    assert simulator.count_objects()["refunded_amount"] == 2500


def test_refund_pending_then_arrives_and_refund_that_fails_later(
    client: stripe.StripeClient, simulator: StripeSimulator
) -> None:
    intent = pay(client, "pm_card_pendingRefund")
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "pending"
    assert simulator.act("refunds", refund.id, "succeed")["status"] == "succeeded"
    assert simulator.act("refunds", refund.id, "fail")["status"] == "failed"
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert list_held_types(simulator)[-3:] == ["refund.updated", "refund.failed", "charge.refund.updated"]


def test_payout_maps_every_balance_transaction(
    client: stripe.StripeClient, simulator: StripeSimulator
) -> None:
    first = pay(client)
    pay(client, amount=1000)
    client.v1.refunds.create({"payment_intent": first.id, "amount": 500})
    payout = simulator.create_payout()
    listed = client.v1.balance_transactions.list({"payout": payout["id"], "limit": 100})
    own = [txn for txn in listed.data if txn.type == "payout"]
    others = [txn for txn in listed.data if txn.type != "payout"]
    assert sorted(txn.type for txn in others) == ["charge", "charge", "refund"]
    assert sum(txn.net for txn in others) == -own[0].net == payout["amount"]
    assert simulator.act("payouts", payout["id"], "pay")["reconciliation_status"] == "completed"
    assert [one.id for one in client.v1.payouts.list({"status": "paid"}).data] == [payout["id"]]


def test_dispute_takes_the_money_and_blocks_refunds(
    client: stripe.StripeClient, simulator: StripeSimulator
) -> None:
    intent = pay(client, "pm_card_createDispute")
    dispute = client.v1.disputes.list({"payment_intent": intent.id}).data[0]
    assert (dispute.amount, dispute.status) == (2500, "needs_response")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_disputed"
    assert "charge.dispute.created" in list_held_types(simulator)


def test_lists_page_and_filter(client: stripe.StripeClient) -> None:
    made = [pay(client, amount=1000 + number).id for number in range(5)]
    page = client.v1.payment_intents.list({"limit": 2})
    assert page.has_more
    assert [intent.id for intent in page.auto_paging_iter()] == list(reversed(made))
    none = client.v1.payment_intents.list({"created": {"gt": int(time.time()) + 60}})
    assert none.data == []
    events = client.v1.events.list({"types": ["payment_intent.succeeded"], "limit": 100})
    assert len(events.data) == 5
    assert client.v1.events.retrieve(events.data[0].id).api_version == "2026-10-28.endive"


def test_wrong_and_missing_keys_are_refused(simulator: StripeSimulator) -> None:
    with pytest.raises(stripe.AuthenticationError) as caught:
        make_client(simulator, key="sk_test_wrong").v1.payment_intents.list()
    assert caught.value.http_status == 401
    bare = requests.get(f"{simulator.base_url}/v1/charges", timeout=5)
    assert bare.status_code == 401
    assert bare.json()["error"]["type"] == "invalid_request_error"


def test_allowed_types_are_filtered_by_currency(client: stripe.StripeClient) -> None:
    params: Any = {"amount": 900, "currency": "usd"}
    params["allowed_payment_method_types"] = ["card", "sepa_debit", "alipay"]
    intent = client.v1.payment_intents.create(params)
    assert intent.payment_method_types == ["card", "alipay"]
    params["automatic_payment_methods"] = {"enabled": True}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create(params)
    assert caught.value.param == "allowed_payment_method_types"


def test_every_parameter_taken_is_one_the_client_knows() -> None:
    taken = {
        stripe.params.PaymentIntentCreateParams: intents.CREATE_PARAMS,
        stripe.params.PaymentIntentUpdateParams: intents.UPDATE_PARAMS,
        stripe.params.PaymentIntentConfirmParams: intents.CONFIRM_PARAMS - {"client_secret", "key"},
        stripe.params.PaymentIntentCancelParams: intents.CANCEL_PARAMS,
        stripe.params.PaymentIntentCaptureParams: intents.CAPTURE_PARAMS,
        stripe.params.RefundCreateParams: refunds.CREATE_PARAMS,
    }
    unknown = {shape.__name__: names - set(shape.__annotations__) for shape, names in taken.items()}
    assert unknown == {name: set() for name in unknown}


def test_headers_name_request_and_version(client: stripe.StripeClient, simulator: StripeSimulator) -> None:
    intent = pay(client)
    assert intent.last_response is not None
    headers = intent.last_response.headers
    assert headers["Request-Id"].startswith("req_")
    assert headers["Stripe-Version"] == simulator.list_requests()[-1]["stripe_version"] == "2026-10-28.endive"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"amount": 10}, "amount"),
        ({"amount": "12.5"}, "amount"),
        ({"amount": 100_000_000}, "amount"),
        ({"currency": "xxx"}, "currency"),
        ({"colour": "red"}, "colour"),
        ({"allowed_payment_method_types": ["cash"]}, "allowed_payment_method_types"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"payment_method": "pm_nothing"}, "payment_method"),
        ({"capture_method": "later"}, "capture_method"),
    ],
)
def test_bad_parameters_are_named(client: stripe.StripeClient, fields: dict[str, Any], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        pay(client, **fields)
    assert caught.value.param == param


def test_publishable_key_confirms_only_with_the_client_secret(
    client: stripe.StripeClient, simulator: StripeSimulator
) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 2500, "currency": "usd", "allowed_payment_method_types": ["card"]}
    )
    url = f"{simulator.base_url}/v1/payment_intents/{intent.id}/confirm"
    form = {"payment_method_data[type]": "card", "payment_method_data[card][number]": "4242424242424242"}
    headers = {"Authorization": f"Bearer {simulator.publishable_key}"}
    guessed = requests.post(url, data={**form, "client_secret": "x"}, headers=headers, timeout=5)
    assert guessed.status_code == 404
    form["client_secret"] = str(intent.client_secret)
    confirmed = requests.post(url, data=form, headers=headers, timeout=5)
    assert confirmed.json()["status"] == "succeeded"
    listing = requests.get(f"{simulator.base_url}/v1/charges", headers=headers, timeout=5)
    assert listing.status_code == 401


def test_confirmation_token_pays_once(client: stripe.StripeClient) -> None:
    params: Any = {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
    token = client.v1.test_helpers.confirmation_tokens.create(params)
    assert token.payment_intent is None
    fields: Any = {"amount": 700, "currency": "usd", "confirm": True, "confirmation_token": token.id}
    intent = client.v1.payment_intents.create(fields)
    assert intent.status == "succeeded"
    assert client.v1.confirmation_tokens.retrieve(token.id).payment_intent == intent.id
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create(fields)
    assert caught.value.code == "confirmation_token_already_used"


def test_intent_that_cannot_be_confirmed_is_not_made(
    client: stripe.StripeClient, simulator: StripeSimulator
) -> None:
    params: Any = {"amount": 700, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa"}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create(params)
    assert caught.value.param == "return_url"
    assert simulator.count_objects()["payment_intents"] == 0


def test_script_serves_a_stripe_constructor(simulator: StripeSimulator) -> None:
    script = requests.get(f"{simulator.base_url}/v3/", timeout=5)
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert f"const SIMULATOR = '{simulator.base_url}';" in script.text
    assert "window.Stripe =" in script.text
