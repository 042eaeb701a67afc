"""The lane of API calls: they need no session, no form token, no messages and no page, so they leave the chain here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from functools import lru_cache

from django.conf import settings
from django.core.handlers.exception import response_for_exception
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, ResolverMatch, get_urlconf, is_valid_path, resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override

from shop.partners.api.problems import answer_not_found, answer_server_error

GetResponse = Callable[[HttpRequest], HttpResponse]

ROOT = "/api/"
POLICY = "default-src 'none'; frame-ancestors 'none'"
"""An answer of data may load nothing and be framed by nobody."""
MOST_ADDRESSES = 512
PAGES = frozenset({"/api/v1/"})
"""What below ``ROOT`` is a page for people, with all that a page needs."""


def api_lane(get_response: GetResponse) -> GetResponse:
    """Middleware: call API views directly, in the language that ``Accept-Language`` asks for, with instants in UTC."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ROOT) or request.path_info in PAGES:
            return get_response(request)
        language = get_language_from_request(request)
        with override(language), timezone.override(UTC):
            response = _answer(request)
        response.headers.setdefault("Content-Language", language)
        response.headers["Content-Security-Policy"] = POLICY
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return middleware


def _answer(request: HttpRequest) -> HttpResponse:
    try:
        match = _resolve_known(request.path_info, get_urlconf())
    except Resolver404:
        return _answer_unknown(request)
    request.resolver_match = match
    try:
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
    except Exception as error:  # noqa: BLE001  this is the edge: whatever it was, it is told to the log and answered
        # Logs it and tells whoever listens, as for every other view; its page is for people.
        page = response_for_exception(request, error)
        return page if settings.DEBUG else answer_server_error(page.status_code)
    return response


@lru_cache(maxsize=MOST_ADDRESSES)
def _resolve_known(path: str, urlconf: str | None) -> ResolverMatch:
    """Where an address leads is the same for as long as the process lives."""
    return resolve(path, urlconf)


def _answer_unknown(request: HttpRequest) -> HttpResponse:
    with_slash = f"{request.path_info}/"
    if (
        request.method in ("GET", "HEAD")
        and not request.path_info.endswith("/")
        and is_valid_path(with_slash)
    ):
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return answer_not_found(request)
