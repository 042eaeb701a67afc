"""What follows from a change of stock."""

import json
from collections.abc import Callable

import pytest

from catalog.domain.events import StockDeclared
from inventory.domain.partner_holds import name_partner_hold
from inventory.models import StockLevel
from inventory.services.declarations import declare_stock
from inventory.services.reservations import expire_reservations
from shop.kernel.clock import now
from shop.kernel.errors import NotFound
from shop.kernel.events import publish
from shop.kernel.models import OutboxEvent
from shop.partners.models import WebhookDelivery, WebhookEndpoint
from shop.partners.services.keys import create_key
from tests.factories.inventory import make_bare_variant, make_reservation, make_stock, make_warehouse

pytestmark = pytest.mark.django_db


def test_availability_reaches_the_catalogue(drain: Callable[[], int]) -> None:
    variant = make_bare_variant()
    make_stock(variant, warehouse=make_warehouse(), quantity=5)
    make_reservation("order:1", variant=variant, quantity=2)
    drain()
    variant.refresh_from_db()
    assert variant.available_quantity == 3
    assert not OutboxEvent.objects.filter(sent_at=None).exists()


def test_subscribed_partners_hear_of_it(drain: Callable[[], int]) -> None:
    owner, _ = create_key("erp", scopes=["webhooks:manage", "stock:read"])
    WebhookEndpoint.objects.create(
        owner=owner,
        url="https://partner.example/hook",
        topics=["stock.changed"],
        secrets=["whsec_c2VjcmV0"],
        created_at=now(),
    )
    make_stock(make_bare_variant("MUG"), warehouse=make_warehouse(), quantity=5)
    drain()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.topic, delivery.object_id) == ("stock.changed", "stock:MUG")
    assert '"data": {"sku": "MUG", "available_quantity": 5}' in delivery.body


def test_a_partner_hears_of_its_own_hold_that_lapsed_and_nobody_else(drain: Callable[[], int]) -> None:
    keys = [create_key(name, scopes=["webhooks:manage", "reservations:write"])[0] for name in ("a", "b")]
    for key in keys:
        WebhookEndpoint.objects.create(
            owner=key,
            url="https://partner.example/hook",
            topics=["reservation.expired"],
            secrets=["whsec_c2VjcmV0"],
            created_at=now(),
        )
    variant = make_bare_variant("MUG")
    make_stock(variant, warehouse=make_warehouse("RTM"), quantity=5)
    mine = name_partner_hold(keys[0].pk, given="cart-1")
    for reference, minutes in ((mine, -1), ("order:S1", -1), (name_partner_hold(keys[1].pk, given="x"), 30)):
        make_reservation(reference, variant=variant, quantity=1, minutes=minutes)
    assert (expire_reservations(), expire_reservations()) == (2, 0)
    drain()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.endpoint.owner_id, delivery.topic) == (keys[0].pk, "reservation.expired")
    assert json.loads(delivery.body)["data"] == {
        "reference": mine,
        "lines": [{"sku": "MUG", "warehouse": "RTM", "quantity": 1}],
    }


def declare(variant_id: int, quantity: int, *, source_id: str, is_forced: bool = False) -> None:
    publish(
        StockDeclared(
            variant_id=variant_id,
            warehouse_code="",
            quantity=quantity,
            source_id=source_id,
            is_forced=is_forced,
        )
    )


def test_declared_stock_is_booked_the_first_time_only(drain: Callable[[], int]) -> None:
    variant = make_bare_variant()
    make_warehouse("SECOND", priority=9)
    first = make_warehouse("FIRST", priority=1)
    declare(variant.pk, 8, source_id="file:1")
    declare(variant.pk, 3, source_id="file:2")
    drain()
    level = StockLevel.objects.get()
    assert (level.warehouse_id, level.on_hand) == (first.pk, 8)
    declare(variant.pk, 3, source_id="file:3", is_forced=True)
    drain()
    level.refresh_from_db()
    assert level.on_hand == 3


@pytest.mark.django_db(transaction=True)
def test_an_unknown_warehouse_is_refused() -> None:
    with pytest.raises(NotFound):
        declare_stock(make_bare_variant().pk, warehouse_code="NONE", quantity=1, source_id="file:1")
