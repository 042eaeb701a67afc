"""What orders does when a fact is stated."""

from collections.abc import Callable

import pytest

from orders.services.lifecycle import mark_paid
from shop.kernel.money import Money
from shop.partners.models import WebhookDelivery
from shop.partners.services.keys import create_key
from shop.partners.services.webhooks import create_endpoint
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


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


def test_partner_of_other_topics_is_not_told(drain: Callable[[], int]) -> None:
    key, _ = create_key("partner", scopes=["orders:read", "stock:read"])
    create_endpoint(key, url="https://partner.example/hook", topics=["stock.changed"])
    order = make_order()
    assert order.total == Money(order.total_amount, "EUR").quantized()
    drain()
    assert not WebhookDelivery.objects.filter(topic__startswith="order.").exists()
