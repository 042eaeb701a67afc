"""Today: every number stands for exactly the rows that its link opens."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from analytics.queries.charts import find_top
from analytics.queries.today import PILES, count_piles, list_chores
from catalog.models import Product
from crm.domain.states import TicketSource
from crm.models import Ticket
from crm.services.tickets import open_ticket
from orders.models import Order
from orders.services.tracking import record_tracking
from shop.accounts.models import User
from shop.accounts.services.roles import sync_roles
from shop.accounts.services.users import create_verified_user
from shop.kernel.clock import now
from shop.kernel.models import InvariantRun, OutboxEvent
from tests.factories.buying import make_offer, make_purchase_order, make_supplier
from tests.factories.inventory import make_bare_variant, make_warehouse
from tests.factories.orders import make_order
from tests.factories.shipments import make_node, make_shipment

pytestmark = pytest.mark.django_db


def sign_in(client: Client, role: str = "owner") -> User:
    sync_roles()
    user = create_verified_user(f"{role}@example.com", is_staff=True, roles=[role])
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def make_work() -> None:
    """Two orders to ship, one of them late; a parcel in trouble twice; an unpaid order; a ticket; a dead letter."""
    first, _second, _unpaid = make_order(is_paid=True), make_order(is_paid=True), make_order()
    Order.objects.filter(pk=first.pk).update(paid_at=now() - timedelta(hours=49))
    trouble = make_shipment()
    record_tracking(trouble.pk, nodes=[make_node("n1", "exception")])
    type(trouble).objects.filter(pk=trouble.pk).update(stalled_at=now())
    open_ticket("Where is it?", text="Where is it?", source=TicketSource.PHONE)
    OutboxEvent.objects.create(
        topic="t", payload={}, created_at=now(), not_before=now(), dead_at=now(), error="broken"
    )


def test_each_number_links_to_exactly_its_rows(client: Client) -> None:
    user = sign_in(client)
    make_work()
    counts = count_piles(user)
    assert counts["orders_to_ship"] == 2
    assert counts["orders_in_trouble"] == 1
    assert counts["tickets_open"] == Ticket.objects.count() == 1
    assert counts["dead_letters"] == 1
    for pile in PILES:
        page = client.get(pile.url).context
        rows = page["cl"].result_count if "cl" in page else page["page"].paginator.count
        assert (pile.code, rows) == (pile.code, counts[pile.code])


def test_what_is_late_comes_first_and_says_how_many(client: Client) -> None:
    user = sign_in(client, "warehouse")
    make_work()
    found = [(str(chore.label), chore.quantity, chore.late_quantity) for chore in list_chores(user)]
    assert found == [
        ("Orders to ship", 2, 1),
        ("Parcels in trouble", 1, 1),
        ("Shelves below their reorder point", 0, 0),
    ]


def test_a_merchandiser_and_a_buyer_find_their_work(client: Client) -> None:
    variant = make_bare_variant()
    Product.objects.filter(pk=variant.product_id).update(quality_score=10)
    supplier = make_supplier()
    make_offer(supplier, variant=variant)
    make_purchase_order(supplier, warehouse=make_warehouse(), quantities={variant.pk: 5})
    found = {role: list_chores(sign_in(client, role)) for role in ("merchandiser", "buyer")}
    told = {role: [(str(row.label), row.quantity) for row in rows] for role, rows in found.items()}
    assert told["merchandiser"] == [
        ("Prices to decide on", 0),
        ("Listings to mend", 1),
    ]
    assert ("Purchase orders to approve", 1) in told["buyer"]
    assert "Purchase orders to send" not in dict(told["buyer"])


def test_a_broken_rule_is_shown_to_the_owner_with_its_run(client: Client) -> None:
    run = InvariantRun.objects.create(
        started_at=now(),
        finished_at=now(),
        checked_quantity=9,
        violations=[{"code": "I2", "title": "x", "rows": []}],
    )
    owner = sign_in(client)
    chore = list_chores(owner)[0]
    assert (chore.quantity, chore.url) == (1, f"/admin/kernel/invariantrun/{run.pk}/change/")
    assert client.get(chore.url).status_code == 200
    analyst = sign_in(client, "analyst")
    assert chore.label not in [other.label for other in list_chores(analyst)]


def test_the_numbers_beside_the_navigation_are_those_of_the_role(client: Client) -> None:
    sign_in(client, "finance")
    make_work()
    assert client.get("/admin/counts/").json() == {
        "orders_to_ship": 2,
        "orders_in_trouble": 1,
        "payments_held": 0,
        "cases_open": 0,
        "purchase_orders_late": 0,
        "purchase_orders_to_approve": 0,
    }
    client.logout()
    assert client.get("/admin/counts/").status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_the_front_page_costs_the_same_for_any_number_of_rows(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client)
    for _ in range(rows):
        make_order(is_paid=True)
    client.get("/admin/")
    with django_assert_num_queries(23):
        assert client.get("/admin/").status_code == 200


def test_the_search_finds_an_order_for_those_who_may_see_it(client: Client) -> None:
    order = make_order(is_paid=True)
    sign_in(client, "warehouse")
    assert order.number in client.get("/admin/search/", {"s": order.number, "extended": "1"}).content.decode()
    sign_in(client, "merchandiser")
    assert (
        order.number
        not in client.get("/admin/search/", {"s": order.number, "extended": "1"}).content.decode()
    )


@pytest.mark.parametrize(
    ("largest", "top"),
    [("0", "1"), ("0.4", "0.4"), ("5", "6"), ("9", "10"), ("560", "600"), ("1001", "1200")],
)
def test_an_axis_ends_at_a_round_number(largest: str, top: str) -> None:
    assert find_top(Decimal(largest)) == Decimal(top)


def test_names_stand_in_the_order_of_their_country(client: Client) -> None:
    order = make_order()
    Order.objects.filter(pk=order.pk).update(country="CN", last_name="王", first_name="小明")
    sign_in(client)
    for path in ("/admin/", "/admin/orders/order/", f"/admin/orders/order/{order.pk}/change/"):
        assert "王小明" in client.get(path).content.decode()
