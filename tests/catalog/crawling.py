"""A crawler of the storefront: opens everything that a page links to, as a visitor without an account."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from django.test import Client

_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
_PART = re.compile(r'\bhx-get="([^"]*)"')
_SHOP = {"", "testserver"}
# A page per order of a list, and per filter, would walk the same shop a thousand times.
_SAME_AGAIN = ("sort", "option", "brand", "min", "max", "stock", "view", "attribute")


def crawl(client: Client, *starts: str, limit: int = 2000) -> tuple[dict[str, int], dict[str, str]]:
    """Return the status of every address by address, and which page named it first."""
    waiting, named = list(starts), dict.fromkeys(starts, "")
    found: dict[str, int] = {}
    while waiting and len(found) < limit:
        path = waiting.pop()
        answer = client.get(path, follow=True)
        found[path] = answer.status_code
        if answer.status_code != 200 or "text/html" not in answer.get("Content-Type", ""):
            continue
        html = b"".join(answer) if answer.streaming else answer.content
        for link in _list_links(html.decode(), path):
            if link not in named:
                named[link] = path
                waiting.append(link)
    return found, named


def _list_links(html: str, page: str) -> set[str]:
    links = set()
    for text in [*_LINK.findall(html), *_PART.findall(html)]:
        address = urldefrag(urljoin(f"http://testserver{page}", unescape(text))).url
        parts = urlsplit(address)
        if (
            parts.scheme != "http"
            or parts.netloc not in _SHOP
            or parts.path.startswith(("/static/", "/media/"))
        ):
            continue
        if any(f"{name}=" in parts.query for name in _SAME_AGAIN):
            continue
        links.add(f"{unquote(parts.path)}{'?' if parts.query else ''}{parts.query}")
    return links
