"""Delivered and not confirmed: one reminder after two days, none for who has confirmed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localtime
from pytest_django import Settings

from orders.models import Order
from orders.services.arrivals import remind_of_arrival, remind_unconfirmed_orders
from orders.services.lifecycle import complete_order
from orders.services.tracking import complete_delivered_orders, record_tracking
from shop.kernel.clock import now, override_now
from shop.kernel.models import OutgoingEmail
from shop.kernel.relay import drain_outbox
from tests.factories.orders import list_broken_invariants
from tests.factories.shipments import make_node, make_shipment

pytestmark = pytest.mark.django_db


@pytest.fixture
def arrived() -> Order:
    shipment = make_shipment()
    record_tracking(shipment.pk, nodes=[make_node("n1", "delivered")])
    return Order.objects.get()


def list_reminders() -> list[OutgoingEmail]:
    with override_now(now() + timedelta(days=9)):
        drain_outbox()
    return list(OutgoingEmail.objects.filter(dedupe_key__startswith="order_reminder:"))


def test_reminder_goes_out_once_after_48_hours(arrived: Order) -> None:
    with override_now(now() + timedelta(hours=47)):
        assert remind_unconfirmed_orders() == 0
    with override_now(now() + timedelta(hours=49)):
        assert [remind_unconfirmed_orders(), remind_unconfirmed_orders()] == [1, 0]
        assert remind_of_arrival(arrived.pk) is False
    (mail,) = list_reminders()
    assert (mail.to, mail.subject) == (arrived.email, f"Did everything arrive? Order {arrived.number}")
    assert f"/orders/{arrived.number}/?token={arrived.token}" in mail.text
    assert list_broken_invariants() == []


def test_reminder_names_the_day_on_which_the_order_completes(arrived: Order, settings: Settings) -> None:
    settings.ORDER_COMPLETED_HOURS = 72
    with override_now(now() + timedelta(hours=49)):
        remind_unconfirmed_orders()
    day = localtime(now() + timedelta(hours=72)).day
    (mail,) = list_reminders()
    assert str(day) in mail.text.partition("completes by itself on ")[2][:20]


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_completed_order_is_not_reminded(arrived: Order, is_confirmed: bool) -> None:
    with override_now(now() + timedelta(days=8)):
        if is_confirmed:
            complete_order(arrived.pk, actor="customer")
        else:
            complete_delivered_orders()
        assert remind_unconfirmed_orders() == 0
    assert list_reminders() == []


def test_order_with_a_parcel_under_way_is_not_reminded() -> None:
    make_shipment()
    with override_now(now() + timedelta(days=3)):
        assert remind_unconfirmed_orders() == 0


def test_chinese_shopper_is_asked_in_chinese(arrived: Order) -> None:
    Order.objects.update(language="zh-hans")
    with override_now(now() + timedelta(hours=49)):
        remind_unconfirmed_orders()
    assert "/zh-hans/orders/" in list_reminders()[0].text


def test_guest_confirms_the_receipt_on_the_orders_page(arrived: Order, client: Client) -> None:
    page = f"/orders/{arrived.number}/"
    assert "I have received everything" in client.get(page, {"token": arrived.token}).content.decode()
    answer: Any = client.post(f"{page}received/", {"token": arrived.token}, follow=True)
    assert "Thank you. Enjoy it!" in answer.content.decode()
    assert "I have received everything" not in answer.content.decode()
    arrived.refresh_from_db()
    assert arrived.status == "completed"


def test_stranger_cannot_confirm_it(arrived: Order, client: Client) -> None:
    assert client.post(f"/orders/{arrived.number}/received/", {"token": "x"}).status_code == 404
    arrived.refresh_from_db()
    assert arrived.status == "confirmed"
