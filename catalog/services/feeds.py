"""Building product feeds into files: a portal's visit costs nothing, and an unchanged feed keeps its mark."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalog.domain.errors import FeedMissing
from catalog.domain.feeds import (
    GOOGLE_TAIL,
    JSON_VERSION,
    FeedItem,
    build_json_item,
    write_google_head,
    write_google_item,
)
from catalog.queries.feed_items import iterate_feed_items
from shop.kernel.transactions import forbid_transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """One feed: what it is written for, in which language and currency."""

    kind: str
    language: str
    currency: str

    @property
    def name(self) -> str:
        """Return the last part of its address."""
        return f"{self.language}-{self.currency.lower()}.{SUFFIXES[self.kind]}"

    @property
    def path(self) -> Path:
        """Return the file that it is kept in."""
        return Path(settings.FEEDS_ROOT) / self.kind / self.name

    @property
    def url(self) -> str:
        """Return its address."""
        return f"{settings.SITE_URL}/feeds/{self.kind}/{self.name}"


GOOGLE, JSON = "google", "json"
SUFFIXES = {GOOGLE: "xml", JSON: "json"}
TYPES = {GOOGLE: "application/xml; charset=utf-8", JSON: "application/feed+json; charset=utf-8"}


def list_feeds() -> list[Feed]:
    """Return all feeds that there are."""
    return [
        Feed(kind=kind, language=language, currency=currency)
        for kind in SUFFIXES
        for language, _label in settings.LANGUAGES
        for currency in settings.CURRENCIES
    ]


def get_feed(kind: str, name: str) -> Feed:
    """Return the feed of an address; raises FeedMissing."""
    found = next((feed for feed in list_feeds() if (feed.kind, feed.name) == (kind, name)), None)
    if found is None:
        raise FeedMissing(_("There is no such feed."))
    return found


def build_feed(feed: Feed) -> bool:
    """Write a feed beside the one that is there and put it in its place; False when nothing changed. Repeatable.

    Items without a picture are left out of Google's feed, which refuses them.
    """
    forbid_transaction()
    feed.path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=feed.path.parent, suffix=".part")
    digest = hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as file:
            for part in _WRITERS[feed.kind](feed):
                content = part.encode()
                digest.update(content)
                file.write(content)
        if feed.path.exists() and _digest_file(feed.path) == digest.digest():
            return False
        # Files of mkstemp are the owner's alone; web processes may run as somebody else.
        Path(temporary).chmod(0o644)
        Path(temporary).replace(feed.path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return True


def build_feeds() -> int:
    """Build all feeds; returns how many changed. Repeatable."""
    return sum(build_feed(feed) for feed in list_feeds())


def _digest_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _write_google(feed: Feed) -> Iterator[str]:
    with override(feed.language):
        title, text = _("Shop"), _("All articles with price and availability")
    yield write_google_head(title=title, link=settings.SITE_URL, description=text)
    for item in _iterate(feed):
        if item.image_links:
            yield write_google_item(item)
    yield GOOGLE_TAIL


def _write_json(feed: Feed) -> Iterator[str]:
    with override(feed.language):
        title = _("Shop")
    head = {
        "version": JSON_VERSION,
        "title": title,
        "home_page_url": settings.SITE_URL,
        "feed_url": feed.url,
        "language": "zh-Hans" if feed.language.startswith("zh") else feed.language,
    }
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "items": ['
    for number, item in enumerate(_iterate(feed)):
        text = json.dumps(build_json_item(item), ensure_ascii=False)
        yield f",\n{text}" if number else f"\n{text}"
    yield "\n]}\n"


def _iterate(feed: Feed) -> Iterator[FeedItem]:
    return iterate_feed_items(language=feed.language, currency=feed.currency)


_WRITERS: dict[str, Callable[[Feed], Iterator[str]]] = {GOOGLE: _write_google, JSON: _write_json}
