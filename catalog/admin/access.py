"""Who acts in the back office."""

from __future__ import annotations

from django.http import HttpRequest


def read_key(object_id: str) -> int:
    """Return the key in an address; 0, which no row has, when it is none."""
    return int(object_id) if object_id.isdecimal() else 0


def get_actor(request: HttpRequest) -> str:
    """Return the name that the audit log keeps."""
    return str(getattr(request.user, "email", request.user))
