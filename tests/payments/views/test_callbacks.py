"""The callback's address: no session, no user, no token; 2xx at once."""

from typing import Any

import pytest
from django.test import Client

from payments.models import GatewayCallback, Payment, SandboxCallback
from payments.services.callbacks import process_pending_callbacks
from tests.factories.payments import make_payment, sign_callback

pytestmark = pytest.mark.django_db

URL = "/payments/callbacks/sandbox/"


def post(client: Client, body: bytes, headers: dict[str, str], url: str = URL) -> Any:
    return client.post(url, body, content_type="application/json", headers=headers)


def test_callback_is_kept_and_answered_before_it_is_processed(django_assert_num_queries: Any) -> None:
    payment = make_payment("tok_timeout")
    body, headers = sign_callback(SandboxCallback.objects.get())
    client = Client(enforce_csrf_checks=True)
    with django_assert_num_queries(4):
        response = post(client, body, headers)
    assert (response.status_code, response.json(), dict(response.cookies)) == (200, {"received": True}, {})
    payment.refresh_from_db()
    assert (payment.status, GatewayCallback.objects.get().outcome) == ("created", "")
    process_pending_callbacks()
    payment.refresh_from_db()
    assert payment.status == "succeeded"


def test_hundred_replays_are_answered_and_kept_once(client: Client) -> None:
    make_payment("tok_timeout")
    body, headers = sign_callback(SandboxCallback.objects.get())
    assert [post(client, body, headers).status_code for _time in range(100)] == [200] * 100
    assert process_pending_callbacks() == 1
    assert GatewayCallback.objects.get().outcome == "applied"


def test_forged_callback_is_400(client: Client) -> None:
    payment = make_payment("tok_timeout")
    body, headers = sign_callback(SandboxCallback.objects.get())
    assert post(client, body + b" ", headers).status_code == 400
    assert post(client, body, {}).status_code == 400
    assert post(client, body, {"sandbox-signature": "t=1,v1=ü"}).status_code == 400
    assert post(client, body, {"sandbox-signature": "t=" + "9" * 400 + ",v1=aa"}).status_code == 400
    assert GatewayCallback.objects.count() == 0
    assert Payment.objects.get(pk=payment.pk).status == "created"


def test_megabyte_is_too_much(client: Client) -> None:
    assert post(client, b"x" * (1024 * 1024 + 1), {}).status_code == 413
    assert post(client, b"x" * (5 * 1024 * 1024), {}).status_code == 413
    assert post(client, b"x" * 1024 * 1024, {}).status_code == 400


def test_unknown_provider_is_404_and_reading_is_not_allowed(client: Client) -> None:
    assert post(client, b"{}", {}, url="/payments/callbacks/nobody/").status_code == 404
    assert client.get(URL).status_code == 405
