"""What a list costs: the same few queries for one row and for three."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from catalog.queries.categories import forget_category_tree
from orders.services.tracking import record_tracking
from shop.kernel.transactions import transaction
from shop.partners.models import ApiKey
from shop.partners.services.keys import create_key
from shop.partners.services.webhooks import create_endpoint, queue_webhook
from tests.api.caller import ADDRESS, Caller
from tests.factories.catalog import make_category, make_variant
from tests.factories.orders import make_article, make_order, make_shipping
from tests.factories.shipments import make_node, make_shipment

pytestmark = pytest.mark.django_db
SCOPES = ["orders:read", "stock:read", "shipments:read", "webhooks:manage"]


@pytest.fixture
def partner() -> Caller:
    return Caller(create_key("partner", scopes=SCOPES)[1])


def make_rows(path: str, count: int) -> None:
    for number in range(count):
        if path == "products/":
            make_variant()
        elif path == "categories/":
            make_category(f"shelf-{number}/board")
        elif path == "orders/":
            make_order()
        elif path == "stock/":
            make_article()
        elif path == "shipments/":
            record_tracking(make_shipment().pk, nodes=[make_node("n1", "in_transit")])
    forget_category_tree()
    if path.startswith("webhooks/"):
        make_webhooks(count)


def make_webhooks(count: int) -> None:
    for number in range(count):
        url = f"https://partner.example/{number}"
        create_endpoint(ApiKey.objects.get(), url=url, topics=["order.paid"])
    with transaction():
        queue_webhook("order.paid", object_id="order:1", payload={})


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("products/", 2),
        ("categories/", 1),  # the tree itself is kept for three seconds
        ("orders/", 3),
        ("stock/", 2),
        ("shipments/", 4),
        ("webhooks/", 2),
        ("webhooks/deliveries/", 2),
    ],
)
def test_a_list_costs_the_same_for_any_number_of_rows(
    partner: Caller, path: str, queries: int, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """One of the queries finds the key."""
    make_rows(path, count)
    partner.get(path)
    with override("en"), django_assert_num_queries(queries):
        assert len(partner.get(path)["results"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_cart_costs_the_same_for_any_number_of_lines(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_shipping()
    api = Caller()
    cart = api.open_cart()
    for _number in range(count):
        api.post(f"{cart}lines/", {"sku": make_article().sku})
    api.put(f"{cart}address/", ADDRESS)
    api.get(cart)  # from here on the promotions are known, for two seconds
    with django_assert_num_queries(3):
        assert len(api.get(cart)["lines"]) == count
