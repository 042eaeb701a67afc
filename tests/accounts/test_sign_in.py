"""Signing up, signing in, by password and by e-mailed code; guessing is slowed down."""

from __future__ import annotations

import re
import time
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from shop.accounts.models import Address, User
from shop.accounts.services.roles import sync_roles
from shop.accounts.services.users import create_verified_user
from shop.kernel.mail import send_due_emails
from shop.settings.base import ACCOUNT_RATE_LIMITS

pytestmark = pytest.mark.django_db
PASSWORD = "linen-4-two"


@pytest.fixture
def user() -> User:
    return create_verified_user("ann@example.com", password=PASSWORD, name="Ann")


def sign_in(client: Client, email: str = "ann@example.com", password: str = PASSWORD) -> int:
    return client.post("/account/login/", {"login": email, "password": password}).status_code


def test_an_address_is_one_account_in_any_case(user: User) -> None:
    with pytest.raises(Exception, match="user_email_once"):
        User.objects.create_user("ANN@example.com", PASSWORD)


def test_signs_in_by_password_in_any_case_and_out(client: Client, user: User) -> None:
    assert sign_in(client, "Ann@Example.com") == 302
    assert client.get("/account/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/account/").status_code == 302


def test_signs_up_and_is_told_what_a_password_needs(client: Client) -> None:
    weak = client.post("/account/signup/", {"email": "new@example.com", "password1": "abcdefgh"})
    assert weak.status_code == 200
    assert not User.objects.filter(email="new@example.com").exists()
    assert (
        client.post("/account/signup/", {"email": "new@example.com", "password1": PASSWORD}).status_code
        == 302
    )
    assert User.objects.get().email == "new@example.com"


def test_signing_up_twice_tells_a_stranger_nothing(client: Client, user: User) -> None:
    known = client.post("/account/signup/", {"email": "ann@example.com", "password1": PASSWORD})
    fresh = Client().post("/account/signup/", {"email": "new@example.com", "password1": PASSWORD})
    assert known.status_code == fresh.status_code == 302
    assert User.objects.filter(email="ann@example.com").count() == 1


@pytest.mark.parametrize(
    ("page", "given"),
    [
        ("password/reset", {"email": "ann@example.com"}),
        ("password/reset", {"email": "nobody@example.com"}),
        ("signup", {"email": "ann@example.com", "password1": PASSWORD}),
    ],
)
def test_no_mail_leads_to_the_host_that_a_stranger_names(
    client: Client, user: User, settings: Settings, page: str, given: dict[str, str]
) -> None:
    # Else the key to a new password goes to whoever asked for it in another one's name.
    settings.ALLOWED_HOSTS = ["*"]
    assert client.post(f"/account/{page}/", given, headers={"host": "evil.example"}).status_code == 302
    send_due_emails()
    message = mail.outbox[0]
    parts = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    html = str(parts[0][0]) if parts else ""
    assert "evil.example" not in f"{message.body}{html}"
    assert f"{settings.SITE_URL}/account/" in message.body


@pytest.mark.parametrize(
    ("path", "form", "subject", "sentence"),
    [
        ("login/code", {"email": "ann@example.com"}, "Your sign-in code", "It is valid for five minutes."),
        (
            "signup",
            {"email": "new@example.com", "password1": PASSWORD},
            "Confirm your e-mail address",
            "Enter this code where you opened your account.",
        ),
        (
            "password/reset",
            {"email": "ann@example.com"},
            "Set a new password",
            "Open this page and choose a new password:",
        ),
        (
            "signup",
            {"email": "ann@example.com", "password1": PASSWORD},
            "You have an account already",
            "wanted to open an account for ann@example.com. There is one already.",
        ),
        (
            "password/reset",
            {"email": "nobody@example.com"},
            "No account with this e-mail address",
            "wanted to sign in as nobody@example.com. There is no account with this address",
        ),
    ],
)
def test_mail_says_what_was_asked_and_for_whom(
    client: Client, user: User, path: str, form: dict[str, str], subject: str, sentence: str
) -> None:
    client.post(f"/account/{path}/", form)
    send_due_emails()
    [message] = mail.outbox
    assert message.subject == subject
    assert sentence in str(message.body)
    assert "If you did not ask for this, you can forget this mail." in str(message.body)


