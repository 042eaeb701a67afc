"""Sessions and accounts prepared by a stranger: planted keys, planted passwords, what outlives its right (S16, S17)."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from shop.accounts.models import User
from shop.accounts.services.users import create_verified_user
from shop.kernel.mail import send_due_emails

pytestmark = pytest.mark.django_db
EMAIL, OWN, PLANTED = "ann@example.com", "linen-4-two", "planted-4-two"


def sign_in(client: Client, password: str = OWN) -> int:
    return client.post("/account/login/", {"login": EMAIL, "password": password}).status_code


def may_enter(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def plant(key: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def test_a_planted_session_is_not_the_one_that_signs_in() -> None:
    create_verified_user(EMAIL, password=OWN)
    planted = SessionStore()
    planted["seen"] = True
    planted.save()
    for key in (str(planted.session_key), "x" * 32):
        victim = plant(key)
        assert sign_in(victim) == 302
        assert may_enter(victim)
        assert victim.cookies[settings.SESSION_COOKIE_NAME].value != key
        assert not may_enter(plant(key))


def test_signing_out_ends_the_session_on_the_server_too() -> None:
    create_verified_user(EMAIL, password=OWN)
    client = Client()
    sign_in(client)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/account/logout/")
    assert not may_enter(plant(kept))
    assert not Session.objects.filter(pk=kept).exists()


def test_a_new_password_ends_every_other_session() -> None:
    create_verified_user(EMAIL, password=OWN)
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    given = {"oldpassword": OWN, "password1": "fresh-4-two", "password2": "fresh-4-two"}
    assert here.post("/account/password/change/", given).status_code == 302
    assert (may_enter(here), may_enter(there)) == (True, False)


@pytest.mark.parametrize("lost", [{"is_active": False}, {"is_staff": False}])
def test_a_right_that_is_taken_away_is_gone_at_once(lost: dict[str, bool]) -> None:
    user = create_verified_user(EMAIL, password=OWN, is_staff=True, roles=["owner"])
    client = Client()
    sign_in(client)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=user.pk).update(**lost)
    assert client.get("/admin/", follow=True).status_code != 200 or not may_enter(client)


def read_code() -> str:
    send_due_emails()
    found = re.search(r"^([A-Z0-9-]{6,})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None, mail.outbox[-1].body
    return found[1]


def test_who_opened_an_account_for_anothers_address_does_not_get_in_once_it_is_proven() -> None:
    """The stranger's password must not open what the owner of the address uses later."""
    stranger, owner = Client(), Client()
    stranger.post("/account/signup/", {"email": EMAIL, "password1": PLANTED})
    assert not may_enter(stranger)
    owner.post("/account/login/code/", {"email": EMAIL})
    owner.post("/account/login/code/confirm/", {"code": read_code()})
    assert may_enter(owner)
    sign_in(stranger, PLANTED)
    assert not may_enter(stranger)
    assert may_enter(owner)
