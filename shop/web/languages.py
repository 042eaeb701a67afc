"""The language of a visitor who has not chosen one yet."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest

FRONT_DOORS = frozenset({"/", "/api/v1/"})
"""Where people come in by typing an address: the shop, and the page of its API."""


def is_arriving_chinese(request: HttpRequest) -> bool:
    """Whether a browser that prefers Chinese comes to an English front door from outside the shop.

    Who clicks "English" inside the shop comes with our own address as referrer, and stays.
    """
    meta = request.META
    if meta.get("PATH_INFO") not in FRONT_DOORS or request.method != "GET":
        return False
    if not meta.get("HTTP_ACCEPT_LANGUAGE", "").lower().startswith("zh"):
        return False
    try:
        referrer = urlsplit(meta.get("HTTP_REFERER", "")).netloc
    except ValueError:
        return True
    return not referrer or referrer not in {meta.get("HTTP_HOST"), meta.get("SERVER_NAME")}
