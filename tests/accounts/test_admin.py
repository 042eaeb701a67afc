"""People in the back office: roles are ticked, languages chosen."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from shop.accounts.domain.roles import ROLE_NAMES, describe_role
from shop.accounts.models import User
from shop.accounts.services.roles import OWNER, sync_roles
from shop.accounts.services.users import create_verified_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "status"), [("zh-hans", 302), ("xx", 200)])
def test_the_owner_ticks_roles_and_chooses_a_language(client: Client, language: str, status: int) -> None:
    sync_roles()
    owner = create_verified_user("owner@example.com", is_staff=True, roles=["owner"])
    person = create_verified_user("ann@example.com")
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = f"/admin/accounts/user/{person.pk}/change/"
    page = client.get(address).content.decode()
    assert page.count('type="checkbox" name="groups"') == Group.objects.count() == 7
    told = {"email": person.email, "name": "Ann", "language": language, "is_active": "on", "is_staff": "on"}
    told["groups"] = str(Group.objects.get(name="service").pk)
    assert client.post(address, told).status_code == status
    person = User.objects.get(pk=person.pk)
    roles = list(person.groups.values_list("name", flat=True))
    expected = ("zh-hans", True, ["service"]) if status == 302 else ("en", False, [])
    assert (person.language, person.is_staff, roles) == expected


def test_roles_are_told_in_words_wherever_they_are_chosen(client: Client) -> None:
    sync_roles()
    owner = create_verified_user("owner@example.com", is_staff=True, roles=["owner"])
    person = create_verified_user("ann@example.com", is_staff=True, roles=["service"])
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    service = Group.objects.get(name="service")
    for address in (
        "/admin/auth/group/",
        f"/admin/auth/group/{service.pk}/change/",
        f"/admin/accounts/user/{person.pk}/change/",
        "/admin/accounts/user/",
    ):
        page = client.get(address)
        assert page.status_code == 200, address
        assert "Customer service" in page.content.decode(), address


def test_every_role_of_the_settings_has_its_words() -> None:
    assert set(ROLE_NAMES) == {*settings.ROLES, OWNER}
    assert describe_role("courier") == "courier"


@pytest.mark.parametrize("role", ["analyst", OWNER])
def test_a_role_costs_the_same_for_any_number_of_rights(
    client: Client, role: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sync_roles()
    owner = create_verified_user("owner@example.com", is_staff=True, roles=["owner"])
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = f"/admin/auth/group/{Group.objects.get(name=role).pk}/change/"
    client.get(address)
    with django_assert_num_queries(11):
        page = client.get(address).content.decode()
    assert "Can view product" in page
