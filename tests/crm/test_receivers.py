"""The loops that close by themselves: a stalled parcel and a payment difference open one ticket each."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from crm.domain.texts import TEXTS, write_subject, write_text
from crm.models import Ticket
from crm.services.system_tickets import open_system_ticket
from inventory.domain.buying.events import SupplierRiskRaised
from orders.models import Shipment
from orders.services.tracking import find_stalled_shipments
from payments.domain.events import ReconciliationCaseOpened, SettlementDiffered
from payments.models import ReconciliationCase
from shop.accounts.models import User
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
                    kind="refund_failed",
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


def find_differences(day: date, *, count: int) -> None:
    with transaction():
        publish(SettlementDiffered(gateway="sandbox", day=day.isoformat(), case_quantity=count))


@pytest.mark.django_db
def test_a_settlement_with_differences_opens_one_ticket_however_many_lines(
    drain: Callable[[], int], client: Client
) -> None:
    order = make_order()
    for key in ("line-1", "line-2"):
        with transaction():
            publish(
                ReconciliationCaseOpened(
                    case_id=1,
                    kind="amount_mismatch",
                    owner_group="finance",
                    dedupe_key=key,
                    order_id=order.pk,
                    order_number=order.number,
                    day="2026-11-20",
                )
            )
    for _ in range(2):
        find_differences(date(2026, 11, 20), count=2)
    find_differences(date(2026, 11, 21), count=1)
    drain()
    assert list(Ticket.objects.order_by("pk").values_list("subject", flat=True)) == [
        "Differences in the settlement of sandbox of 2026-11-20",
        "Differences in the settlement of sandbox of 2026-11-21",
    ]
    assert "2 lines do not fit our books." in Ticket.objects.order_by("pk")[0].messages.get().text
    assert "1 line does not fit our books." in Ticket.objects.order_by("pk")[1].messages.get().text
    owner = User.objects.create_superuser("owner@example.com", "linen-4-two")
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    ticket = Ticket.objects.order_by("pk")[0]
    page = client.get(f"/admin/crm/ticket/{ticket.pk}/change/").content.decode()
    [address] = re.findall(r'href="([^"]+day=2026-11-20)"', page)
    assert client.get(unescape(address)).status_code == 200


@pytest.mark.django_db
def test_what_the_shop_wrote_is_said_in_the_language_of_who_reads() -> None:
    facts = {"number": "S1", "carrier": "sandbox", "tracking": "SBX9"}
    with translation.override("zh-hans"):
        ticket = open_system_ticket("parcel_stalled", facts=facts, dedupe_key="stalled:1")
    assert ticket.subject == ticket.title == "Parcel without news: order S1"
    note = ticket.messages.get()
    assert note.words == note.text
    with translation.override("zh-hans"):
        assert ticket.title == gettext("Parcel without news: order %(number)s") % facts != ticket.subject
        assert "SBX9" in note.words
        assert note.words != note.text
    # A second time the one that is there answers, with its first words.
    again = open_system_ticket("parcel_stalled", facts={**facts, "number": "S2"}, dedupe_key="stalled:1")
    assert (again.pk, again.facts["number"]) == (ticket.pk, "S1")


@pytest.mark.parametrize("code", TEXTS)
def test_every_code_has_a_place_for_its_facts(code: str) -> None:
    facts = {
        "number": "S1", "carrier": "sandbox", "tracking": "SBX9", "kind": "refund_failed", "gateway": "sandbox",
        "day": "2026-11-20", "count": 3, "lot": "L1", "sku": "CUP", "reason": "glass", "orders": ["S1", "S2"],
        "warehouse": "RTM", "summary": "1 <> 2", "lost": 1, "damaged": 2, "name": "Oak", "risk": "high",
        "score": "0.4", "status": "solved",
    }  # fmt: skip
    assert "%(" not in write_subject(code, facts) + write_text(code, facts)
    assert write_text(code, facts)


def test_every_kind_of_case_has_words_for_its_ticket() -> None:
    for kind in ReconciliationCase.Kind:
        assert write_text("case", {"kind": kind.value})
