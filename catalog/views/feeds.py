"""Product feeds for portals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from catalog.domain.errors import FeedMissing
from catalog.models import Listing
from catalog.services.feeds import TYPES, Feed, build_feed, get_feed

# So many articles are read in a second or two: a fresh shop answers at once, a large one waits for the job.
MOST_AT_ONCE = 2000
RETRY_SECONDS = 600
FRESH_SECONDS = 300
CHUNK = 1 << 16


@require_safe
def show_feed(request: HttpRequest, kind: str, name: str) -> HttpResponseBase:
    """Answer a feed as it was last built, or that the caller's copy is still right."""
    try:
        feed = get_feed(kind, name)
    except FeedMissing as error:
        raise Http404(str(error.message)) from error
    if not feed.path.exists() and not _build_now(feed):
        response = HttpResponse(status=503)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response
    return _answer(request, feed)


def _build_now(feed: Feed) -> bool:
    if Listing.objects.filter(currency=feed.currency)[MOST_AT_ONCE : MOST_AT_ONCE + 1].exists():
        return False
    build_feed(feed)
    return True


def _answer(request: HttpRequest, feed: Feed) -> HttpResponseBase:
    facts = feed.path.stat()
    etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    response = StreamingHttpResponse(_read(feed.path), content_type=TYPES[feed.kind])
    response["Content-Length"] = str(facts.st_size)
    answer: HttpResponseBase = get_conditional_response(request, etag, int(facts.st_mtime)) or response
    answer["ETag"] = etag
    answer["Last-Modified"] = http_date(datetime.fromtimestamp(facts.st_mtime, UTC).timestamp())
    answer["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return answer


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
