"""A lot's page: its state, where it lies, who got it, and its recall."""

import csv
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inventory.models import Lot
from inventory.services.lots import recall_lot
from inventory.services.transfers import create_transfer, send_transfer
from orders.models import Order
from tests.factories.inventory import make_bare_variant, make_bin, make_lot, make_warehouse, put_stock
from tests.factories.orders import make_article, make_order
from tests.factories.shipments import make_shipment
from tests.inventory.admin.floor.test_floor import sign_in

pytestmark = pytest.mark.django_db


def ship_lot(*, orders: int = 1) -> tuple[Lot, list[Order]]:
    """A lot of which each of so many buyers got one."""
    article = make_article("HONEY")
    warehouse = article.stock_levels.get().warehouse
    lot = make_lot(article, "H7", expires_on=date(2090, 1, 1))
    put_stock(article, warehouse=warehouse, quantity=9, lot=lot, bin_=make_bin(warehouse, "A1"))
    bought = [make_order((article, 1), is_paid=True) for _ in range(orders)]
    for order in bought:
        make_shipment(order)
    return lot, bought


def read_file(answer: Any) -> list[list[str]]:
    return list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))


def test_the_page_names_every_order_and_customer_and_what_to_do(client: Client) -> None:
    lot, (order,) = ship_lot()
    recall_lot(lot.pk, reason="Glass", actor="ann")
    sign_in(client, "warehouse")
    page = client.get(f"/admin/inventory/lot/{lot.pk}/change/").content.decode()
    for words in (order.number, order.email, "recalled", "Orders: 1 · pieces: 1", "It is not for sale."):
        assert words in page
    printed = client.get(f"/admin/inventory/lot/{lot.pk}/recipients/").content.decode()
    assert order.postal_address.full_name in printed


def test_the_list_is_a_file_whose_cells_no_spreadsheet_runs(client: Client) -> None:
    lot, (order,) = ship_lot()
    Order.objects.filter(pk=order.pk).update(first_name="=1+1", last_name="", phone="+31 20 1")
    sign_in(client, "warehouse")
    answer = client.get(f"/admin/inventory/lot/{lot.pk}/recipients/?format=csv")
    assert "attachment" in answer["Content-Disposition"]
    head, row = read_file(answer)
    assert head == ["order", "pieces", "shipped", "name", "e-mail", "telephone", "country"]
    assert [row[0], row[1], row[3], row[4], row[5]] == [order.number, "1", "'=1+1", order.email, "'+31 20 1"]


def test_names_are_for_who_may_see_orders(client: Client) -> None:
    lot, (order,) = ship_lot()
    user = sign_in(client, "warehouse")
    user.groups.clear()
    user.user_permissions.set(Permission.objects.filter(codename="view_lot"))
    page = client.get(f"/admin/inventory/lot/{lot.pk}/change/").content.decode()
    assert (order.number in page, order.email in page) == (True, False)
    answer = client.get(f"/admin/inventory/lot/{lot.pk}/recipients/?format=csv")
    assert order.email not in answer.content.decode()
    user.user_permissions.clear()
    assert client.get(f"/admin/inventory/lot/{lot.pk}/recipients/").status_code == 403


def test_a_recall_tells_what_it_does_and_what_it_did(client: Client) -> None:
    lot, _orders = ship_lot()
    sign_in(client, "warehouse")
    change, recall, free = (f"/admin/inventory/lot/{lot.pk}/{page}/" for page in ("change", "recall", "free"))
    assert free not in client.get(change).content.decode()
    assert client.get(free).status_code == 403
    assert "Its sale stops at once" in client.get(recall).content.decode()
    told = client.post(recall, {"reason": "Glass"}, follow=True).content.decode()
    assert "The lot is off sale. 1 order got pieces of it" in told
    assert recall not in told
    assert client.post(recall, {"reason": "Glass"}).status_code == 403
    told = client.post(free, {"reason": "Tested"}, follow=True).content.decode()
    assert "The lot is for sale again." in told


def test_what_is_on_its_way_is_shown(client: Client) -> None:
    here, there, variant = make_warehouse("RTM"), make_warehouse("SHA"), make_bare_variant()
    lot = make_lot(variant)
    put_stock(variant, warehouse=here, quantity=3, lot=lot)
    transfer = create_transfer(here.pk, destination_id=there.pk, lines=[(variant.pk, 3)], actor="ann")
    send_transfer(transfer.pk, actor="ann")
    sign_in(client, "warehouse")
    page = client.get(f"/admin/inventory/lot/{lot.pk}/change/").content.decode()
    assert f"{transfer.number}, from RTM to SHA" in page


@pytest.mark.parametrize("orders", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_orders(
    client: Client, orders: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lot, _orders = ship_lot(orders=orders)
    sign_in(client, "warehouse")
    client.get(f"/admin/inventory/lot/{lot.pk}/change/")
    with django_assert_num_queries(14):
        client.get(f"/admin/inventory/lot/{lot.pk}/change/")
