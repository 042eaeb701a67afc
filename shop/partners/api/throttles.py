"""Rate limits per key or address, told in the ``RateLimit`` headers."""

from __future__ import annotations

import time

from django.conf import settings
from rest_framework.request import Request

from shop.partners.models import ApiKey
from shop.web.addresses import find_client_address
from shop.web.limits import COUNTER, Limit, parse_rate


def count_call(request: Request) -> Limit:
    """Count a call of this key, or of this address for a call without one."""
    if isinstance(request.auth, ApiKey):
        caller, rate = f"key:{request.auth.pk}", settings.API_RATE_KEY
    else:
        caller, rate = f"ip:{find_client_address(request)}", settings.API_RATE_ANONYMOUS
    most, window = parse_rate(rate)
    return COUNTER.take(caller, most=most, window=window, at=time.time())
