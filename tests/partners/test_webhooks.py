"""Outgoing webhooks: signed, in sequence, tried again, never to private addresses."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections
from pytest_django import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from shop.kernel.clock import now, override_now
from shop.kernel.errors import Invalid
from shop.kernel.transactions import NetworkInsideTransaction, transaction
from shop.partners.gateways.webhooks import DeliveryFailed, check_address, post_message
from shop.partners.models import ApiKey, WebhookDelivery, WebhookEndpoint
from shop.partners.services.keys import create_key
from shop.partners.services.webhooks import create_endpoint, queue_webhook, redeliver, send_due_webhooks
from tests.partners.receiver import Receiver, run_dripper, run_receiver

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with run_receiver() as running:
        yield running


@pytest.fixture
def owner() -> ApiKey:
    return create_key("partner", scopes=["webhooks:manage", "orders:read"])[0]


def queue(topic: str = "order.placed", object_id: str = "order:1") -> int:
    with transaction():
        return queue_webhook(topic, object_id=object_id, payload={"number": "S1"})


def test_delivers_a_message_that_the_partners_library_verifies(receiver: Receiver, owner: ApiKey) -> None:
    endpoint = create_endpoint(owner, url=receiver.url, topics=["order.placed"])
    assert queue() == 1
    assert send_due_webhooks() == 1
    headers, body = receiver.requests[0]
    message = Webhook(endpoint.secrets[0]).verify(body, headers)
    assert (message["type"], message["sequence"], message["data"]) == ("order.placed", 1, {"number": "S1"})
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secrets[0]).verify(body.replace(b"S1", b"S2"), headers)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.response_status) == ("delivered", 1, 204)


def test_both_secrets_sign_while_rotating(receiver: Receiver, owner: ApiKey) -> None:
    endpoint = create_endpoint(owner, url=receiver.url, topics=["order.placed"])
    old = endpoint.secrets[0]
    endpoint.secrets = ["whsec_" + "A" * 43 + "=", old]
    endpoint.save()
    queue()
    send_due_webhooks()
    headers, body = receiver.requests[0]
    for secret in endpoint.secrets:
        assert Webhook(secret).verify(body, headers)["type"] == "order.placed"


def test_only_wanted_topics_and_living_endpoints(receiver: Receiver, owner: ApiKey) -> None:
    endpoint = create_endpoint(owner, url=receiver.url, topics=["order.paid"])
    assert queue("order.placed") == 0
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(is_active=False)
    assert queue("order.paid") == 0


def test_sequence_counts_per_object(receiver: Receiver, owner: ApiKey) -> None:
    create_endpoint(owner, url=receiver.url, topics=["order.placed"])
    for object_id in ("order:1", "order:1", "order:2"):
        queue(object_id=object_id)
    send_due_webhooks()
    assert [json.loads(body)["sequence"] for _headers, body in receiver.requests] == [1, 2, 1]


def test_a_failure_backs_off_then_gets_through_under_the_same_id(receiver: Receiver, owner: ApiKey) -> None:
    create_endpoint(owner, url=receiver.url, topics=["order.placed"])
    receiver.answers = [500, 302]
    queue()
    start = now()
    assert send_due_webhooks() == 0
    assert send_due_webhooks() == 0
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.response_status, delivery.error) == (
        "pending",
        1,
        500,
        "HTTP 500",
    )
    assert delivery.endpoint.failing_since is not None
    with override_now(start + timedelta(seconds=10)):
        assert send_due_webhooks() == 0
    with override_now(start + timedelta(seconds=60)):
        assert send_due_webhooks() == 1
    ids = {headers["webhook-id"] for headers, _body in receiver.requests}
    assert (len(receiver.requests), len(ids)) == (3, 1)
    assert WebhookEndpoint.objects.get().failing_since is None


def test_is_given_up_after_three_days_and_can_be_sent_again(receiver: Receiver, owner: ApiKey) -> None:
    create_endpoint(owner, url=receiver.url, topics=["order.placed"])
    receiver.answers = [500]
    queue()
    with override_now(now() + timedelta(hours=73)):
        assert send_due_webhooks() == 0
    delivery = WebhookDelivery.objects.get()
    assert delivery.state == "dead"
    redeliver(delivery.pk, owner=owner)
    assert send_due_webhooks() == 1
    again = WebhookDelivery.objects.get()
    assert (again.state, again.created_at) == ("delivered", delivery.created_at)


def test_what_is_sent_again_has_three_days_from_then(receiver: Receiver, owner: ApiKey) -> None:
    create_endpoint(owner, url=receiver.url, topics=["order.placed"])
    receiver.answers = [500, 500]
    queue()
    delivery = WebhookDelivery.objects.get()
    start = delivery.created_at
    with override_now(start + timedelta(hours=80)):
        redeliver(delivery.pk, owner=owner)
        send_due_webhooks()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.repeated_at, delivery.created_at) == (
        "pending",
        start + timedelta(hours=80),
        start,
    )
    with override_now(start + timedelta(hours=80 + 73)):
        send_due_webhooks()
    delivery.refresh_from_db()
    assert delivery.state == "dead"


@pytest.mark.django_db(transaction=True)
def test_two_senders_do_not_send_the_same(receiver: Receiver, owner: ApiKey) -> None:
    """An endpoint under another session's lease is left alone, and free again as soon as that session ends."""
    create_endpoint(owner, url=receiver.url, topics=["order.placed"])
    queue()
    rival = connections["default"].copy()
    with rival.cursor() as cursor:
        name = f"webhook-endpoint:{WebhookEndpoint.objects.get().pk}"
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 1))", [name])
        assert send_due_webhooks() == 0
        assert receiver.requests == []
    rival.close()
    # The server frees the lock when its process for that session has ended: a moment later.
    sent = 0
    for _ in range(50):
        sent += send_due_webhooks()
        if sent:
            break
        time.sleep(0.1)
    assert sent == 1


