"""Whether a page or a part of it is wanted."""

from django.http import HttpRequest


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks, which swaps a part of the page that it already has."""
    return request.headers.get("HX-Request") == "true"
