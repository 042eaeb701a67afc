"""Rate limits per key or address, told in the ``RateLimit`` headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from shop.partners.models import ApiKey

if TYPE_CHECKING:
    from rest_framework.views import APIView  # DRF loads this module while it loads its views

FIGURES = "shop.rate_limit"


class ApiThrottle(SimpleRateThrottle):
    """One sliding window per caller and process (the limit protects the process; sums over processes are higher)."""

    def __init__(self) -> None:
        """The rate depends on who calls: see ``allow_request``."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the call; leaves the figures for the headers on the request."""
        is_partner = isinstance(request.auth, ApiKey)
        self.rate = settings.API_RATE_KEY if is_partner else settings.API_RATE_ANONYMOUS
        self.num_requests, self.duration = self.parse_rate(self.rate)
        allowed = super().allow_request(request, view)
        history: list[float] = getattr(self, "history", [])
        reset = int((self.duration or 0) - (self.now - history[-1])) if history else self.duration
        request.META[FIGURES] = (self.num_requests, max(0, (self.num_requests or 0) - len(history)), reset)
        return bool(allowed)

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """By key, else by address."""
        if isinstance(request.auth, ApiKey):
            return f"api-rate:key:{request.auth.pk}"
        return f"api-rate:ip:{self.get_ident(request)}"


def add_rate_headers(get_response: Any) -> Any:
    """Middleware: say the limit, what is left of it and when it is whole again (draft-ietf-httpapi-ratelimit-headers)."""

    def middleware(request: Any) -> Any:
        response = get_response(request)
        figures = request.META.get(FIGURES)
        if figures:
            limit, remaining, reset = figures
            response["RateLimit-Limit"] = str(limit)
            response["RateLimit-Remaining"] = str(remaining)
            response["RateLimit-Reset"] = str(reset)
            response["RateLimit"] = f'"default";r={remaining};t={reset}'
        return response

    return middleware
