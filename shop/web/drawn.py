"""Pages that are drawn once for the facts they show: reading is done every time, drawing only when something differs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from shop.kernel.clock import now
from shop.web.currency import get_currency

MOST_PAGES = 400
"""Some 12 MB in each process."""


class Drawings:
    """The pages last asked for, by all that is shown on them."""

    def __init__(self, *, most: int = MOST_PAGES) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> bytes | None:
        """Return the page of these facts, if it was asked for lately; raises TypeError for facts without a hash."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, page: bytes) -> None:
        """Keep a page, and forget the one that was asked for longest ago."""
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)


_drawings = Drawings()


def draw_page(
    request: HttpRequest,
    template: str,
    facts: Mapping[str, Any],
    *,
    build_rest: Callable[[], Mapping[str, Any]] = dict,
) -> HttpResponse:
    """``render`` for a public page; the same facts at the same address are the same bytes, so they are not drawn again.

    Nothing can be out of date: every fact is compared. ``build_rest`` works out what else the template wants, from the
    facts and the address alone; it is not called for a page that is known. Facts without a hash are drawn each time.
    """
    key = (
        template,
        get_language(),
        get_currency(request),
        request.get_full_path(),
        now().year,
        tuple(facts.items()),
    )
    try:
        page = _drawings.find(key)
    except TypeError:
        return render(request, template, {**facts, **build_rest()})
    if page is None:
        response = render(request, template, {**facts, **build_rest()})
        _drawings.keep(key, response.content)
        return response
    return HttpResponse(page)
