"""The currency of a request."""

from django.conf import settings
from django.http import HttpRequest


def get_currency(request: HttpRequest) -> str:
    """``?currency=``, else the cookie, else the shop's default; unknown ones count as not given."""
    for choice in (
        request.GET.get("currency", "").upper(),
        request.COOKIES.get("currency", ""),
    ):
        if choice in settings.CURRENCIES:
            return choice
    return str(settings.DEFAULT_CURRENCY)
