"""The lane of public pages: they need no session, user, form token or message, so they leave the chain here."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, get_urlconf, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

from shop.kernel.errors import DomainError
from shop.web.page_cache import is_public_view

GetResponse = Callable[[HttpRequest], HttpResponse]

MOST_ADDRESSES = 2048
"""Some 3 MB in each process."""
LONGEST_ADDRESS = 300
"""Longer ones are none of ours: remembered, made-up addresses would fill the memory."""
ELSEWHERE = ("/static/", "/media/", "/api/", "/admin/", "/health/", "/account/")


class PublicLaneMiddleware:
    """Calls a public page's view directly, in the language of its address.

    What goes wrong there is answered by the whole chain, which can explain it on a page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.headers = {HEADER: build_policy(), "X-Frame-Options": settings.X_FRAME_OPTIONS}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a public page; leave all others to the chain."""
        if request.method == "GET" and not request.path_info.startswith(ELSEWHERE):
            # A host that is not ours is refused here as in the whole chain: this raises DisallowedHost.
            request.get_host()
            response = self._answer(request)
            if response is not None:
                return response
        return self.get_response(request)

    def _answer(self, request: HttpRequest) -> HttpResponse | None:
        in_path = translation.get_language_from_path(request.path_info)
        language = in_path or settings.LANGUAGE_CODE
        translation.activate(language)
        try:
            match = _find_view(request.path_info, language)
            if not is_public_view(match.func):
                return None
            request.resolver_match = match
            request.LANGUAGE_CODE = language
            response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        except (Resolver404, Http404, DomainError, DatabaseError):
            return None
        for name, value in self.headers.items():
            response.headers[name] = value
        response.headers["Content-Language"] = language
        if in_path is None:
            patch_vary_headers(response, ("Accept-Language",))
        return response


def _find_view(path: str, language: str) -> ResolverMatch:
    if len(path) > LONGEST_ADDRESS:
        return resolve(path)
    return _resolve_known(path, get_urlconf(), language)


@lru_cache(maxsize=MOST_ADDRESSES)
def _resolve_known(path: str, urlconf: str | None, _language: str) -> ResolverMatch:
    """Where an address leads in the active language is the same for as long as the process lives."""
    return resolve(path, urlconf)
