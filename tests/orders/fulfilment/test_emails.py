"""What the shopper is told by mail: each message once, in the order's language."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from orders.models import Order
from orders.queries.orders import get_order_view
from orders.services.lifecycle import cancel_order, mark_refunded
from orders.services.tracking import record_tracking
from shop.kernel.models import OutgoingEmail
from shop.kernel.money import Money
from tests.factories.orders import make_article, make_order
from tests.factories.shipments import make_node, make_shipment

pytestmark = pytest.mark.django_db


def list_subjects() -> list[str]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("subject", flat=True))


def test_each_step_is_told_once(drain: Callable[[], int]) -> None:
    order = make_order(is_paid=True)
    shipment = make_shipment(order)
    drain()
    record_tracking(shipment.pk, nodes=[make_node("n1", "in_transit")])
    record_tracking(shipment.pk, nodes=[make_node("n2", "out_for_delivery")])
    drain()
    record_tracking(shipment.pk, nodes=[make_node("n3", "delivered")])
    drain()
    assert list_subjects() == [
        f"We have your order {order.number}",
        f"Payment received for order {order.number}",
        f"On its way: order {order.number}",
        f"Delivered: order {order.number}",
    ]
    assert set(OutgoingEmail.objects.values_list("to", flat=True)) == {"ada@example.com"}


def test_the_confirmation_says_what_how_much_and_where(drain: Callable[[], int]) -> None:
    order = make_order((make_article(price="10.00"), 2))
    drain()
    mail = OutgoingEmail.objects.get()
    link = f"http://testserver/orders/{order.number}/?token={order.token}"
    for body in (mail.text, mail.html):
        assert f"2 × {order.lines.get().product_name}" in body
        assert "24.95" in body
        assert "Keizersgracht 1" in body
        assert "Netherlands" in body
        assert "It is not paid yet." in body
        assert link in body


def test_a_name_cannot_write_html(drain: Callable[[], int]) -> None:
    order = make_order()
    Order.objects.filter(pk=order.pk).update(first_name="<b>Ada</b>")
    drain()
    mail = OutgoingEmail.objects.get()
    assert "<b>Ada</b>" not in mail.html
    assert "&lt;b&gt;Ada&lt;/b&gt;" in mail.html
    assert "Hello <b>Ada</b>," in mail.text


def test_a_cancelled_order_says_why(drain: Callable[[], int]) -> None:
    order = make_order()
    drain()
    cancel_order(order.pk, reason="payment_expired", actor="system")
    cancel_order(order.pk, reason="payment_expired", actor="system")
    drain()
    mail = OutgoingEmail.objects.get(dedupe_key=f"order_cancelled:{order.pk}")
    assert mail.subject == f"Order {order.number} was cancelled"
    assert "It was not paid in time. Nothing was charged." in mail.text
    assert "goes back" not in mail.text


def test_mail_links_to_the_page_in_the_orders_language(drain: Callable[[], int]) -> None:
    order = make_order()
    Order.objects.filter(pk=order.pk).update(language="zh-hans")
    drain()
    mail = OutgoingEmail.objects.get()
    assert f"http://testserver/zh-hans/orders/{order.number}/" in mail.text
    assert '<html lang="zh-hans">' in mail.html
    assert "栖屋" in mail.html


def test_an_exception_alone_is_no_mail(drain: Callable[[], int]) -> None:
    shipment = make_shipment()
    drain()
    before = OutgoingEmail.objects.count()
    record_tracking(shipment.pk, nodes=[make_node("n1", "exception")])
    drain()
    assert OutgoingEmail.objects.count() == before


def test_each_part_sent_back_stands_in_the_timeline_with_its_amount_and_in_later_mail(
    drain: Callable[[], int],
) -> None:
    order = make_order((make_article(price="10.00"), 2), is_paid=True)
    totals = [Money(Decimal(amount), "EUR") for amount in ("5.00", "8.00", "24.95")]
    for refunded_total in (totals[0], *totals):
        mark_refunded(order.pk, refunded_total=refunded_total)
    cancel_order(order.pk, reason="operator", actor="operator:eve")
    drain()
    told = [(row.title, row.text) for row in get_order_view(order).timeline if "sent back" in row.title]
    assert told[::-1] == [
        ("Part of the money sent back", "€5.00"),
        ("Part of the money sent back", "€3.00"),
        ("Money sent back", "€16.95"),
    ]
    assert "Sent back to you: €24.95" in OutgoingEmail.objects.order_by("pk").last().text  # type: ignore[union-attr]  # just queued
