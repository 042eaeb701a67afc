"""The desk of groups: progress, money held, and an end behind a question; the API's two reads."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from orders.services.groups.closing import settle_places
from shop.accounts.models import User
from shop.partners.services.keys import create_key
from tests.factories.groups import open_paid_group
from tests.factories.orders import make_article

pytestmark = pytest.mark.django_db


def sign_in(client: Client, *codenames: str) -> None:
    user = User.objects.create_user(email="desk@example.com", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)


def test_the_desk_shows_progress_and_money_and_closes_behind_a_question(
    client: Client, drain: Callable[[], int]
) -> None:
    group, (order,) = open_paid_group(make_article("MUG", price="10.00"))
    sign_in(client, "view_buyinggroup", "close_buyinggroup", "view_order")
    assert "1 / 2–4" in client.get("/admin/orders/buyinggroup/").content.decode()
    page = client.get(f"/admin/orders/buyinggroup/{group.pk}/change/").content.decode()
    assert order.number in page
    assert "Money held: €13.95" in page
    address = f"/admin/orders/buyinggroup/{group.pk}/close/"
    assert "too few people" in client.get(f"{address}?verdict=complete").content.decode()
    group.refresh_from_db()
    assert group.status == "open"
    client.post(address, {"verdict": "release"})
    settle_places()
    drain()
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "group_released")
    assert "Waiting for" not in client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()


def test_who_may_only_look_closes_nothing(client: Client) -> None:
    group, _orders = open_paid_group(make_article("MUG"))
    sign_in(client, "view_buyinggroup")
    page = client.get(f"/admin/orders/buyinggroup/{group.pk}/change/").content.decode()
    assert "Release now" not in page
    address = f"/admin/orders/buyinggroup/{group.pk}/close/"
    assert client.post(address, {"verdict": "release"}).status_code == 403


def test_partners_read_groups_and_what_an_order_waits_for(client: Client) -> None:
    group, (order,) = open_paid_group(make_article("MUG"))
    key = create_key("erp", scopes=["orders:read"])[1]
    headers = {"Authorization": f"Bearer {key}"}
    (row,) = client.get("/api/v1/groups/?status=open", headers=headers).json()["results"]
    assert (row["token"], row["people"], row["minimum_people"], row["percent"]) == (group.token, 1, 2, "10")
    assert row["members"] == [{"order": order.number, "state": "paid"}]
    assert client.get(f"/api/v1/groups/{group.token}/", headers=headers).json() == row
    told = client.get(f"/api/v1/orders/{order.number}/", headers=headers).json()
    assert told["hold_reason"] == "group"
    assert told["hold_text"].startswith("Waiting for 1 more person")
