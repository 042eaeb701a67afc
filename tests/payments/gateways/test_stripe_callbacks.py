"""Forged, stale, foreign and malformed Stripe callbacks are refused; genuine ones say whom to ask about."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import stripe
from pytest_django import Settings

from payments.gateways.base import CallbackEnvelope, CallbackRefused
from payments.gateways.stripe.adapter import StripeGateway
from tests.simulators.stripe.courier import sign

SECRET = "whsec_current"
OLD_SECRET = "whsec_old"
MEGABYTE = 1_000_000


@pytest.fixture
def adapter(settings: Settings) -> StripeGateway:
    settings.STRIPE_SECRET_KEY = "sk_test_x"
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET, OLD_SECRET]
    return StripeGateway()


def make_event(**changes: Any) -> dict[str, Any]:
    subject = {
        "id": "pi_1",
        "object": "payment_intent",
        "status": "succeeded",
        "amount": 1990,
        "metadata": {"payment_id": "7", "order_number": "S1"},
    }
    return {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "data": {"object": subject},
        "livemode": False,
        "type": "payment_intent.succeeded",
        **changes,
    }


def deliver(
    adapter: StripeGateway,
    event: object,
    *,
    secrets: tuple[str, ...] = (SECRET,),
    age: int = 0,
    change: Callable[[bytes], bytes] = bytes,
) -> CallbackEnvelope:
    body = json.dumps(event)
    header = sign(body, secrets=list(secrets), timestamp=int(time.time()) - age)
    return adapter.verify_callback(change(body.encode()), {"stripe-signature": header})


def test_genuine_callback_names_event_payment_and_our_id(adapter: StripeGateway) -> None:
    envelope = deliver(adapter, make_event())
    assert (envelope.event_id, envelope.kind) == ("evt_1", "payment_intent.succeeded")
    assert (envelope.payment_reference, envelope.payment_id, envelope.refund_reference) == ("pi_1", 7, "")


@pytest.mark.parametrize(
    "secrets", [(SECRET,), (OLD_SECRET,), (SECRET, OLD_SECRET), ("whsec_newer", OLD_SECRET)]
)
def test_any_active_secret_will_do_while_it_is_rolled(
    adapter: StripeGateway, secrets: tuple[str, ...]
) -> None:
    assert deliver(adapter, make_event(), secrets=secrets).event_id == "evt_1"


@pytest.mark.parametrize("age", [300, -300, 299, -299, 0])
def test_clock_may_differ_by_five_minutes(adapter: StripeGateway, age: int) -> None:
    # One second of the way is the test's own.
    assert deliver(adapter, make_event(), age=age - (1 if age > 0 else 0)).event_id == "evt_1"


@pytest.mark.parametrize("age", [301, 302, 86_400, -302, -86_400, 10**9])
def test_stale_and_future_signatures_are_refused(adapter: StripeGateway, age: int) -> None:
    with pytest.raises(CallbackRefused):
        deliver(adapter, make_event(), age=age)


def test_wrong_secret_is_refused(adapter: StripeGateway) -> None:
    with pytest.raises(CallbackRefused):
        deliver(adapter, make_event(), secrets=("whsec_of_another_endpoint",))


def pretty(body: bytes) -> bytes:
    return json.dumps(json.loads(body), indent=2).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace(b"1990", b"1991"),
        lambda body: body + b" ",
        lambda body: body[:-1],
        pretty,
        lambda body: body.replace(b"evt_1", b"evt_2"),
        lambda _body: b"",
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: body.replace(b"S1", b"\xff\xfe"),
    ],
)
def test_altered_body_is_refused(adapter: StripeGateway, change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(CallbackRefused):
        deliver(adapter, make_event(), change=change)


def make_headers() -> list[str]:
    body = json.dumps(make_event())
    good = sign(body, secrets=[SECRET])
    timestamp, signature = good.split(",")
    return [
        "",
        "t=,v1=",
        timestamp,
        signature,
        good.replace("v1=", "v0="),
        good.replace("v1=", "v2="),
        f"{timestamp},v1=" + "0" * 64,
        f"{timestamp},v1=",
        f"t=1e9,{signature}",
        f"t=-1,{signature}",
        f"t=99999999999999999999,{signature}",
        f"{timestamp},{signature[:-1]}",
        f"{timestamp},{signature.upper()}",
        f"{timestamp},t=1,{signature}",
        good + "," + "v1=" + "a" * 3000,
        good.replace("v1=", "v1=é"),
        "null",
        "t=0;v1=0",
    ]


@pytest.mark.parametrize("number", range(len(make_headers())))
def test_odd_signature_header_is_refused(adapter: StripeGateway, number: int) -> None:
    body = json.dumps(make_event()).encode()
    with pytest.raises(CallbackRefused):
        adapter.verify_callback(body, {"stripe-signature": make_headers()[number]})


def test_missing_signature_header_is_refused(adapter: StripeGateway) -> None:
    with pytest.raises(CallbackRefused):
        adapter.verify_callback(json.dumps(make_event()).encode(), {})


@pytest.mark.parametrize("secrets", [[], [""], ["   "], ["\t\n"]])
def test_no_configured_secret_refuses_everything(
    adapter: StripeGateway, settings: Settings, secrets: list[str]
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = secrets
    body = json.dumps(make_event())
    at = int(time.time())
    header = f"t={at},v1={stripe.WebhookSignature._compute_signature(f'{at}.{body}', '')}"
    with pytest.raises(CallbackRefused):
        adapter.verify_callback(body.encode(), {"stripe-signature": header})


def test_five_megabytes_are_refused(adapter: StripeGateway) -> None:
    with pytest.raises(CallbackRefused) as caught:
        deliver(adapter, make_event(padding="x" * 5 * MEGABYTE))
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    "changes",
    [
        {"livemode": True},
        {"livemode": None},
        {"livemode": 0},
        {"livemode": "false"},
        {"account": "acct_other"},
        {"object": "payment_intent"},
        {"object": "v2.core.event"},
        {"data": None},
        {"data": {"object": None}},
        {"data": {"object": []}},
        {"created": "soon"},
        {"created": 10**18},
        {"id": ""},
        {"id": "e" * 500},
        {"id": "evt\0"},
        {"type": "t" * 500},
    ],
)
def test_signed_but_foreign_or_malformed_is_refused(adapter: StripeGateway, changes: dict[str, Any]) -> None:
    with pytest.raises(CallbackRefused):
        deliver(adapter, make_event(**changes))


@pytest.mark.parametrize("event", [None, [], "event", 7, {}, [make_event()]])
def test_signed_but_no_event_is_refused(adapter: StripeGateway, event: object) -> None:
    with pytest.raises(CallbackRefused):
        deliver(adapter, event)


def test_deeply_nested_json_is_refused(adapter: StripeGateway) -> None:
    body = "[" * 100_000 + "]" * 100_000
    with pytest.raises(CallbackRefused):
        adapter.verify_callback(body.encode(), {"stripe-signature": sign(body, secrets=[SECRET])})


def test_live_key_takes_live_events_only(adapter: StripeGateway, settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_live_x"
    with pytest.raises(CallbackRefused):
        deliver(adapter, make_event())
    assert deliver(adapter, make_event(livemode=True)).event_id == "evt_1"


def test_own_connected_account_is_ours(adapter: StripeGateway, settings: Settings) -> None:
    settings.STRIPE_ACCOUNT = "acct_ours"
    assert deliver(adapter, make_event(account="acct_ours")).event_id == "evt_1"


def test_older_api_version_is_read_too(adapter: StripeGateway) -> None:
    assert deliver(adapter, make_event(api_version="2024-06-20")).payment_reference == "pi_1"


@pytest.mark.parametrize(
    ("subject", "payment", "refund"),
    [
        ({"object": "charge", "id": "ch_1", "payment_intent": "pi_1"}, "pi_1", ""),
        ({"object": "charge", "id": "ch_1", "payment_intent": None}, "", ""),
        ({"object": "refund", "id": "re_1", "payment_intent": "pi_1"}, "pi_1", "re_1"),
        ({"object": "refund", "id": "re_1", "payment_intent": {"id": "pi_1"}}, "pi_1", "re_1"),
        ({"object": "dispute", "id": "du_1", "payment_intent": "pi_1"}, "pi_1", ""),
        ({"object": "payout", "id": "po_1"}, "", ""),
        ({"object": "customer", "id": "cus_1"}, "", ""),
        ({"object": "something.new", "id": "x_1"}, "", ""),
    ],
)
def test_every_kind_of_object_is_read_or_left_alone(
    adapter: StripeGateway, subject: dict[str, Any], payment: str, refund: str
) -> None:
    envelope = deliver(adapter, make_event(data={"object": subject}, type="some.new_type"))
    assert (envelope.payment_reference, envelope.refund_reference) == (payment, refund)
    assert envelope.payment_id is None


@pytest.mark.parametrize("payment_id", ["", "x", "-1", "1.5", "9" * 40, None, [], {"a": 1}])
def test_odd_metadata_is_no_hint(adapter: StripeGateway, payment_id: object) -> None:
    subject = {"object": "payment_intent", "id": "pi_1", "metadata": {"payment_id": payment_id}}
    assert deliver(adapter, make_event(data={"object": subject})).payment_id is None
