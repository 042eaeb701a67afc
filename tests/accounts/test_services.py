"""What belongs to a user changes one after the other; who may do what stands in the audit."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client

from shop.accounts.domain.postal import PostalAddress
from shop.accounts.models import Address, User
from shop.accounts.services.addresses import save_address
from shop.accounts.services.roles import sync_roles
from shop.kernel.models import AuditEntry

BERLIN = PostalAddress(
    first_name="Ann", last_name="Lee", line1="Hauptstr. 5", city="Berlin", postal_code="10115", country="DE"
)


@pytest.mark.django_db(transaction=True)
def test_two_addresses_at_once_leave_one_that_is_used_first() -> None:
    """Both are the first when they look; without the lock, one ends in the constraint."""
    user = User.objects.create_user("ann@example.com", "linen-4-two")
    start = Barrier(2)

    def save(label: str) -> None:
        start.wait()
        try:
            save_address(user, address=BERLIN, label=label)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(save, ["home", "office"]))
    assert sorted(Address.objects.values_list("is_default", flat=True)) == [False, True]


@pytest.mark.django_db
def test_a_role_given_and_a_password_set_stand_in_the_audit(client: Client) -> None:
    sync_roles()
    owner = User.objects.create_superuser("owner@example.com", "linen-4-two")
    clerk = User.objects.create_user("clerk@example.com", "linen-4-two")
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    finance = Group.objects.get(name="finance")
    given = {"email": clerk.email, "language": "en", "is_active": "on", "is_staff": "on"}
    page = f"/admin/accounts/user/{clerk.pk}"
    assert client.post(f"{page}/change/", {**given, "groups": [finance.pk]}).status_code == 302
    password = {"password1": "another-4-two", "password2": "another-4-two", "usable_password": "true"}
    assert client.post(f"{page}/password/", password).status_code == 302
    assert client.post(f"{page}/delete/", {"post": "yes"}).status_code == 302
    lines = AuditEntry.objects.order_by("pk").values_list("actor", "action", "target", "facts")
    facts = {"is_active": True, "is_staff": True, "roles": ["finance"]}
    assert list(lines) == [
        ("owner@example.com", f"accounts.{act}_user", "user:clerk@example.com", facts)
        for act in ("change", "change", "delete")
    ]
