"""The desk: who sees and does what, today's work first."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orders.domain.parcels import ParcelNode
from orders.models import Order, Shipment
from orders.services.lifecycle import cancel_order
from orders.services.tracking import find_stalled_shipments, record_tracking
from shop.accounts.models import User
from shop.kernel.clock import now, override_now
from shop.kernel.models import AuditEntry, OutgoingEmail
from tests.factories.orders import make_article, make_order
from tests.factories.shipments import make_node, make_shipment

pytestmark = pytest.mark.django_db

TURN = datetime(2026, 11, 1, 12, tzinfo=UTC)


def sign_in(client: Client, role: str) -> User:
    user = User.objects.create_user(email=f"{role}@example.com", password="Secret-word-1")
    user.is_staff = True
    user.save()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def get_address(order: Order, page: str = "change") -> str:
    return f"/admin/orders/order/{order.pk}/{page}/"


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("order", 8), ("shipment", 8), ("carriercallback", 8)])
def test_lists_cost_the_same_for_any_number_of_rows(
    client: Client, page: str, queries: int, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, "owner")
    for _ in range(count):
        make_shipment()
    address = f"/admin/orders/{page}/"
    assert client.get(address).status_code == 200
    with django_assert_num_queries(queries):
        client.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_for_any_number_of_lines(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, "owner")
    order = make_order(*[(make_article(), 1) for _ in range(count)], is_paid=True)
    record_tracking(make_shipment(order).pk, nodes=[make_node("n1", "in_transit")])
    client.get(get_address(order))
    with django_assert_num_queries(12):
        answer = client.get(get_address(order))
    assert answer.status_code == 200


def test_who_packs_reads_which_variant_it_is(client: Client) -> None:
    sign_in(client, "warehouse")
    order = make_order((make_article("MUG"), 1), is_paid=True)
    order.lines.update(product_name="Mug", variant_name="Sage")
    assert "MUG · Mug · Sage" in client.get(get_address(order, "ship")).content.decode()


def test_a_parcels_page_has_no_codes_between_its_rows(client: Client) -> None:
    sign_in(client, "warehouse")
    shipment = make_shipment()
    record_tracking(shipment.pk, nodes=[make_node("n1", "in_transit")])
    page = client.get(f"/admin/orders/shipment/{shipment.pk}/change/").content.decode()
    assert str(shipment.lines.get().order_line) in page
    assert str(shipment.lines.get()) not in page
    assert str(shipment.nodes.get()) not in page


def test_what_can_be_shipped_stands_on_top(client: Client) -> None:
    sign_in(client, "warehouse")
    first, unpaid, second = make_order(is_paid=True), make_order(), make_order(is_paid=True)
    Order.objects.filter(pk=second.pk).update(paid_at=first.paid_at - timedelta(hours=1))  # type: ignore[operator]  paid
    answer = client.get("/admin/orders/order/")
    shown = [order.number for order in answer.context["cl"].result_list]
    assert shown == [second.number, first.number, unpaid.number]


@pytest.mark.parametrize(
    ("work", "expected"), [("pack", 1), ("ship", 1), ("late", 0), ("unpaid", 1), ("problem", 1)]
)
def test_orders_are_filtered_by_their_work(client: Client, work: str, expected: int) -> None:
    sign_in(client, "warehouse")
    make_order(is_paid=True)
    make_order()
    record_tracking(make_shipment().pk, nodes=[make_node("n1", "exception")])
    answer = client.get("/admin/orders/order/", {"work": work})
    assert len(answer.context["cl"].result_list) == expected


def test_an_order_is_found_by_its_tracking_number(client: Client) -> None:
    sign_in(client, "service")
    make_order()
    shipment = make_shipment()
    answer = client.get("/admin/orders/order/", {"q": shipment.tracking_number.lower()})
    assert [order.pk for order in answer.context["cl"].result_list] == [shipment.order_id]


def test_the_warehouse_packs_and_ships(client: Client) -> None:
    sign_in(client, "warehouse")
    order = make_order((make_article("MUG"), 2), is_paid=True)
    assert client.post(get_address(order, "allocate")).status_code == 302
    page = client.get(get_address(order, "ship"))
    form = page.context["form"]
    line = order.lines.get()
    assert form.fields[f"line_{line.pk}"].initial == 2
    given = {
        "warehouse": form.fields["warehouse"].initial,
        "carrier": "sandbox",
        "number": form.initial["number"],
        f"line_{line.pk}": 2,
    }
    for _ in range(2):
        client.post(get_address(order, "ship"), given)
    shipment = Shipment.objects.get()
    assert shipment.tracking_number.startswith("SBX")
    assert AuditEntry.objects.filter(action="orders.ship_order").count() >= 1
    assert shipment.number in client.get(get_address(order)).content.decode()


def test_too_much_is_not_shipped(client: Client) -> None:
    sign_in(client, "warehouse")
    order = make_order((make_article(), 2), is_paid=True)
    line = order.lines.get()
    answer = client.post(
        get_address(order, "ship"),
        {"warehouse": "1", "carrier": "sandbox", "number": "P1", f"line_{line.pk}": 3},
    )
    assert answer.status_code == 200
    assert not Shipment.objects.exists()


def test_the_pick_list_prints_the_chosen_orders(client: Client) -> None:
    sign_in(client, "warehouse")
    orders = [make_order((make_article(sku), 1), is_paid=True) for sku in ("MUG", "CUP")]
    answer = client.post(
        "/admin/orders/order/",
        {"action": "print_pick_list", "_selected_action": [order.pk for order in orders]},
        follow=True,
    )
    page = answer.content.decode()
    assert page.index("CUP") < page.index("MUG")
    assert all(order.number in page for order in orders)


def test_many_orders_are_packed_at_once(client: Client) -> None:
    sign_in(client, "warehouse")
    orders = [make_order(is_paid=True), make_order()]
    given = {"action": "allocate_orders", "_selected_action": [order.pk for order in orders]}
    assert client.post("/admin/orders/order/", given).status_code == 302
    states = dict(Order.objects.values_list("pk", "fulfilment_status"))
    assert states == {orders[0].pk: "allocated", orders[1].pk: "unfulfilled"}


def test_service_cancels_with_a_reason(client: Client) -> None:
    sign_in(client, "service")
    order = make_order(is_paid=True)
    assert client.post(get_address(order, "cancel"), {"note": ""}).status_code == 200
    assert client.post(get_address(order, "cancel"), {"note": "wrong address"}).status_code == 302
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "operator")
    entry = AuditEntry.objects.get(action="orders.cancel_order")
    assert (entry.actor, entry.facts) == ("service@example.com", {"note": "wrong address"})


def test_the_confirmation_is_sent_again(client: Client, drain: Callable[[], int]) -> None:
    sign_in(client, "service")
    order = make_order()
    for seconds in (0, 5, 600):
        with override_now(TURN + timedelta(seconds=seconds)):
            assert client.post(get_address(order, "resend")).status_code == 302
    drain()
    assert OutgoingEmail.objects.filter(to=order.email).count() == 1 + 2
    assert AuditEntry.objects.filter(action="orders.resend_confirmation").count() == 2


def test_a_cancelled_order_is_not_confirmed_again(client: Client, drain: Callable[[], int]) -> None:
    sign_in(client, "service")
    order = make_order()
    cancel_order(order.pk, reason="operator", actor="op@example.com")
    drain()
    count = OutgoingEmail.objects.count()
    assert "/resend/" not in client.get(get_address(order)).content.decode()
    page = client.post(get_address(order, "resend"), follow=True).content.decode()
    assert "This order was cancelled: there is nothing to confirm." in page
    drain()
    assert OutgoingEmail.objects.count() == count


@pytest.mark.parametrize(("role", "is_shown"), [("service", True), ("analyst", False), ("finance", False)])
def test_only_who_may_cancel_sees_the_orders_token(client: Client, role: str, is_shown: bool) -> None:
    sign_in(client, role)
    order = make_order()
    page = client.get(get_address(order, "change")).content.decode()
    assert (order.token in page, "/resend/" in page) == (is_shown, is_shown)


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        ("service", "allocate", 403),
        ("service", "ship", 403),
        ("warehouse", "cancel", 403),
        ("finance", "ship", 403),
        ("finance", "cancel", 403),
        ("analyst", "allocate", 403),
        ("merchandiser", "change", 403),
        ("merchandiser", "resend", 403),
        ("analyst", "resend", 403),
        ("finance", "resend", 403),
        ("finance", "change", 200),
    ],
)
def test_each_role_does_its_own_work_only(client: Client, role: str, page: str, status: int) -> None:
    sign_in(client, role)
    order = make_order(is_paid=True)
    method = client.get if page == "change" else client.post
    assert method(get_address(order, page)).status_code == status


@pytest.mark.parametrize("page", ["allocate", "resend"])
def test_nothing_changes_by_a_link(client: Client, page: str) -> None:
    sign_in(client, "owner")
    order = make_order(is_paid=True)
    assert client.get(get_address(order, page)).status_code == 405
    order.refresh_from_db()
    assert order.fulfilment_status == "unfulfilled"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_trouble_says_what_happened_and_costs_the_same(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, "service")
    for number in range(count):
        home = make_shipment()
        news = ParcelNode(
            event_id=f"n{number}",
            status="exception",
            occurred_at=TURN,
            place="Utrecht",
            message="Nobody was at home",
        )
        record_tracking(home.pk, nodes=[news])
        lost = make_shipment()
        Shipment.objects.filter(pk=lost.pk).update(stalled_at=TURN + timedelta(days=2), last_news_at=TURN)
    client.get("/admin/orders/order/?work=problem")
    with django_assert_num_queries(10):
        page = client.get("/admin/orders/order/?work=problem").content.decode()
    assert f"{home.number}: Nobody was at home" in page
    assert f"{lost.number}: no news since 1 Nov 2026, 13:00" in page
    assert "no news since" not in client.get("/admin/orders/order/").content.decode()


def test_what_only_the_house_reads_has_words_and_leads_to_the_tickets(client: Client) -> None:
    sign_in(client, "service")
    shipment = make_shipment()
    with override_now(now() + timedelta(hours=49)):
        find_stalled_shipments()
    page = client.get(get_address(shipment.order)).content.decode()
    assert "Parcel without news for too long" in page
    assert "shipment.stalled" not in page
    assert f"/admin/crm/ticket/?q={shipment.order.number}" in page
