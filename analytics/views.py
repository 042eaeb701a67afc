"""The browser's beacons."""

from __future__ import annotations

import json
import re

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_POST

from analytics.domain.kinds import BEACON_KINDS, EventKind
from analytics.domain.paths import hide_keys
from analytics.services.events import record_event
from catalog.models import Product
from shop.kernel.errors import TooMany
from shop.web.addresses import find_client_network
from shop.web.limits import count_try
from shop.web.origin import same_origin_post

LARGEST_BYTES = 2000
_ID = re.compile(r"[A-Za-z0-9-]{8,40}")


@require_POST
@same_origin_post
def beacon(request: HttpRequest) -> HttpResponse:
    """Store one look at a page or product. What is not understood is refused; nothing is ever answered but a status."""
    try:
        count_try("beacon", callers=[find_client_network(request)])
    except TooMany as error:
        return HttpResponse(status=429, headers={"Retry-After": str(error.wait_seconds)})
    return _record(request)


def _record(request: HttpRequest) -> HttpResponse:
    try:
        given = json.loads(request.read(LARGEST_BYTES + 1)[:LARGEST_BYTES])
        kind = EventKind(given["kind"])
        path, session = hide_keys(str(given["path"])), str(given.get("session", ""))
        path.encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        return HttpResponseBadRequest()
    is_clean = "\x00" not in path and path.startswith("/") and (not session or _ID.fullmatch(session))
    if kind not in BEACON_KINDS or not is_clean:
        return HttpResponseBadRequest()
    product_id = None
    if kind == EventKind.PRODUCT:
        slug = path.rstrip("/").rpartition("/")[2]
        product_id = Product.objects.filter(slug=slug).values_list("pk", flat=True).first()
    record_event(kind, session=session, path=path, product_id=product_id)
    return HttpResponse(status=204)
