"""Who acts in the back office."""

from __future__ import annotations

from django.http import HttpRequest

from shop.kernel.back_office import read_key

__all__ = ["get_actor", "read_key"]


def get_actor(request: HttpRequest) -> str:
    """Return the name that the audit log keeps."""
    return str(getattr(request.user, "email", request.user))
