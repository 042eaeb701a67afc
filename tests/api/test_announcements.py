"""What webhooks say is what the description says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from jsonschema_rs import Draft202012Validator
from pytest_django import Settings

from inventory.domain.partner_holds import name_partner_hold
from inventory.models import Warehouse
from inventory.services.reorder import check_reorder_points
from inventory.services.reservations import expire_reservations
from orders.domain.events import GroupClosed
from orders.services.addresses import change_address
from orders.services.lifecycle import cancel_order
from shop.kernel.events import publish
from shop.kernel.transactions import transaction
from shop.partners.api.announcements import build_body_schema, describe_webhooks
from shop.partners.domain.scopes import TOPIC_SCOPES, TOPICS
from shop.partners.models import WebhookDelivery
from shop.partners.services.keys import create_key
from shop.partners.services.webhooks import create_endpoint
from tests.factories.buying import make_offer, make_purchase_order, make_supplier
from tests.factories.inventory import make_reservation, make_stock
from tests.factories.orders import ADDRESS, make_article, make_order
from tests.factories.shipments import make_shipment


def test_every_topic_is_described() -> None:
    described = describe_webhooks()
    assert list(described) == list(TOPICS)


@pytest.mark.django_db
def test_every_message_fits_its_description(settings: Settings, drain: Callable[[], int]) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    key = create_key("erp", scopes=["webhooks:manage", *sorted(set(TOPIC_SCOPES.values()))])[0]
    create_endpoint(key, url="http://127.0.0.1:9/hook", topics=list(TOPICS))
    article = make_article("MUG", stock=5)
    make_shipment(make_order((article, 2), is_paid=True))
    order = make_order((article, 1), is_paid=True)
    change_address(order.pk, address=replace(ADDRESS, city="Utrecht"), actor="op@example.com")
    cancel_order(order.pk, reason="operator", actor="op@example.com")
    warehouse = Warehouse.objects.get()
    make_stock(article, warehouse=warehouse, quantity=1, reorder_point=50)
    check_reorder_points()
    make_reservation(name_partner_hold(key.pk, given="cart"), variant=article, quantity=1, minutes=-1)
    expire_reservations()
    supplier = make_supplier()
    make_offer(supplier, variant=article)
    make_purchase_order(supplier, warehouse=warehouse, quantities={article.pk: 5}, is_sent=True)
    with transaction():
        publish(GroupClosed(group_id=1, token="t", status="completed", people=2))
    drain()

    told: set[str] = set()
    for delivery in WebhookDelivery.objects.all():
        body = json.loads(delivery.body)
        Draft202012Validator(build_body_schema(body["type"]), validate_formats=True).validate(body)
        told.add(delivery.topic)
    later = {f"purchase_order.{state}" for state in ("part_received", "closed", "cancelled")}
    assert told == set(TOPICS) - later