def test_a_forgotten_password_is_set_anew_by_one_link_once(client: Client, user: User) -> None:
    assert "Send the link" in client.get("/account/password/reset/").content.decode()
    done = client.post("/account/password/reset/", {"email": "ann@example.com"}, follow=True)
    assert "Look into your mail" in done.content.decode()
    send_due_emails()
    found = re.search(r"http\S+(/account/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert found is not None, mail.outbox[0].body

    form = client.get(found[1])
    assert "Set a new password" in client.get(form["Location"]).content.decode()
    fresh = {"password1": "maple-9-seven", "password2": "maple-9-seven"}
    assert client.post(form["Location"], fresh).status_code == 302
    assert (sign_in(Client()), sign_in(Client(), password="maple-9-seven")) == (200, 302)

    again = Client().get(found[1], follow=True).content.decode()
    assert "This link is not valid any more" in again
    assert "Send a new link" in again


def test_signs_in_by_an_emailed_code_once(client: Client, user: User) -> None:
    assert client.post("/account/login/code/", {"email": "ann@example.com"}).status_code == 302
    assert send_due_emails() == 1
    found = re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4}|\d{6})$", str(mail.outbox[0].body), re.MULTILINE)
    assert found is not None, mail.outbox[0].body
    wrong = client.post("/account/login/code/confirm/", {"code": "WRONG1"})
    assert wrong.status_code == 200
    assert client.post("/account/login/code/confirm/", {"code": found.group(1)}).status_code == 302
    assert client.get("/account/").status_code == 200


def test_a_mailed_code_is_no_article_code_in_chinese(client: Client, user: User) -> None:
    ask_for_code(client)
    assert "编号" not in client.get("/zh-hans/account/login/code/confirm/").content.decode()


def test_the_code_of_a_new_address_is_asked_for_in_the_same_words(client: Client) -> None:
    client.post("/zh-hans/account/signup/", {"email": "new@example.com", "password1": PASSWORD})
    page = client.get("/zh-hans/account/confirm-email/").content.decode()
    assert 'name="code"' in page
    assert "编号" not in page


def ask_for_code(client: Client) -> str:
    client.post("/account/login/code/", {"email": "ann@example.com"})
    return send_code()


def send_code() -> str:
    send_due_emails()
    found = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None, mail.outbox[-1].body
    return found.group()


def enter(client: Client, code: str) -> str:
    return client.post("/account/login/code/confirm/", {"code": code}, follow=True).content.decode()


LAPSED = "This code is not valid any more. Ask for a new one."


def test_a_wrong_code_says_what_to_do_and_a_new_one_is_one_press_away(client: Client, user: User) -> None:
    first = ask_for_code(client)
    assert "This is not the code of our newest mail." in enter(client, "WRONG1")
    page = client.post("/account/login/code/confirm/", {"action": "resend"}, follow=True)
    assert "We have mailed a code to <strong>ann@example.com</strong>." in page.content.decode()
    assert "It is valid for five minutes." in page.content.decode()
    assert "Sign in with a password instead" in page.content.decode()
    second = send_code()
    assert first != second
    assert "This is not the code of our newest mail." in enter(client, first)
    assert "Hello, Ann" in enter(client, second)


def test_a_code_that_lapsed_or_was_used_says_so(client: Client, user: User) -> None:
    code = ask_for_code(client)
    with patch("time.time", return_value=time.time() + 5 * 60 + 1):
        assert LAPSED in enter(client, code)
    code = ask_for_code(client)
    assert "Hello, Ann" in enter(client, code)
    client.post("/account/logout/")
    assert LAPSED in enter(client, code)


def test_too_many_wrong_codes_are_told_once_in_plain_words(client: Client, user: User) -> None:
    code = ask_for_code(client)
    pages = [enter(client, f"WRONG{number}") for number in range(5)]
    assert "Too many tries. Wait a few minutes, then try again." in pages[-1]
    assert LAPSED not in pages[-1]
    assert LAPSED in enter(client, code)


def test_a_mistyped_address_is_no_dead_end(client: Client) -> None:
    client.post("/account/signup/", {"email": "nwe@example.com", "password1": PASSWORD})
    assert "Use another e-mail address" in client.get("/account/confirm-email/").content.decode()
    page = client.post("/account/logout/", {"next": "/account/signup/"}, follow=True)
    assert page.redirect_chain == [("/account/signup/", 302)]
    client.post("/account/signup/", {"email": "new@example.com", "password1": PASSWORD})
    code = send_code()
    assert mail.outbox[-1].to == ["new@example.com"]
    assert client.post("/account/confirm-email/", {"code": code}).status_code == 302
    assert "new@example.com" in client.get("/account/").content.decode()


