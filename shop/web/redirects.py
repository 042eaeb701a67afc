"""Old addresses: where a page is not found, the apps are asked whether it moved."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

Finder = Callable[[str], str | None]
GetResponse = Callable[[HttpRequest], HttpResponse]

_finders: list[Finder] = []
# An hour, not for ever: browsers keep a redirect, and an operator may have been wrong.
KEPT_SECONDS = 3600
_CLOSED = ("/admin/", "/api/", "/static/", "/media/", "/health/")


def register_redirects(finder: Finder) -> Finder:
    """Ask this function for the new place of an address (decoded, without the language); None when it knows none."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def follow_redirects(get_response: GetResponse) -> GetResponse:
    """Answer 301 instead of 404 for an address that moved; pages that exist pay nothing for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:  # noqa: PLR2004  HTTP's own number
            return response
        return _find_redirect(request) or response

    return middleware


def _find_redirect(request: HttpRequest) -> HttpResponse | None:
    path = request.path_info
    if path.startswith(_CLOSED):
        return None
    prefix = _find_prefix(path)
    plain = path.removeprefix(prefix)
    for finder in _finders:
        if new_path := finder(plain):
            query = request.META.get("QUERY_STRING", "")
            answer = HttpResponsePermanentRedirect(f"{prefix}{quote(new_path)}{'?' if query else ''}{query}")
            answer["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
            return answer
    return None


def _find_prefix(path: str) -> str:
    for code, _ in settings.LANGUAGES:
        if path.startswith(f"/{code}/"):
            return f"/{code}"
    return ""
