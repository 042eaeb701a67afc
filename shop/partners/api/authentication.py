"""Bearer keys. A call without a key is anonymous; a call with a wrong one is refused."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from shop.partners.models import ApiKey
from shop.partners.services.keys import find_key


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer <key>``; never a cookie, never the query."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        """The key as ``request.auth``; partners are no users."""
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _space, text = header.partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise AuthenticationFailed(_("Send the key in this header: Authorization: Bearer <key>."))
        key = find_key(text.strip())
        if key is None:
            raise AuthenticationFailed(_("The API key is unknown, expired or revoked."))
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        """Makes refusals 401."""
        return "Bearer"
