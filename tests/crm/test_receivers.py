"""The loops that close by themselves: a stalled parcel and a payment difference open one ticket each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from crm.models import Ticket
from inventory.domain.buying.events import SupplierRiskRaised
from orders.models import Shipment
from orders.services.tracking import find_stalled_shipments
from payments.domain.events import ReconciliationCaseOpened
from shop.kernel.clock import now, override_now
from shop.kernel.events import publish
from shop.kernel.models import OutboxEvent
from shop.kernel.transactions import transaction
from tests.factories.buying import make_supplier
from tests.factories.orders import make_order
from tests.factories.shipments import make_shipment


@pytest.mark.django_db(transaction=True)
def test_a_parcel_without_news_for_48_hours_opens_one_ticket(drain: Callable[[], int]) -> None:
    shipment = make_shipment()
    start = now()
    with override_now(start + timedelta(hours=47)):
        assert find_stalled_shipments() == 0
        drain()
    assert Ticket.objects.count() == 0
    for hours in (49, 50, 60):
        with override_now(start + timedelta(hours=hours)):
            find_stalled_shipments()
            drain()
    ticket = Ticket.objects.get()
    assert (ticket.order_id, ticket.priority, ticket.source) == (shipment.order_id, "high", "system")
    assert ticket.customer_email == shipment.order.email
    assert shipment.tracking_number in ticket.messages.get().text


@pytest.mark.django_db(transaction=True)
def test_the_same_news_told_twice_opens_no_second_ticket(drain: Callable[[], int]) -> None:
    make_shipment()
    with override_now(now() + timedelta(hours=49)):
        find_stalled_shipments()
        Shipment.objects.update(stalled_at=None)
        find_stalled_shipments()
        drain()
    assert OutboxEvent.objects.filter(topic="orders.parcel_stalled").count() == 2
    assert Ticket.objects.count() == 1


@pytest.mark.django_db
def test_a_payment_difference_stands_beside_its_order(drain: Callable[[], int]) -> None:
    order = make_order()
    for order_id in (order.pk, order.pk, None):
        with transaction():
            publish(
                ReconciliationCaseOpened(
                    case_id=1,
                    kind="amount",
                    summary="10.00 EUR expected, 9.00 EUR settled",
                    owner_group="finance",
                    dedupe_key="k1",
                    order_id=order_id,
                    order_number=order.number,
                )
            )
    drain()
    ticket = Ticket.objects.get()
    assert (ticket.order, ticket.priority) == (order, "normal")


@pytest.mark.django_db
def test_a_supplier_that_got_worse_opens_one_ticket_a_day(drain: Callable[[], int]) -> None:
    supplier = make_supplier()
    supplier.measured_at = now()
    supplier.save()
    for risk in ("watch", "watch", "high"):
        with transaction():
            publish(SupplierRiskRaised(supplier_id=supplier.pk, risk=risk))
    drain()
    tickets = Ticket.objects.order_by("pk")
    assert [(row.subject, row.priority) for row in tickets] == [
        (f"Supplier at risk: {supplier.name}", "normal"),
        (f"Supplier at risk: {supplier.name}", "high"),
    ]
