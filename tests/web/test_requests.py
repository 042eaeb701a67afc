"""Headers, health, origins, languages, currencies: what every request meets."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_health(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}
    assert client.get("/health/ready").json() == {"status": "ok", "database": "up"}


def test_metrics_are_for_loopback_or_the_token(client: Client, settings: Settings) -> None:
    page = client.get("/metrics")
    assert page.status_code == 200
    assert "shop_outbox_lag_seconds 0.0" in page.content.decode()
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    settings.METRICS_TOKEN = "t" * 20
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer \xe9").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer " + "t" * 20}).status_code == 200


def test_every_page_carries_the_policy(client: Client) -> None:
    page = client.get("/help/")
    policy = page["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert "unsafe" not in policy
    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page["Cache-Control"] == "private, no-store"


def test_a_request_id_is_kept_or_given(client: Client) -> None:
    assert client.get("/health/live", headers={"X-Request-Id": "abcdefgh-1"})["X-Request-Id"] == "abcdefgh-1"
    assert client.get("/health/live", headers={"X-Request-Id": "bad id\n"})["X-Request-Id"] != "bad id\n"


def test_a_chinese_browser_is_met_in_chinese_once(client: Client) -> None:
    arriving = client.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert (arriving.status_code, arriving["Location"]) == (302, "/zh-hans/")
    inside = client.get("/", headers={"Accept-Language": "zh-CN", "Referer": "http://testserver/zh-hans/"})
    assert inside.status_code == 200
    assert client.get("/", headers={"Accept-Language": "de"}).status_code == 200


def test_currency_is_chosen_from_our_own_page_only(client: Client) -> None:
    ours = {"Sec-Fetch-Site": "same-origin"}
    chosen = client.post("/currency/", {"currency": "CNY", "next": "/help/"}, headers=ours)
    assert (chosen.status_code, chosen["Location"]) == (302, "/help/")
    assert chosen.cookies["currency"].value == "CNY"
    foreign = client.post("/currency/", {"currency": "CNY"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert client.post("/currency/", {"currency": "CNY"}).status_code == 403
    assert (
        client.post("/currency/", {"currency": "CNY"}, headers={"Origin": "http://evil.example"}).status_code
        == 403
    )
    assert (
        client.post("/currency/", {"currency": "CNY"}, headers={"Origin": "http://testserver"}).status_code
        == 302
    )


def test_an_address_that_cannot_be_read_comes_from_elsewhere(client: Client) -> None:
    arriving = client.get("/", headers={"Accept-Language": "zh-CN", "Referer": "http://["})
    assert (arriving.status_code, arriving["Location"]) == (302, "/zh-hans/")
    for header in ("Origin", "Referer"):
        answer = client.post("/currency/", {"currency": "CNY"}, headers={header: "http://["})
        assert answer.status_code == 403, header


@pytest.mark.parametrize("key", ['"aaaaaaaaaa\\000"', "aaaaaaaa-aaaa", "é" * 32, "a" * 5000])
def test_a_cookie_that_is_no_key_of_ours_is_no_session(client: Client, key: str) -> None:
    answer = client.get("/account/", headers={"Cookie": f"sessionid={key}"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/account/")


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_no_open_redirect(client: Client, target: str) -> None:
    answer = client.post(
        "/currency/", {"currency": "CNY", "next": target}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer["Location"] == "/"


def test_unknown_pages_are_404_in_the_shops_dress(client: Client) -> None:
    page = client.get("/no/such/page/")
    assert page.status_code == 404
    assert "Hearth &amp; Vale" in page.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/media/../pyproject.toml",
        "/media/x.svg",
        "/media/x.html",
        "/media/none.webp",
        "/media//etc/passwd",
        "/media/%00.webp",
        "/media/a/%00/b.png",
    ],
)
def test_media_serves_nothing_but_pictures_that_are_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_database_that_is_away_is_said_without_asking_it_again() -> None:
    """Also while the menu's categories are due to be read anew."""

    def refuse(*_call: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(refuse):
        page = Client(raise_request_exception=False).get("/orders/S123456789/?token=x")
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "The shop is very busy right now." in page.content.decode()
