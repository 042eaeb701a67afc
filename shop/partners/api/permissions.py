"""Scopes: a view declares what it needs, and one that declares nothing is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from shop.partners.models import ApiKey

if TYPE_CHECKING:
    from rest_framework.views import APIView  # DRF loads this module while it loads its views

PUBLIC = "public"


class HasDeclaredScope(BasePermission):
    """Lets in a key that holds the view's ``scope``: a name, a mapping by HTTP method, or ``PUBLIC``."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raise 401 without a key, 403 without the scope; False (403 too) for a view that declares none."""
        declared = getattr(view, "scope", "")
        scope = declared.get(request.method or "", "") if isinstance(declared, Mapping) else declared
        if scope == PUBLIC or request.method == "OPTIONS":
            return True
        if not isinstance(request.auth, ApiKey):
            raise NotAuthenticated(_("Send the key in this header: Authorization: Bearer <key>."))
        if scope and scope not in request.auth.scopes:
            raise PermissionDenied(_("This key does not have the scope %(scope)s.") % {"scope": scope})
        return bool(scope)
