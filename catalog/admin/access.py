"""Who acts in the back office."""

from __future__ import annotations

from django.http import HttpRequest


def get_actor(request: HttpRequest) -> str:
    """Return the name that the audit log keeps."""
    return str(getattr(request.user, "email", request.user))
