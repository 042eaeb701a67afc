"""The view that every API call is: one format, one kind of key, one limit, nothing built per request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, MethodNotAllowed, NotAuthenticated, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.partners.api.authentication import ApiKeyAuthentication
from shop.partners.api.negotiation import CompactJSON, JSONNegotiation
from shop.partners.api.parameters import list_known, refuse_unknown
from shop.partners.api.parsers import StrictJSONParser
from shop.partners.api.permissions import HasDeclaredScope
from shop.partners.api.throttles import count_call
from shop.web.limits import Limit

PARSERS = (StrictJSONParser(),)
AUTHENTICATORS = (ApiKeyAuthentication(),)
PERMISSION = HasDeclaredScope()
NEGOTIATOR = JSONNegotiation()
RENDERER = CompactJSON()
KEY_NAMES = frozenset({"key", "api_key", "apikey", "api-key", "access_token", "authorization", "bearer"})


class ApiView(APIView):
    """What DRF would make anew for each call is made once: parsers, authentication, negotiation and renderer."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    scope: str | Mapping[str, str] = ""
    _limit: Limit | None = None

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """DRF's request around Django's."""
        return Request(
            request,
            parsers=PARSERS,
            authenticators=AUTHENTICATORS,
            negotiator=NEGOTIATOR,
            parser_context={"view": self, "args": args, "kwargs": kwargs},
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Method, key, limit, scope, parameters: in this order, so that calls with wrong keys are counted too."""
        request.accepted_renderer, request.accepted_media_type = RENDERER, RENDERER.media_type
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise MethodNotAllowed(method.upper())
        refusal = _find_refusal(request)
        self._limit = count_call(request)
        if not self._limit.is_kept:
            raise Throttled(wait=self._limit.reset_seconds)
        if refusal is not None:
            raise refusal
        if not PERMISSION.has_permission(request, self):
            self.permission_denied(request)
        if request.query_params:
            by_method = list_known(type(self))  # type: ignore[arg-type]  # a class has a hash; mypy asks its objects
            refuse_unknown(request.query_params, known=by_method["get" if method == "head" else method])

    def finalize_response(  # type: ignore[override]  # what was drawn before is no answer of DRF's
        self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say how to render, and tell the limit."""
        if isinstance(response, Response):
            response.accepted_renderer = RENDERER
            response.accepted_media_type = RENDERER.media_type
            response.renderer_context = {}  # type: ignore[attr-defined]  # DRF reads it, its stubs leave it out
        if self._limit is not None:
            for name, value in self._limit.list_headers():
                response.headers[name] = value
        if response.status_code == MethodNotAllowed.status_code:
            response.headers["Allow"] = ", ".join(self.allowed_methods)
        return response


def _find_refusal(request: Request) -> APIException | None:
    """What is wrong with the key, if anything: a key in the address would end up in logs and histories."""
    if not KEY_NAMES.isdisjoint(name.lower() for name in request.query_params):
        return NotAuthenticated(_("Send the key in the Authorization header, never in the address."))
    try:
        request.auth  # noqa: B018  reading it makes DRF authenticate
    except APIException as error:
        return error
    return None
