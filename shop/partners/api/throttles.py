"""Rate limits per key or address, told in the ``RateLimit`` headers."""

from __future__ import annotations

from django.conf import settings
from rest_framework.request import Request

from shop.partners.models import ApiKey
from shop.web.addresses import find_client_network
from shop.web.limits import Limit, take_call


def count_call(request: Request) -> Limit:
    """Count a call of this key, or of this address for a call without one."""
    if isinstance(request.auth, ApiKey):
        return take_call(f"key:{request.auth.pk}", rate=settings.API_RATE_KEY)
    return take_call(f"ip:{find_client_network(request)}", rate=settings.API_RATE_ANONYMOUS)
