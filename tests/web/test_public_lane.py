"""Public pages leave the chain early, with all the headers that a page has; whatever else happens takes the whole chain."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from shop.web.public_lane import _resolve_known
from tests.factories.catalog import make_variant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "language", "varies"),
    [("/", "en", True), ("/zh-hans/", "zh-hans", False)],
)
def test_a_public_page_has_the_headers_of_a_page(
    client: Client, path: str, language: str, *, varies: bool
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["Content-Language"] == language
    assert ("Accept-Language" in answer["Vary"]) is varies
    assert not answer.cookies
    assert not hasattr(answer.wsgi_request, "session")


def test_what_is_not_there_is_explained_by_the_whole_chain(client: Client) -> None:
    answer = client.get("/p/nothing-of-the-kind/")
    assert answer.status_code == 404
    assert hasattr(answer.wsgi_request, "session")
    assert "<h1" in answer.content.decode()


def test_pages_that_know_somebody_take_the_whole_chain(client: Client) -> None:
    assert hasattr(client.get("/cart/").wsgi_request, "session")


def test_each_page_speaks_the_language_of_its_own_address(client: Client) -> None:
    make_variant()
    for path, wanted in (
        ("/zh-hans/", "zh-Hans"),
        ("/", "en"),
        ("/zh-hans/search/", "zh-Hans"),
        ("/search/", "en"),
    ):
        assert f'<html lang="{wanted}">' in client.get(path).content.decode()


def test_a_host_that_is_not_ours_gets_no_page(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["shop.example"]
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "shop.example"}).status_code == 200


def test_where_an_address_leads_is_found_out_once_in_each_language(client: Client) -> None:
    _resolve_known.cache_clear()
    for path in ("/", "/zh-hans/", "/", "/nothing/of-the-kind/"):
        client.get(path)
    known = _resolve_known.cache_info()
    assert (known.currsize, known.hits) == (2, 1)


def test_a_long_address_is_not_remembered(client: Client) -> None:
    _resolve_known.cache_clear()
    for letters in (200, 400):
        assert client.get(f"/p/{'a' * letters}/").status_code == 404
    assert _resolve_known.cache_info().currsize == 1