def test_guessing_is_locked_out_for_the_guesser_only(client: Client, user: User, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    statuses = [sign_in(client, password=f"wrong-{number}-x") for number in range(9)]
    assert statuses[-1] == 429
    assert sign_in(client) == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.5")
    assert sign_in(elsewhere) == 302


def test_guessing_locks_one_account_not_all_that_sign_in_from_there(
    client: Client, user: User, settings: Settings
) -> None:
    """A household shares one address: who forgot a password does not keep the others out."""
    settings.AXES_ENABLED = True
    create_verified_user("bob@example.com", password=PASSWORD, name="Bob")
    names = ["ann@example.com", "Ann@Example.com"] * 4
    assert [sign_in(client, name, "wrong-1-x") for name in names] == [200] * 7 + [429]
    assert sign_in(Client()) == 429
    assert sign_in(Client(), "bob@example.com") == 302


def test_behind_the_proxy_too_only_the_guesser_is_locked_out(
    client: Client, user: User, settings: Settings
) -> None:
    """All requests come from the proxy's address; limits of allauth are on as in the real shop."""
    settings.AXES_ENABLED = True
    settings.TRUSTED_PROXY_COUNT = 1
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = ACCOUNT_RATE_LIMITS
    guesser = Client(headers={"X-Forwarded-For": "203.0.113.66"})
    statuses = [sign_in(guesser, password=f"wrong-{number}-x") for number in range(9)]
    assert statuses[-1] == 429
    owner = Client(headers={"X-Forwarded-For": "203.0.113.5"})
    assert sign_in(owner) == 302


def test_addresses_are_ones_own(client: Client, user: User) -> None:
    sign_in(client)
    given = {
        "country": "DE",
        "first_name": "Ann",
        "last_name": "Lee",
        "line1": "Hauptstr. 5",
        "city": "Berlin",
        "postal_code": "10115",
    }
    assert client.post("/account/addresses/new/", given).status_code == 302
    address = Address.objects.get()
    assert (address.city, address.is_default) == ("Berlin", True)
    wrong = client.post("/account/addresses/new/", {**given, "postal_code": "1"})
    assert "One looks like" in wrong.content.decode()
    other = User.objects.create_user("bob@example.com", PASSWORD)
    thief = Client()
    thief.force_login(other, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert thief.get(f"/account/addresses/{address.pk}/").status_code == 404
    assert thief.post(f"/account/addresses/{address.pk}/remove/").status_code == 404
    assert "Remove this address?" in client.get("/account/addresses/").content.decode()
    assert client.post(f"/account/addresses/{address.pk}/remove/").status_code == 302
    assert Address.objects.count() == 0


def test_the_address_that_is_one_too_many_is_refused_on_its_page_with_all_that_was_typed(
    client: Client, user: User
) -> None:
    Address.objects.bulk_create(Address(user=user, line1=f"Street {number}") for number in range(20))
    sign_in(client)
    given = {"country": "DE", "first_name": "Ann", "last_name": "Lee", "line1": "Hauptstr. 5"}
    answer = client.post("/account/addresses/new/", {**given, "city": "Berlin", "postal_code": "10115"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "You can keep 20 addresses. Remove one first." in page
    assert "Hauptstr. 5" in page


def test_roles_hold_the_least_and_every_name_is_real() -> None:
    assert sync_roles() == []
    names = set(Group.objects.values_list("name", flat=True))
    assert names == {"merchandiser", "warehouse", "buyer", "finance", "service", "analyst", "owner"}
    warehouse = Group.objects.get(name="warehouse")
    assert not warehouse.permissions.filter(content_type__app_label="payments").exists()
    finance = Group.objects.get(name="finance")
    assert not finance.permissions.filter(codename__startswith="add_").exists()


def test_the_back_office_is_closed_to_shoppers(client: Client, user: User) -> None:
    sign_in(client)
    answer = client.get("/admin/", follow=False)
    assert answer.status_code == 302
    assert "/login" in answer["Location"]


def test_an_operator_comes_out_in_the_back_office_or_where_they_were_going(
    client: Client, user: User
) -> None:
    there = client.get("/admin/login/")
    assert there["Location"] == "/account/login/?next=%2Fadmin%2F"
    User.objects.filter(pk=user.pk).update(is_staff=True)
    signed_in = client.post(there["Location"], {"login": "ann@example.com", "password": PASSWORD})
    assert signed_in["Location"] == "/admin/"
    assert client.get("/admin/login/")["Location"] == "/admin/"
    assert client.get("/admin/login/?next=/admin/orders/order/")["Location"] == "/admin/orders/order/"
    assert client.get("/admin/login/?next=https://evil.example/")["Location"] == "/admin/"


def test_a_shopper_is_told_that_the_back_office_is_not_for_them(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/admin/login/").status_code == 403
    assert client.get("/admin/", follow=True).status_code == 403
