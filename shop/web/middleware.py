"""Middleware: request ids for the logs, headers, and domain errors in plain words."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import structlog
from csp.constants import SELF
from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from shop.kernel.errors import DomainError, NotFound, TooMany
from shop.web.languages import is_arriving_chinese

GetResponse = Callable[[HttpRequest], HttpResponse]

_SAFE_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
RETRY_AFTER_SECONDS = 5
STATUSES: tuple[tuple[type[DomainError], int], ...] = ((NotFound, 404), (TooMany, 429))
THEME_STYLE = b'<style id="unfold-theme-colors">'
THEME_STYLE_NONCE = b'<style id="unfold-theme-colors" nonce="%s">'


def request_id(get_response: GetResponse) -> GetResponse:
    """Give every request an id that its log lines and its answer carry; a proxy's own id is kept."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        name = given if _SAFE_ID.match(given) else secrets.token_hex(8)
        # Not ``bound_contextvars``: it looks through all variables of the context, a sixteenth of an API call.
        tokens = structlog.contextvars.bind_contextvars(request_id=name)
        try:
            response = get_response(request)
        finally:
            structlog.contextvars.reset_contextvars(**tokens)
        response["X-Request-Id"] = name
        return response

    return middleware


def greet_in_language(get_response: GetResponse) -> GetResponse:
    """Send a visitor whose browser asks for Chinese from an English front door to the Chinese one, once."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_arriving_chinese(request):
            response: HttpResponse = HttpResponseRedirect(f"/zh-hans{request.path_info}")
            response["Cache-Control"] = "private, no-store"
            return response
        return get_response(request)

    return middleware


def security_headers(get_response: GetResponse) -> GetResponse:
    """Headers that no library sets; pages are private unless a view said otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault(
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=(self)",
        )
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware


def back_office_policy(get_response: GetResponse) -> GetResponse:
    """The back office's library evaluates its own attributes (Alpine) and brings one style element: allow just these.

    Neither needs ``unsafe-inline``: the element gets the answer's nonce. The storefront keeps the strict policy.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/admin/") and response.get("Content-Type", "").startswith("text/html"):
            nonce = secrets.token_urlsafe(16)
            if not response.streaming:
                response.content = response.content.replace(
                    THEME_STYLE, THEME_STYLE_NONCE % nonce.encode(), 1
                )
            policy = {"script-src": [SELF, "'unsafe-eval'"], "style-src": [SELF, f"'nonce-{nonce}'"]}
            response._csp_update = policy  # type: ignore[attr-defined]  # noqa: SLF001  django-csp's own hook
        return response

    return middleware


def back_office_language(get_response: GetResponse) -> GetResponse:
    """The back office has no language in its addresses: the operator's choice (a cookie) counts, then the browser's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/admin/"):
            translation.activate(translation.get_language_from_request(request))
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware


def _answer_busy() -> HttpResponse:
    """Drawn without the request: what a page usually has around it would ask the database once more."""
    message = _("The shop is very busy right now. Nothing was lost: please try again in a few seconds.")
    page = render_to_string("problem.html", {"problem": DomainError(message)})
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


class ExplainErrors(MiddlewareMixin):
    """Errors of the domain become a page that says what happened; a busy database becomes 503 with Retry-After."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for the errors that people can understand; all others go on to the 500 page."""
        if request.path.startswith("/api/"):
            return None
        if isinstance(exception, DomainError):
            status = next((code for kind, code in STATUSES if isinstance(exception, kind)), 409)
            response = render(request, "problem.html", {"problem": exception}, status=status)
            if isinstance(exception, TooMany):
                response["Retry-After"] = str(exception.wait_seconds)
            return response
        if isinstance(exception, OperationalError):
            structlog.get_logger(__name__).warning("database.unavailable", error=str(exception))
            return _answer_busy()
        return None


explain_errors = ExplainErrors


def tell(request: HttpRequest, message: str, *, level: int = messages.SUCCESS) -> None:
    """Leave a message for the shopper's next page."""
    messages.add_message(request, level, message)
