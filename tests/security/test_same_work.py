"""A known and an unknown address get the same answer for the same work: hashing, mail, statements (S15)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from shop.accounts.models import User
from shop.accounts.services.users import create_verified_user
from shop.kernel.models import OutgoingEmail

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN, PASSWORD = "ann@example.com", "bob@example.com", "linen-4-two"
Build = Callable[[str], tuple[str, dict[str, str]]]
TOKEN = re.compile(r'value="[A-Za-z0-9]{64}"')


@dataclass(frozen=True)
class Work:
    """What an answer told, and what it took."""

    status: int
    location: str
    body: str
    hashes: int
    mails: int


def measure(path: str, form: dict[str, str], email: str) -> tuple[Work, int]:
    """Send one form as a stranger; what came of it, and the number of statements. The address itself is struck out."""
    hasher = type(get_hasher())
    hashed: list[str] = []
    encode = hasher.encode

    def count(self: object, password: str, *args: object, **kwargs: object) -> str:
        hashed.append(password)
        return encode(self, password, *args, **kwargs)  # type: ignore[arg-type]  # passed on as it came

    client, before = Client(), OutgoingEmail.objects.count()
    with patch.object(hasher, "encode", count), CaptureQueriesContext(connection) as statements:
        answer = client.post(path, form)
    took = len(statements)
    page = answer if answer.status_code == 200 else client.get(answer.headers["Location"])
    body = TOKEN.sub("…", page.content.decode().replace(email, "…"))
    mails = OutgoingEmail.objects.count() - before
    work = Work(answer.status_code, answer.headers.get("Location", ""), body, len(hashed), mails)
    return work, took


def log_in(email: str) -> tuple[str, dict[str, str]]:
    return "/account/login/", {"login": email, "password": "guessed-4-two"}


def sign_up(email: str) -> tuple[str, dict[str, str]]:
    return "/account/signup/", {"email": email, "password1": PASSWORD}


def ask_for_a_code(email: str) -> tuple[str, dict[str, str]]:
    return "/account/login/code/", {"email": email}


def reset_password(email: str) -> tuple[str, dict[str, str]]:
    return "/account/password/reset/", {"email": email}


# A hash takes a hundred times as long as a statement, which a network hides; an account must be written where there is none.
STATEMENTS_APART: dict[Build, int] = {log_in: 0, sign_up: 9, ask_for_a_code: 1, reset_password: 1}


@pytest.mark.parametrize("build", STATEMENTS_APART)
@pytest.mark.parametrize("state", ["with a password", "without a password", "closed"])
def test_a_stranger_learns_nothing_of_who_has_an_account(
    build: Build, state: str, settings: Settings
) -> None:
    settings.AXES_ENABLED = True
    create_verified_user(KNOWN, password="" if state == "without a password" else PASSWORD)
    User.objects.filter(email=KNOWN).update(is_active=state != "closed")
    known, known_statements = measure(*build(KNOWN), KNOWN)
    unknown, unknown_statements = measure(*build(UNKNOWN), UNKNOWN)
    assert known == unknown
    assert known.hashes == (1 if build in {log_in, sign_up} else 0)
    assert known.mails == (0 if build is log_in else 1)
    assert abs(known_statements - unknown_statements) <= STATEMENTS_APART[build]
