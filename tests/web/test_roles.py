"""Roles: each opens every page of its own work in the back office, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import reverse

from shop.accounts.models import User
from shop.accounts.services.roles import sync_roles
from shop.accounts.services.users import create_verified_user
from tests.factories.orders import make_order
from tests.factories.payments import make_payment
from tests.factories.shipments import make_shipment

pytestmark = pytest.mark.django_db

LISTS = {
    "merchandiser": {
        "catalog_product",
        "catalog_variant",
        "catalog_productoption",
        "catalog_category",
        "catalog_brand",
        "catalog_producttype",
        "catalog_attribute",
        "catalog_collection",
        "catalog_redirect",
        "catalog_importrun",
        "catalog_listingpolicy",
        "catalog_bulkedit",
        "catalog_stocknotice",
        "catalog_promotion",
        "catalog_campaign",
        "catalog_coupon",
        "catalog_couponbatch",
        "catalog_redemption",
        "catalog_customerstanding",
        "catalog_pricelist",
        "catalog_pricebatch",
        "catalog_pricehistory",
        "catalog_pricingrule",
        "catalog_pricesuggestion",
        "catalog_competitorprice",
        "catalog_unitcost",
        "catalog_searchredirect",
        "catalog_searchsettings",
        "catalog_searchsynonym",
        "catalog_searchtermday",
        "inventory_stocklevel",
        "orders_buyinggroup",
    },
    "warehouse": {
        "catalog_product",
        "catalog_variant",
        "inventory_warehouse",
        "inventory_stocklevel",
        "inventory_stockmovement",
        "inventory_stockitem",
        "inventory_stockcase",
        "inventory_zone",
        "inventory_bin",
        "inventory_lot",
        "inventory_barcode",
        "inventory_packunit",
        "inventory_channelstock",
        "inventory_transfer",
        "inventory_reorderalert",
        "inventory_purchaseorder",
        "orders_order",
        "orders_shipment",
    },
    "buyer": {
        "catalog_product",
        "catalog_variant",
        "inventory_warehouse",
        "inventory_stocklevel",
        "inventory_reorderalert",
        "inventory_purchasesuggestion",
        "inventory_purchaseorder",
        "inventory_supplier",
        "inventory_supplieritem",
        "inventory_itemplan",
        "inventory_itemforecast",
        "inventory_buyingpolicy",
    },
    "finance": {
        "inventory_purchaseorder",
        "orders_order",
        "payments_payment",
        "payments_refund",
        "payments_gatewaycallback",
        "payments_settlementline",
        "payments_reconciliationcase",
    },
    "service": {
        "accounts_user",
        "catalog_product",
        "inventory_stocklevel",
        "orders_buyinggroup",
        "orders_order",
        "orders_shipment",
        "payments_payment",
        "crm_ticket",
    },
    "analyst": {
        "analytics_event",
        "analytics_dailyfigures",
        "orders_order",
        "catalog_product",
        "catalog_searchtermday",
    },
}
EVERY_LIST = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
LISTS["owner"] = EVERY_LIST
ROLES = sorted(LISTS)


WORK_PAGES = {
    "/admin/",
    "/admin/catalog/promotion/calendar/",
    "/admin/inventory/warehouse/floor/",
    "/admin/inventory/warehouse/figures/",
}
# Its work begins on the page of a product.
OPENED_FROM_OTHERS = {"catalog_productoption"}


def sign_in(client: Client, role: str) -> User:
    sync_roles()
    user = create_verified_user(f"{role}@example.com", password="linen-4-two", is_staff=True, roles=[role])
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def list_links(client: Client) -> Iterator[str]:
    for group in client.get("/admin/").context["sidebar_navigation"]:
        for item in group["items"]:
            if item["has_permission"]:
                yield str(item.get("link_callback", item["link"]))


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_shown_what_it_may_open(client: Client, role: str) -> None:
    sign_in(client, role)
    links = list(list_links(client))
    lists = {reverse(f"admin:{page}_changelist"): page for page in EVERY_LIST}
    work = [link for link in links if link not in lists]  # the bare lists are opened below
    assert [client.get(link, follow=True).status_code for link in work] == [200] * len(work)
    shown = {link.partition("?")[0] for link in links} - WORK_PAGES
    assert {lists[link] for link in shown} == LISTS[role] - OPENED_FROM_OTHERS


ORDER_PAGES = {
    "change": {"warehouse", "finance", "service", "analyst", "owner"},
    "ship": {"warehouse", "owner"},
    "cancel": {"service", "owner"},
}


@pytest.mark.parametrize("role", ROLES)
def test_an_order_is_shipped_and_cancelled_by_those_whose_work_it_is(client: Client, role: str) -> None:
    sign_in(client, role)
    order = make_order(is_paid=True)
    opened = {
        page
        for page in ORDER_PAGES
        if client.get(f"/admin/orders/order/{order.pk}/{page}/").status_code == 200
    }
    assert opened == {page for page, roles in ORDER_PAGES.items() if role in roles}


@pytest.mark.parametrize("role", ROLES)
def test_money_is_sent_back_by_finance_and_the_owner_only(client: Client, role: str) -> None:
    sign_in(client, role)
    payment = make_payment()
    answer = client.get(reverse("admin:payments_payment_refund", args=[payment.pk]))
    assert (answer.status_code == 200) is (role in {"finance", "owner"})


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_lists_and_no_other(client: Client, role: str) -> None:
    sign_in(client, role)
    make_shipment(make_order(is_paid=True))
    assert open_lists(client, EVERY_LIST) == {
        page: 200 if page in LISTS[role] else 403 for page in EVERY_LIST
    }


def test_every_list_opens_in_chinese(client: Client) -> None:
    sign_in(client, "owner")
    make_shipment(make_order(is_paid=True))
    client.cookies["django_language"] = "zh-hans"
    assert open_lists(client, EVERY_LIST) == dict.fromkeys(EVERY_LIST, 200)


def open_lists(client: Client, pages: set[str]) -> dict[str, int]:
    return {
        page: client.get(reverse(f"admin:{page}_changelist"), follow=True).status_code
        for page in sorted(pages)
    }


def test_a_stranger_is_sent_to_the_sign_in_and_back(client: Client) -> None:
    answer = client.get("/admin/orders/order/?work=ship", follow=True)
    assert unquote(answer.redirect_chain[-1][0]) == "/account/login/?next=/admin/orders/order/?work=ship"
    create_verified_user("owner@example.com", password="linen-4-two", is_staff=True, roles=["owner"])
    answer = client.post(
        answer.redirect_chain[-1][0],
        {"login": "owner@example.com", "password": "linen-4-two", "next": "/admin/orders/order/?work=ship"},
    )
    assert answer["Location"] == "/admin/orders/order/?work=ship"


def test_a_shopper_is_told_no_and_not_sent_in_circles(client: Client) -> None:
    shopper = create_verified_user("shopper@example.com", password="linen-4-two")
    client.force_login(shopper, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert len(answer.redirect_chain) == 1


def test_signing_out_ends_the_session(client: Client) -> None:
    sign_in(client, "owner")
    assert client.post("/admin/logout/").status_code == 200
    assert client.get("/admin/").status_code == 302


def test_the_operator_chooses_the_language(client: Client) -> None:
    sign_in(client, "owner")
    assert '<html lang="en"' in client.get("/admin/").content.decode()
    assert client.post("/admin/language/", {"language": "zh-hans", "next": "/admin/"}).status_code == 302
    assert '<html lang="zh-hans"' in client.get("/admin/").content.decode()


def test_roles_are_groups_and_the_owner_holds_every_permission() -> None:
    sync_roles()
    assert set(ROLES) == set(Group.objects.values_list("name", flat=True))


@pytest.mark.parametrize("role", ["analyst", "warehouse", "finance"])
def test_who_may_only_look_at_orders_cannot_guess_a_token_by_filters(client: Client, role: str) -> None:
    # It is on no page of theirs, for who has it cancels the order as its shopper would.
    order = make_order()
    sign_in(client, role)
    page = f"/admin/orders/order/{order.pk}/change/"
    assert page in client.get("/admin/orders/order/", {"number": order.number}).content.decode()
    for question in ("token__startswith", "token__regex", "token", "token__gt"):
        answer = client.get("/admin/orders/order/", {question: order.token[:1]})
        assert (answer.status_code, page in answer.content.decode()) == (400, False), question


def test_service_cannot_learn_what_goods_cost_by_filters(client: Client) -> None:
    sign_in(client, "service")
    assert client.get("/admin/inventory/stocklevel/").status_code == 200
    assert client.get("/admin/inventory/stocklevel/?average_cost__gt=1").status_code == 400


# Shown on its page to all who may see its row; or opens nothing without the provider's own key.
OPEN_KEYS = {
    "inventory.Supplier.portal_token",
    "orders.BuyingGroup.token",
    "payments.Payment.method_token",
}


def test_no_list_answers_questions_about_a_hidden_key() -> None:
    request = RequestFactory().get("/admin/")
    askable = {
        f"{model._meta.label}.{field.name}"
        for model, page in admin.site._registry.items()
        for field in model._meta.concrete_fields
        if field.name.endswith("token") and page.lookup_allowed(f"{field.name}__startswith", "a", request)
    }
    assert askable == OPEN_KEYS


# Django's own pages take any text; these are ours.
DJANGOS_OWN = ("<path:object_id>/", "/delete/", "/history/", "/password/")


def list_row_addresses() -> Iterator[str]:
    """Our pages of one row, with an address that has none."""
    for model, page in admin.site._registry.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for pattern in page.get_urls():
            route = str(pattern.pattern)
            if "<path:object_id>/" in route and not route.endswith(DJANGOS_OWN):
                # Digits, as a key has, and more than a whole number may have.
                yield base + route.replace("<path:object_id>", "9" * 5000)


def test_an_address_of_no_row_is_no_error_of_ours(client: Client) -> None:
    sign_in(client, "owner")
    addresses = list(list_row_addresses())
    assert len(addresses) > 70
    broken = {
        address[:80]: answer.status_code
        for address in [*addresses, "/admin/inventory/warehouse/figures/slotting/0/"]
        # 405: it takes forms only.
        if (answer := client.get(address)).status_code not in {302, 404, 405}
    }
    assert broken == {}
