"""The desk's pages that change an order: who may, what they ask, what they say."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from orders.models import Order
from orders.services.holds import hold_order
from orders.services.lifecycle import cancel_order, mark_refunded
from payments.services.refunds import RefundDraft, request_refund
from shop.kernel.money import Money
from tests.factories.orders import make_article, make_order
from tests.factories.payments import make_payment
from tests.factories.shipments import make_shipment
from tests.orders.fulfilment.test_admin import get_address, sign_in

pytestmark = pytest.mark.django_db

REFUNDED = "All money of this order went back"


def make_two_lines() -> Order:
    return make_order((make_article("CUP"), 1), (make_article("POT"), 1), is_paid=True)


def test_the_desk_holds_with_a_reason_and_lets_go_with_one_press(client: Client) -> None:
    sign_in(client, "warehouse")
    order = make_order(is_paid=True)
    assert "/hold/" in client.get(get_address(order)).content.decode()
    assert client.post(get_address(order, "hold"), {"reason": ""}).status_code == 200
    assert (
        client.post(get_address(order, "hold"), {"reason": "Wait for the second parcel"}).status_code == 302
    )
    page = client.get(get_address(order)).content.decode()
    assert "Wait for the second parcel" in page
    assert "/ship/" not in page
    assert client.get("/admin/orders/order/?work=held").context["cl"].result_count == 1
    assert client.get(get_address(order, "let-go")).status_code == 405
    assert client.post(get_address(order, "let-go")).status_code == 302
    assert "/ship/" in client.get(get_address(order)).content.decode()


def test_the_desk_takes_single_articles_out(client: Client) -> None:
    sign_in(client, "service")
    order = make_two_lines()
    cup = order.lines.get(sku="CUP")
    assert (
        "Choose at least one article."
        in client.post(get_address(order, "cancel-lines"), {"note": "broken"}).content.decode()
    )
    answer = client.post(get_address(order, "cancel-lines"), {"lines": [cup.pk], "note": "broken"})
    assert answer.status_code == 302
    page = client.get(get_address(order)).content.decode()
    assert "1 cancelled" in " ".join(page.split())
    cup.refresh_from_db()
    assert cup.cancelled_quantity == 1
    # One article is left: that is the whole order now.
    assert "/cancel-lines/" not in page
    assert "/cancel/" in page


def test_the_desk_sees_what_goes_back_and_what_did_already(client: Client) -> None:
    sign_in(client, "service")
    order = make_order((make_article("CUP", price="10.00"), 2), (make_article("POT", price="30.00"), 1))
    payment = make_payment(order=order)
    page = client.get(get_address(order, "cancel-lines")).content.decode()
    assert "(CUP): €20.00" in page
    assert "went back already" not in page
    # Also what waits to be sent: whoever does not know of it sends it twice.
    by_hand = RefundDraft(amount=Money(Decimal("20.00"), "EUR"), reason="goodwill", dedupe_key="by hand")
    request_refund(payment.pk, draft=by_hand, actor="finance@example.com")
    assert "€20.00 of this order went back already, or is on its way." in " ".join(
        client.get(get_address(order, "cancel-lines")).content.decode().split()
    )


def test_an_order_that_goes_nowhere_has_no_address_to_change(client: Client) -> None:
    sign_in(client, "service")
    order = make_order(is_paid=True)
    Order.objects.filter(pk=order.pk).update(country="", line1="")
    assert client.get(get_address(order, "address")).status_code == 200
    assert client.post(get_address(order, "address"), {"country": "NL"}).status_code == 200
    assert Order.objects.get(pk=order.pk).country == ""


def test_the_desk_sends_an_order_elsewhere_and_names_what_is_wrong(client: Client) -> None:
    sign_in(client, "service")
    order = make_order(is_paid=True)
    told = {
        name: getattr(order, name) for name in ("first_name", "last_name", "city", "postal_code", "country")
    }
    refused = client.post(get_address(order, "address"), {**told, "line1": ""})
    assert refused.context["form"].errors.keys() == {"line1"}
    assert client.post(get_address(order, "address"), {**told, "line1": "Prinsengracht 7"}).status_code == 302
    assert "Prinsengracht 7" in client.get(get_address(order)).content.decode()


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        ("warehouse", "cancel-lines", 403),
        ("warehouse", "address", 403),
        ("analyst", "hold", 403),
        ("finance", "hold", 200),
        ("finance", "let-go", 405),
    ],
)
def test_each_role_changes_only_what_is_its_work(client: Client, role: str, page: str, status: int) -> None:
    sign_in(client, role)
    assert client.get(get_address(make_order(is_paid=True), page)).status_code == status


def test_what_was_refunded_is_told_and_only_cancelled(client: Client) -> None:
    sign_in(client, "owner")
    order = make_order(is_paid=True)
    assert REFUNDED not in client.get(get_address(order)).content.decode()
    mark_refunded(order.pk, refunded_total=order.total)
    page = client.get(get_address(order)).content.decode()
    assert REFUNDED in page
    assert "/ship/" not in page
    assert "/allocate/" not in page
    assert "/cancel/" in page
    assert client.get("/admin/orders/order/?work=refunded").context["cl"].result_count == 1
    assert client.get("/admin/orders/order/?work=ship").context["cl"].result_count == 0


def test_what_has_left_is_neither_held_nor_sent_elsewhere(client: Client) -> None:
    sign_in(client, "owner")
    order = make_order(is_paid=True)
    make_shipment(order)
    page = client.get(get_address(order)).content.decode()
    assert not any(f"/{name}/" in page for name in ("hold", "address", "cancel-lines", "cancel"))
    late = client.post(get_address(order, "hold"), {"reason": "too late"})
    assert "only for an open order of which nothing has left" in late.content.decode()


def test_the_shopper_reads_that_the_order_waits_and_what_does_not_come(client: Client) -> None:
    order = make_two_lines()
    hold_order(order.pk, reason="our secret", actor="owner@example.com")
    page = client.get(f"/orders/{order.number}/?token={order.token}").content.decode()
    assert "We look at your order before we pack it" in page
    assert "On hold" in page
    assert "our secret" not in page


def test_a_cancelled_order_is_not_told_as_waiting_to_be_packed(client: Client) -> None:
    order = make_order(is_paid=True)
    address = f"/orders/{order.number}/?token={order.token}"
    assert "Not yet packed" in client.get(address).content.decode()
    cancel_order(order.pk, reason="operator", actor="owner@example.com")
    assert "Not yet packed" not in client.get(address).content.decode()


@pytest.mark.parametrize("state", ["unfulfilled", "allocated"])
def test_the_desk_does_not_tell_a_cancelled_order_as_waiting_to_be_packed(client: Client, state: str) -> None:
    sign_in(client, "service")
    order = make_order(is_paid=True)
    Order.objects.filter(pk=order.pk).update(fulfilment_status=state)
    pages = (get_address(order), "/admin/orders/order/")
    label = Order(fulfilment_status=state).get_fulfilment_status_display()
    for address in pages:
        assert f">{label}<" in re.sub(r"\s*([<>])\s*", r"\1", client.get(address).content.decode())
    cancel_order(order.pk, reason="operator", actor="owner@example.com")
    # The list's filter names every state; a label is what stands in a row.
    labels = re.compile(rf"<span[^>]*>\s*{label}")
    assert [address for address in pages if labels.search(client.get(address).content.decode())] == []
