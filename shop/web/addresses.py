"""Where a request comes from."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

MOST_KNOWN = 1024
"""Reading an address costs more than finding it again: who calls the API calls often."""


def find_client_address(request: HttpRequest) -> str:
    """Who calls: what our own proxies wrote into ``X-Forwarded-For``; without proxies, only the connection counts."""
    own: str = request.META.get("REMOTE_ADDR", "")
    count: int = settings.TRUSTED_PROXY_COUNT
    if not count:
        return own
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    return hops[-count] if len(hops) >= count and _is_address(hops[-count]) else own


def find_client_network(request: HttpRequest) -> str:
    """Whom limits count: the address, or the /64 network that one customer of a provider has for himself (IPv6)."""
    return _find_network(find_client_address(request))


@lru_cache(maxsize=MOST_KNOWN)
def _find_network(own: str) -> str:
    try:
        address = ipaddress.ip_address(own)
    except ValueError:
        return own
    if isinstance(address, ipaddress.IPv4Address):
        return own
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address.packed[:8] + bytes(8), 64)))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
