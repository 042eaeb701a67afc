"""Partners follow parcels."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orders.services.tracking import record_tracking
from shop.kernel.clock import now
from shop.partners.models import WebhookDelivery, WebhookEndpoint
from shop.partners.services.keys import create_key
from tests.factories.orders import make_article, make_order
from tests.factories.shipments import make_node, make_shipment

pytestmark = pytest.mark.django_db


def make_headers(*scopes: str) -> dict[str, str]:
    _, text = create_key("wms", scopes=scopes)
    return {"Authorization": f"Bearer {text}"}


def test_a_parcel_is_shown_with_its_lines_and_its_way(client: Client) -> None:
    shipment = make_shipment(make_order((make_article("MUG"), 2), is_paid=True))
    make_shipment()
    record_tracking(shipment.pk, nodes=[make_node("n1", "in_transit", place="Utrecht")])
    number = shipment.order.number
    answer = client.get("/api/v1/shipments/", {"order": number}, headers=make_headers("shipments:read"))
    (parcel,) = answer.json()["results"]
    assert parcel["order"] == number
    assert parcel["status"] == "in_transit"
    assert parcel["tracking_number"] == shipment.tracking_number
    assert parcel["lines"] == [{"sku": "MUG", "quantity": 2}]
    assert [(node["status"], node["place"]) for node in parcel["nodes"]] == [("in_transit", "Utrecht")]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_parcels(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        record_tracking(make_shipment().pk, nodes=[make_node("n1", "in_transit")])
    headers = make_headers("shipments:read")
    client.get("/api/v1/shipments/", headers=headers)
    with django_assert_num_queries(4):
        answer = client.get("/api/v1/shipments/", headers=headers)
    assert len(answer.json()["results"]) == count


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"status": "lost"}, 400),
        ({"order": "a\x00b"}, 400),
        ({"cursor": "x"}, 400),
        ({"status": "pending"}, 200),
    ],
)
def test_filters_are_checked(client: Client, query: dict[str, str], status: int) -> None:
    assert (
        client.get("/api/v1/shipments/", query, headers=make_headers("shipments:read")).status_code == status
    )


def test_without_the_scope_nothing_is_shown(client: Client) -> None:
    assert client.get("/api/v1/shipments/").status_code == 401
    assert client.get("/api/v1/shipments/", headers=make_headers("orders:read")).status_code == 403


def test_subscribed_partners_hear_of_each_news(drain: Callable[[], int]) -> None:
    owner, _ = create_key("wms", scopes=["shipments:read"])
    WebhookEndpoint.objects.create(
        owner=owner,
        url="https://partner.example/hook",
        topics=["shipment.updated"],
        secrets=["whsec_c2VjcmV0"],
        created_at=now(),
    )
    shipment = make_shipment()
    drain()
    record_tracking(shipment.pk, nodes=[make_node("n1", "delivered")])
    drain()
    deliveries = WebhookDelivery.objects.order_by("sequence")
    assert [(row.object_id, row.sequence) for row in deliveries] == [
        (f"shipment:{shipment.number}", 1),
        (f"shipment:{shipment.number}", 2),
    ]
    assert '"status": "delivered"' in deliveries[1].body
