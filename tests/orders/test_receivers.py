"""What orders does when a fact is stated."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from orders.models import Order
from orders.services.addresses import change_address
from orders.services.lifecycle import mark_paid
from orders.services.order_lines import cancel_lines
from shop.kernel.money import Money
from shop.partners.models import WebhookDelivery
from shop.partners.services.keys import create_key
from shop.partners.services.webhooks import create_endpoint
from tests.factories.orders import ADDRESS, make_article, make_order

pytestmark = pytest.mark.django_db

WHO = "op@example.com"


def list_deliveries(order: Order) -> list[WebhookDelivery]:
    return list(WebhookDelivery.objects.filter(object_id=f"order:{order.number}").order_by("pk"))


def test_partners_are_told_once_of_placed_and_paid(drain: Callable[[], int]) -> None:
    key, _ = create_key("partner", scopes=["orders:read", "stock:read"])
    create_endpoint(key, url="https://partner.example/hook", topics=["order.placed", "order.paid"])
    order = make_order()
    mark_paid(order.pk, amount=order.total, reference="pay_1")
    mark_paid(order.pk, amount=order.total, reference="pay_1")
    drain()
    drain()
    told = [(row.topic, row.object_id, row.sequence) for row in WebhookDelivery.objects.order_by("pk")]
    assert told == [("order.placed", f"order:{order.number}", 1), ("order.paid", f"order:{order.number}", 2)]


def test_partners_are_told_what_becomes_of_an_order_afterwards(drain: Callable[[], int]) -> None:
    key, _ = create_key("partner", scopes=["orders:read"])
    create_endpoint(key, url="https://partner.example/hook", topics=["order.updated", "order.cancelled"])
    order = make_order((make_article("CUP"), 1), (make_article("POT"), 1), is_paid=True)
    change_address(order.pk, address=replace(ADDRESS, line1="Prinsengracht 7"), actor=WHO)
    cancel_lines(order.pk, line_ids=[order.lines.get(sku="CUP").pk], actor=WHO, note="broken")
    cancel_lines(order.pk, line_ids=[order.lines.get(sku="POT").pk], actor=WHO, note="broken")
    drain()
    drain()
    told = [(row.topic, row.sequence, json.loads(row.body)["data"]) for row in list_deliveries(order)]
    assert told == [
        ("order.updated", 1, {"number": order.number, "change": "address_changed"}),
        ("order.updated", 2, {"number": order.number, "change": "lines_cancelled"}),
        ("order.cancelled", 3, {"number": order.number, "reason": "operator"}),
    ]


def test_partner_of_other_topics_is_not_told(drain: Callable[[], int]) -> None:
    key, _ = create_key("partner", scopes=["orders:read", "stock:read"])
    create_endpoint(key, url="https://partner.example/hook", topics=["stock.changed"])
    order = make_order()
    assert order.total == Money(order.total_amount, "EUR").quantized()
    drain()
    assert not WebhookDelivery.objects.filter(topic__startswith="order.").exists()
