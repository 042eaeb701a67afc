"""The sandbox provider: its rules, its callbacks over real HTTP, its pages' outcomes."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from payments.gateways import get_gateway
from payments.gateways.base import GatewayRefused, PaymentRequest, RefundRequest
from payments.gateways.sandbox import provider
from payments.gateways.sandbox.callbacks import deliver_due_callbacks
from payments.gateways.sandbox.signing import list_secrets
from payments.models import SandboxCallback, SandboxIntent
from payments.services.callbacks import process_pending_callbacks, receive_callback
from shop.kernel.clock import now, override_now
from shop.kernel.money import Money
from shop.kernel.transactions import NetworkInsideTransaction, transaction
from tests.factories.payments import make_payment

pytestmark = pytest.mark.django_db


def build_request(card: str = "tok_success", *, key: str = "k", amount: str = "19.90") -> PaymentRequest:
    return PaymentRequest(
        payment_id=7,
        order_number="S123",
        amount=Money(Decimal(amount), "EUR"),
        idempotency_key=key,
        method_token=card,
        return_url="https://shop.example/pay/S123/return/?token=t",
        language="zh-hans",
    )


class Merchant:
    """A shop's callback address: keeps what is posted, answers what it is told to."""

    def __init__(self) -> None:
        self.status = 200
        self.received: list[tuple[str, bytes, dict[str, str]]] = []
        merchant = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                merchant.received.append((self.path, body, headers))
                self.send_response(merchant.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def merchant(settings: Any) -> Iterator[Merchant]:
    here = Merchant()
    settings.SANDBOX_CALLBACK_BASE_URL = here.url
    yield here
    here.server.shutdown()
    here.server.server_close()


def test_same_key_charges_once_and_other_parameters_under_it_are_refused() -> None:
    adapter = get_gateway("sandbox")
    assert adapter.create_payment(build_request()) == adapter.create_payment(build_request())
    with pytest.raises(GatewayRefused, match="other parameters"):
        adapter.create_payment(build_request(amount="0.01"))
    assert SandboxIntent.objects.count() == 1


def test_pages_are_in_the_shoppers_language_on_the_host_they_came_by() -> None:
    answer = get_gateway("sandbox").create_payment(build_request("tok_hosted"))
    assert answer.next_action is not None
    assert answer.next_action.url == f"https://shop.example/zh-hans/sandbox/pay/{answer.reference}/"


def test_adapter_refuses_to_be_called_inside_a_transaction() -> None:
    with pytest.raises(NetworkInsideTransaction), transaction():
        get_gateway("sandbox").create_payment(build_request())


@pytest.mark.parametrize(
    ("token", "status", "decline_code"),
    [
        ("tok_success", "succeeded", ""),
        ("tok_declined", "failed", "insufficient_funds"),
        ("tok_3ds", "requires_action", ""),
        ("tok_async", "processing", ""),
    ],
)
def test_card_chosen_on_the_hosted_page(token: str, status: str, decline_code: str) -> None:
    reference = get_gateway("sandbox").create_payment(build_request("tok_hosted")).reference
    provider.choose_method(reference, token=token)
    answer = get_gateway("sandbox").fetch_payment(reference)
    assert (answer.status, answer.decline_code) == (status, decline_code)


def test_hosted_page_cancelled() -> None:
    reference = get_gateway("sandbox").create_payment(build_request("tok_hosted")).reference
    provider.abandon_intent(reference)
    answer = get_gateway("sandbox").fetch_payment(reference)
    assert (answer.status, answer.decline_code) == ("failed", "cancelled_by_shopper")


def test_settled_payment_cannot_be_cancelled() -> None:
    adapter = get_gateway("sandbox")
    reference = adapter.create_payment(build_request()).reference
    assert adapter.cancel_payment(reference).status == "succeeded"


def test_provider_gives_back_at_most_what_it_took() -> None:
    adapter = get_gateway("sandbox")
    reference = adapter.create_payment(build_request()).reference

    def ask_back(key: str, amount: str) -> str:
        money = Money(Decimal(amount), "EUR")
        request = RefundRequest(refund_id=1, payment_reference=reference, amount=money, idempotency_key=key)
        return adapter.refund(request).reference

    assert ask_back("a", "19.00") == ask_back("a", "19.00")
    with pytest.raises(GatewayRefused):
        ask_back("b", "0.91")
    assert SandboxIntent.objects.get().refunded_amount == Decimal("19.00")
    ask_back("c", "0.90")
    assert SandboxIntent.objects.get().refunded_amount == Decimal("19.90")


def test_callback_travels_over_http_and_is_believed(merchant: Merchant) -> None:
    payment = make_payment("tok_timeout")
    assert deliver_due_callbacks() == 1
    ((path, body, headers),) = merchant.received
    assert path == "/payments/callbacks/sandbox/"
    receive_callback("sandbox", body=body, headers=headers)
    assert process_pending_callbacks() == 1
    payment.refresh_from_db()
    assert payment.status == "succeeded"
    assert deliver_due_callbacks() == 0


def test_refused_callback_is_sent_again_with_growing_pauses(merchant: Merchant) -> None:
    make_payment()
    merchant.status = 500
    start = now()
    sent_at = []
    for second in range(70):
        with override_now(start + timedelta(seconds=second)):
            before = len(merchant.received)
            deliver_due_callbacks()
            sent_at += [second] * (len(merchant.received) - before)
    assert sent_at == [0, 2, 6, 14, 30, 62]
    merchant.status = 200
    with override_now(start + timedelta(seconds=200)):
        assert deliver_due_callbacks() == 1
    assert SandboxCallback.objects.get().delivered_at is not None


def test_redirect_is_no_delivery(merchant: Merchant) -> None:
    make_payment()
    merchant.status = 302
    assert deliver_due_callbacks() == 0
    assert SandboxCallback.objects.get().error == "HTTP 302"


def test_duplicates_and_latecomers_by_setting(settings: Any, merchant: Merchant) -> None:
    settings.SANDBOX_DUPLICATE_RATE = 1.0
    settings.SANDBOX_REORDER_RATE = 1.0
    make_payment()
    first, second = SandboxCallback.objects.all()
    assert first.event_id == second.event_id
    assert now() <= first.due_at <= now() + timedelta(seconds=6)
    with override_now(now() + timedelta(seconds=7)):
        assert deliver_due_callbacks() == 2


def test_empty_secret_setting_still_signs_with_a_secret(settings: Any) -> None:
    settings.SANDBOX_CALLBACK_SECRETS = [""]
    (secret,) = list_secrets()
    assert len(secret) == 64
