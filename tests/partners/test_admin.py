"""Keys in the back office: made once, shown once, revoked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shop.accounts.models import User
from shop.accounts.services.users import create_verified_user
from shop.kernel.clock import now
from shop.kernel.models import AuditEntry
from shop.partners.models import ApiKey
from shop.partners.services.keys import create_key, find_key

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def owner(client: Client) -> Client:
    person = create_verified_user("owner@example.com", password="linen-4-two", is_staff=True, roles=["owner"])
    client.force_login(person, backend=BACKEND)
    return client


def test_a_key_is_shown_in_one_answer_and_never_again(owner: Client) -> None:
    day = timezone.localdate(now()) + timedelta(days=30)
    wanted = {"name": "ERP", "scopes": ["stock:read", "orders:read"], "last_day": day.isoformat()}
    page = owner.post("/admin/partners/apikey/add/", wanted)
    text = re.findall(r"shop_[\w-]+", page.content.decode())
    assert (page.status_code, len(text)) == (200, 1)
    assert "no-store" in page["Cache-Control"]
    key = find_key(text[0])
    assert key is not None
    assert (key.name, key.scopes) == ("ERP", ["orders:read", "stock:read"])
    assert key.expires_at is not None
    assert timezone.localtime(key.expires_at).date() == day + timedelta(days=1)
    assert AuditEntry.objects.get().action == "partners.create_key"
    assert text[0] not in owner.get("/admin/partners/apikey/").content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "ERP"}, "There is a key of this name already."),
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["everything"]}, "Select a valid choice."),
        ({"last_day": "2020-01-01"}, "This day is over."),
    ],
)
def test_a_wish_that_is_wrong_makes_no_key(owner: Client, changed: dict[str, object], words: str) -> None:
    create_key("ERP", scopes=["orders:read"])
    wanted = {"name": "Other", "scopes": ["orders:read"], "last_day": "", **changed}
    page = owner.post("/admin/partners/apikey/add/", wanted).content.decode()
    assert words in page
    assert ApiKey.objects.count() == 1


def test_only_the_owner_makes_keys(client: Client) -> None:
    clerk = create_verified_user(
        "clerk@example.com", password="linen-4-two", is_staff=True, roles=["service"]
    )
    client.force_login(User.objects.get(pk=clerk.pk), backend=BACKEND)
    wanted = {"name": "ERP", "scopes": ["orders:read"], "last_day": ""}
    assert client.post("/admin/partners/apikey/add/", wanted).status_code == 403
    assert ApiKey.objects.count() == 0


def test_keys_are_revoked_by_the_dozen(owner: Client) -> None:
    """Also those that "select all" names without listing them."""
    for number in range(3):
        create_key(f"key {number}", scopes=["orders:read"])
    one = ApiKey.objects.values_list("pk", flat=True)[0]
    owner.post(
        "/admin/partners/apikey/", {"action": "revoke", "_selected_action": [one], "select_across": "1"}
    )
    assert ApiKey.objects.filter(revoked_at=None).count() == 0
