"""Every list and every row's page of the back office, asked with what is no key, no search and no filter (S21, S22, S26, S32)."""

from __future__ import annotations

from itertools import cycle

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from shop.accounts.models import User
from shop.accounts.services.users import create_verified_user
from tests.security.failing import list_tables, read_state
from tests.security.payloads import HOSTILE, SCRIPT
from tests.web.test_roles import EVERY_LIST, sign_in

pytestmark = pytest.mark.django_db

# What may be looked up is a closed list: else a list would tell a password's letters one by one.
LOOKUPS = (
    "user__password__startswith",
    "owner__password__regex",
    "password__startswith",
    "pk__in",
    "nothing__x",
)

SEARCHED = (
    "catalog_product", "catalog_coupon", "inventory_stocklevel", "inventory_purchaseorder", "orders_order",
    "orders_buyinggroup", "payments_payment", "crm_ticket", "accounts_user", "partners_webhookdelivery",
)  # fmt: skip


@pytest.fixture
def owner(client: Client) -> Client:
    sign_in(client, "owner")
    return client


def test_a_key_that_no_row_has_is_told_and_breaks_nothing(owner: Client) -> None:
    for page, key in zip(sorted(EVERY_LIST), cycle(("abc", "a\0b")), strict=False):
        answer = owner.get(reverse(f"admin:{page}_change", args=[key]))
        assert answer.status_code in {302, 404}, (page, answer.status_code)


def test_a_hostile_search_finds_nothing_and_is_written_as_text(owner: Client) -> None:
    text = HOSTILE["nul"] + SCRIPT
    for page in SEARCHED:
        answer = owner.get(
            f"{reverse(f'admin:{page}_changelist')}?{urlencode({'q': text, 'p': 'x', 'o': '9.x'})}"
        )
        assert answer.status_code in {200, 302}, page
        assert SCRIPT.encode() not in answer.content, page


@pytest.mark.parametrize("lookup", LOOKUPS)
def test_no_list_can_be_asked_for_what_it_does_not_show(owner: Client, lookup: str) -> None:
    for page in ("accounts_user", "orders_order", "partners_apikey", "crm_ticket"):
        answer = owner.get(f"{reverse(f'admin:{page}_changelist')}?{lookup}=x")
        assert answer.status_code in {302, 400}, (page, answer.status_code)


def test_a_shopper_and_a_stranger_are_let_into_no_page(client: Client) -> None:
    """Every list of the back office, and every page of work that is not Django's own."""
    shopper = Client()
    user = create_verified_user("shopper@example.com", password="linen-4-two")
    shopper.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for pattern in admin.site.get_urls():
        inner = getattr(pattern, "url_patterns", [])
        for one in inner:
            address = f"/admin/{pattern.pattern}{one.pattern}".replace("<path:object_id>", "1")
            is_djangos = address.endswith(("/add/", "/delete/", "/history/", "/1/"))
            if is_djangos or "<" in address.replace("<int:", "") or "(?P" in address:
                continue
            address = "/".join("1" if part.startswith("<int:") else part for part in address.split("/"))
            assert client.get(address).status_code == 302, address
            assert shopper.post(address).status_code in {302, 403}, address


OWN_OF_DJANGO = ("_changelist", "_add", "_history", "_delete", "_change")


def list_pages_of_work(user: User) -> list[str]:
    """Every page that is not Django's own, of each kind of row of which this operator may see or do nothing."""
    held, pages = user.get_all_permissions(), []
    for model, desk in admin.site._registry.items():
        label, row = model._meta.app_label, model._meta.model_name
        if any(one.startswith(f"{label}.") and one.endswith(f"_{row}") for one in held):
            continue
        for pattern in desk.get_urls():
            name = pattern.name or "_change"
            is_djangos = name.endswith(OWN_OF_DJANGO) or label not in OURS
            if not is_djangos and GUARDED_BY.get(name, "") not in held:
                count = str(pattern.pattern).count("<")
                pages.append(reverse(f"admin:{name}", args=[1] * count))
    return sorted(set(pages))


# They stand among the warehouses and show levels, so the right to see levels opens them.
GUARDED_BY = dict.fromkeys(("inventory_figures", "inventory_slotting"), "inventory.view_stocklevel")
OURS = ("catalog", "inventory", "orders", "payments", "crm", "analytics", "accounts", "partners", "kernel")


@pytest.mark.parametrize("role", ["analyst", "merchandiser", "warehouse"])
def test_no_role_opens_or_sends_a_page_of_work_that_is_not_its_own(client: Client, role: str) -> None:
    sign_in(client, role)
    user = User.objects.get(groups__name=role)
    pages = list_pages_of_work(user)
    before = read_state(list_tables())
    assert len(pages) > 10
    for page in pages:
        for answer in (client.get(page), client.post(page, {"action": "x", "_selected_action": "1"})):
            assert answer.status_code in {403, 404, 405}, (page, answer.status_code)
    assert read_state(list_tables()) == before
