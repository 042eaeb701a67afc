"""Public pages, kept for a few seconds in the process that rendered them.

A page that says the same to everybody is rendered once per ``PUBLIC_PAGE_SECONDS`` and process; browsers revalidate
with its ETag. There is no shared cache to lose or to poison: a process forgets its pages when it ends.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers

from shop.web.languages import is_arriving_chinese

View = Callable[..., HttpResponse]

MOST_PAGES = 600
LONGEST_QUERY = 300
_Key = tuple[bool, str, str, str, str, bool, bool]
"""Secure, host, path, query, currency, whether htmx asks, whether it goes back to a page that it forgot."""
_FLAG = "_public_page"
_ZIP_LEVEL = 5
_MOST_BODIES = 400
"""As many as ``shop.web.drawn`` keeps: mostly the same ones, so that they take no room twice."""


def public_page(view: View) -> View:
    """Mark a view's answer as the same for everybody; it must not touch the session, the user or a CSRF token."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and request.method == "GET":  # noqa: PLR2004  HTTP's own number
            setattr(response, _FLAG, True)
            response["Cache-Control"] = (
                f"public, max-age=0, s-maxage={settings.PUBLIC_PAGE_SECONDS}, must-revalidate"
            )
        return response

    setattr(wrapper, _FLAG, True)
    return wrapper


def is_public_view(view: Callable[..., Any]) -> bool:
    """Whether a view was marked by ``public_page``, and nothing was wrapped around it since."""
    return getattr(view, _FLAG, False) is True


@dataclass(frozen=True)
class _Page:
    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    expires: float


class PageCacheMiddleware:
    """Answers public pages from memory before any other middleware has work to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.pages: OrderedDict[_Key, _Page] = OrderedDict()
        self.seconds: float = settings.PUBLIC_PAGE_SECONDS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve from memory, or render and keep."""
        key = _build_key(request)
        if key is None:
            return self.get_response(request)
        page = self.pages.get(key)
        if page is None or page.expires < time.monotonic():
            response = self.get_response(request)
            if not getattr(response, _FLAG, False) or response.streaming or response.cookies:
                return response
            page = self._keep(key, response)
        return _answer(request, page)

    def _keep(self, key: _Key, response: HttpResponse) -> _Page:
        body = response.content
        if response.has_header("Content-Encoding"):
            body = gzip.decompress(body)
            del response["Content-Encoding"]
        for name in ("Content-Length", "ETag", "X-Request-Id"):
            response.headers.pop(name, None)
        patch_vary_headers(
            response, ["Accept-Encoding", "Cookie", "HX-Request", "HX-History-Restore-Request"]
        )
        page = _Page(
            body=body,
            headers=tuple(response.items()),
            etag=_sign(body),
            expires=time.monotonic() + self.seconds,
        )
        if self.seconds:
            self.pages[key] = page
            self.pages.move_to_end(key)
            while len(self.pages) > MOST_PAGES:
                self.pages.popitem(last=False)
        return page


# A page that is drawn from the same facts is the same object: it is neither hashed nor zipped again.
@lru_cache(maxsize=_MOST_BODIES)
def _sign(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


@lru_cache(maxsize=_MOST_BODIES)
def _zip(body: bytes) -> bytes:
    return gzip.compress(body, _ZIP_LEVEL, mtime=0)


def _build_key(request: HttpRequest) -> _Key | None:
    """What the page depends on; None when it may not be served from memory."""
    path = request.META.get("PATH_INFO", "")
    query = request.META.get("QUERY_STRING", "")
    if (
        request.method != "GET"
        or len(query) > LONGEST_QUERY
        or path.startswith(("/admin", "/api", "/static", "/media"))
    ):
        return None
    currency = request.COOKIES.get("currency", "")
    currency = currency if currency in settings.CURRENCIES else ""
    if is_arriving_chinese(request):
        return None
    return (
        request.is_secure(),
        request.META.get("HTTP_HOST", ""),
        path,
        query,
        currency,
        request.META.get("HTTP_HX_REQUEST") == "true",
        bool(request.META.get("HTTP_HX_HISTORY_RESTORE_REQUEST")),
    )


def _answer(request: HttpRequest, page: _Page) -> HttpResponse:
    if request.META.get("HTTP_IF_NONE_MATCH", "").removeprefix("W/") == page.etag:
        response: HttpResponse = HttpResponseNotModified()
    elif "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response = HttpResponse(_zip(page.body))
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(page.body)
    for name, value in page.headers:
        response[name] = value
    response["ETag"] = f"W/{page.etag}"
    return response
