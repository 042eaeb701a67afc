"""Webhooks from end to end: subscribed, caused, delivered, verified and sent again through the API alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from orders.models import Order
from shop.kernel.transactions import transaction
from shop.partners.services.keys import create_key
from shop.partners.services.webhooks import queue_webhook, send_due_webhooks
from tests.api.caller import Caller
from tests.factories.orders import make_article, make_shipping
from tests.factories.shipments import make_shipment
from tests.partners.receiver import Receiver, run_receiver

pytestmark = pytest.mark.django_db(transaction=True)
TOPICS = ["order.placed", "order.paid", "shipment.updated", "stock.changed"]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with run_receiver() as running:
        yield running


def test_an_order_is_told_from_its_placing_to_its_parcel(
    receiver: Receiver, drain: Callable[[], int]
) -> None:
    make_shipping()
    make_article("MUG", stock=5)
    drain()
    partner = Caller(
        create_key("erp", scopes=["webhooks:manage", "orders:read", "shipments:read", "stock:read"])[1]
    )
    endpoint = partner.post("webhooks/", {"url": receiver.url, "topics": TOPICS})
    order = partner.check_out(partner.fill_cart("MUG", 2))
    drain()
    partner.pay(order)
    drain()
    make_shipment(Order.objects.get(number=order["number"]))
    drain()
    send_due_webhooks()

    verify = Webhook(endpoint["secret"]).verify
    messages = [verify(body, headers) for headers, body in receiver.requests]
    told = {topic: [message for message in messages if message["type"] == topic] for topic in TOPICS}
    assert [message["data"]["number"] for message in told["order.placed"]] == [order["number"]]
    assert told["order.paid"][0]["data"] == {"number": order["number"], "total": order["total"]}
    assert told["shipment.updated"][0]["data"]["order"] == order["number"]
    assert told["stock.changed"][-1]["data"] == {"sku": "MUG", "available_quantity": 3}
    of_order = [message["sequence"] for message in told["order.placed"] + told["order.paid"]]
    assert of_order == [1, 2]
    stock = [message["sequence"] for message in told["stock.changed"]]
    assert stock == list(range(1, len(stock) + 1))
    _check_log(partner, receiver, len(messages))


def _check_log(partner: Caller, receiver: Receiver, count: int) -> None:
    deliveries = partner.get("webhooks/deliveries/?page_size=100")["results"]
    assert [row["state"] for row in deliveries] == ["delivered"] * count
    assert {row["response_status"] for row in deliveries} == {204}
    again = partner.post(f"webhooks/deliveries/{deliveries[-1]['id']}/redeliver/", {}, 202)
    assert (again["state"], again["message_id"]) == ("pending", deliveries[-1]["message_id"])
    assert send_due_webhooks() == 1
    first, last = receiver.requests[0], receiver.requests[-1]
    assert (first[0]["webhook-id"], json.loads(first[1])) == (last[0]["webhook-id"], json.loads(last[1]))


def test_a_secret_is_rotated_without_a_lost_message(receiver: Receiver) -> None:
    partner = Caller(create_key("erp", scopes=["webhooks:manage", "orders:read"])[1])
    endpoint = partner.post("webhooks/", {"url": receiver.url, "topics": ["order.paid"]})
    secrets = [endpoint["secret"]]
    for _turn in range(2):
        secrets.append(partner.post(f"webhooks/{endpoint['id']}/secret/", {})["secret"])
        with transaction():
            queue_webhook("order.paid", object_id="order:1", payload={})
        send_due_webhooks()
        headers, body = receiver.requests[-1]
        for secret in secrets[-2:]:
            assert Webhook(secret).verify(body, headers)["type"] == "order.paid"
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets[0]).verify(body, headers)
    assert "secret" not in partner.get("webhooks/")["results"][0]


def test_another_key_sees_and_sends_nothing_of_it(receiver: Receiver) -> None:
    mine = Caller(create_key("mine", scopes=["webhooks:manage", "orders:read"])[1])
    theirs = Caller(create_key("theirs", scopes=["webhooks:manage", "orders:read"])[1])
    endpoint = mine.post("webhooks/", {"url": receiver.url, "topics": ["order.paid"]})
    assert theirs.get("webhooks/")["results"] == []
    assert theirs.get("webhooks/deliveries/")["results"] == []
    assert theirs.send("delete", f"webhooks/{endpoint['id']}/").status_code == 404
    assert theirs.send("post", f"webhooks/{endpoint['id']}/secret/").status_code == 404
    assert theirs.send("post", "webhooks/deliveries/1/redeliver/").status_code == 404
