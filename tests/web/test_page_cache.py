"""Public pages are kept for a moment, revalidated, and never mixed up."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from shop.web.page_cache import MOST_PAGES, PageCacheMiddleware, public_page


class Site:
    """A page that counts how often it is rendered, behind the middleware."""

    def __init__(self, settings: Settings, *, seconds: float = 3, is_public: bool = True) -> None:
        settings.PUBLIC_PAGE_SECONDS = seconds
        self.rendered = 0

        def view(request: HttpRequest) -> HttpResponse:
            self.rendered += 1
            return HttpResponse(f"page {request.get_full_path()} {self.rendered}")

        self.middleware = PageCacheMiddleware(public_page(view) if is_public else view)
        self.factory = RequestFactory()

    def get(self, path: str = "/c/x/", **headers: str) -> HttpResponse:
        return self.middleware(self.factory.get(path, headers=headers))


@pytest.fixture
def site(settings: Settings) -> Site:
    return Site(settings)


def test_renders_once_for_many(site: Site) -> None:
    assert {site.get().content for _ in range(3)} == {b"page /c/x/ 1"}
    assert site.rendered == 1


def test_a_browser_that_has_it_gets_304(site: Site) -> None:
    etag = site.get()["ETag"]
    answer = site.get(**{"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_sends_it_zipped_to_those_who_take_it(site: Site) -> None:
    answer = site.get(**{"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(answer.content) == b"page /c/x/ 1"
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/c/y/"},
        {"path": "/c/x/?page=2"},
        {"Cookie": "currency=USD"},
        {"HX-Request": "true"},
        {"HX-History-Restore-Request": "true"},
        {"Host": "other.example"},
    ],
)
def test_what_differs_is_kept_apart(site: Site, other: dict[str, str]) -> None:
    site.get()
    path = other.pop("path", "/c/x/")
    site.get(path, **other)
    assert site.rendered == 2


def test_a_whole_page_is_never_kept_as_the_part(site: Site) -> None:
    site.get(**{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert site.get(**{"HX-Request": "true"}).content == b"page /c/x/ 2"
    assert "HX-History-Restore-Request" in site.get()["Vary"]
    site.get(**{"HX-Request": "invented"})
    assert site.rendered == 3


def test_an_invented_currency_does_not_fill_the_memory(site: Site) -> None:
    site.get(Cookie="currency=XXX")
    site.get(Cookie="currency=YYY")
    assert site.rendered == 1


def test_a_page_that_is_not_public_is_never_kept(settings: Settings) -> None:
    site = Site(settings, is_public=False)
    assert site.get().content != site.get().content


def test_a_cookie_in_the_answer_keeps_it_out(settings: Settings) -> None:
    site = Site(settings)
    inner = site.middleware.get_response

    def with_cookie(request: HttpRequest) -> HttpResponse:
        response = inner(request)
        response.set_cookie("a", "b")
        return response

    site.middleware.get_response = with_cookie
    site.get()
    site.get()
    assert site.rendered == 2


def test_memory_is_bounded(site: Site) -> None:
    for number in range(MOST_PAGES + 50):
        site.get(f"/c/{number}/")
    assert len(site.middleware.pages) == MOST_PAGES


def test_pages_grow_stale_within_seconds(settings: Settings) -> None:
    site = Site(settings, seconds=0)
    site.get()
    site.get()
    assert site.rendered == 2
    assert site.middleware.pages == {}