def test_an_address_that_does_not_answer_holds_nobody_up(
    receiver: Receiver, owner: ApiKey, settings: Settings
) -> None:
    """One message finds out; the others wait with it, and another partner's leave at once."""
    settings.WEBHOOK_WHOLE_SECONDS = 0.2
    start = now()
    with run_dripper(b"") as silent:
        create_endpoint(owner, url=silent, topics=["order.placed"])
        queue(object_id="order:1")
        queue(object_id="order:2")
        create_endpoint(owner, url=receiver.url, topics=["order.placed"])
        queue(object_id="order:3")
        assert send_due_webhooks() == 1
    waiting = WebhookDelivery.objects.filter(endpoint__url=silent).order_by("pk")
    assert list(waiting.values_list("attempts", flat=True)) == [1, 0, 0]
    endpoint = WebhookEndpoint.objects.get(url=silent)
    assert endpoint.rests_until is not None
    assert start < endpoint.rests_until <= now() + timedelta(seconds=5)
    with override_now(start + timedelta(hours=1)):
        assert send_due_webhooks() == 0
        endpoint.refresh_from_db()
        assert endpoint.rests_until == now() + timedelta(minutes=10)


def test_what_waits_for_a_silent_address_is_given_up_in_its_time(receiver: Receiver, owner: ApiKey) -> None:
    gone = create_endpoint(owner, url="http://127.0.0.1:9/", topics=["order.placed"])
    queue(object_id="order:1")
    queue(object_id="order:2")
    with override_now(now() + timedelta(hours=73)):
        assert send_due_webhooks() == 0
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"dead"}
    WebhookEndpoint.objects.filter(pk=gone.pk).update(url=receiver.url)
    redeliver(WebhookDelivery.objects.latest("pk").pk, owner=owner)
    assert send_due_webhooks() == 1
    assert WebhookEndpoint.objects.get().rests_until is None


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/hook",
        "https://127.0.0.1/hook",
        "https://localhost/hook",
        "https://[::1]/hook",
        "https://[::ffff:10.0.0.1]/hook",
        "https://169.254.169.254/latest",
        "https://10.1.2.3/",
        "https://100.64.0.1/",
        "https://user:pass@partner.example/",
        "https://partner.example:22/",
        "https://shop.internal/",
        "ftp://partner.example/",
        "https://",
        "https://partner.example:99999/",
        "https://[::1",
        "https://[v1.a]/",
        "https://partner .example/",
        "https://partner.example/\r\nX-Injected: 1",
        "https://partner.example\\@127.0.0.1/",
        "https://１２７.0.0.1/",
        "https://*.example/",
        "partner.example",
    ],
)
def test_private_and_odd_addresses_are_refused(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_address(url)
    assert caught.value.field == "url"


def test_an_address_in_letters_of_its_language_is_taken(owner: ApiKey) -> None:
    url = "https://bücher.example/hook?shop=1"
    assert create_endpoint(owner, url=url, topics=["order.placed"]).url == url


def test_a_name_that_resolves_to_a_private_address_is_not_called(settings: Settings) -> None:
    """``localhost`` stands for any name: the address is checked when the connection is made."""
    with run_receiver() as running:
        port = running.url.rsplit(":", 1)[1].strip("/")
        with pytest.raises(DeliveryFailed):
            post_message(
                f"http://localhost:{port}/",
                secrets=["whsec_" + "A" * 43 + "="],
                message_id="m",
                body="{}",
                sent_at=now(),
            )
        assert running.requests == []


def test_never_inside_a_transaction(receiver: Receiver) -> None:
    with pytest.raises(NetworkInsideTransaction), transaction():
        post_message(receiver.url, secrets=[], message_id="m", body="{}", sent_at=now())
    assert receiver.requests == []


@pytest.mark.parametrize(
    ("scopes", "topic"),
    [
        (["webhooks:manage"], "order.placed"),
        (["webhooks:manage", "orders:read"], "stock.low"),
        (["webhooks:manage", "orders:read"], "shipment.updated"),
        (["webhooks:manage", "purchase_orders:read", "vendor:read"], "purchase_order.sent"),
    ],
)
def test_a_key_is_told_only_of_what_it_may_read(scopes: list[str], topic: str) -> None:
    key = create_key("narrow", scopes=scopes)[0]
    with pytest.raises(Invalid) as caught:
        create_endpoint(key, url="https://partner.example/", topics=[topic])
    assert caught.value.field == "topics"
    assert queue_for(key, topic) == 0


def queue_for(key: ApiKey, topic: str) -> int:
    """An endpoint from the time when the key could do more."""
    WebhookEndpoint.objects.create(
        owner=key,
        url="https://partner.example/old",
        topics=[topic],
        secrets=["whsec_c2VjcmV0"],
        created_at=now(),
    )
    return queue(topic)


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_key_that_has_ended_is_told_nothing(receiver: Receiver, owner: ApiKey, field: str) -> None:
    create_endpoint(owner, url=receiver.url, topics=["order.placed"])
    assert queue() == 1
    ApiKey.objects.filter(pk=owner.pk).update(**{field: now()})
    assert queue() == 0
    assert send_due_webhooks() == 0
    assert receiver.requests == []
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error[:19]) == ("dead", 0, "The key was revoked")


@pytest.mark.parametrize(
    "start", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\nLocation: /\r\nX-A: "]
)
def test_a_partner_who_drips_is_left_in_time(settings: Settings, start: bytes) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    settings.WEBHOOK_WHOLE_SECONDS = 0.3
    begun = time.monotonic()
    with run_dripper(start) as url, pytest.raises(DeliveryFailed):
        post_message(url, secrets=["whsec_" + "A" * 43 + "="], message_id="m", body="{}", sent_at=now())
    assert time.monotonic() - begun < 3


def test_the_body_of_an_answer_is_not_waited_for(settings: Settings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    begun = time.monotonic()
    with run_dripper(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n") as url:
        status = post_message(
            url, secrets=["whsec_" + "A" * 43 + "="], message_id="m", body="{}", sent_at=now()
        )
    assert (status, time.monotonic() - begun < 3) == (200, True)
