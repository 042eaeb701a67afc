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
    """The pages last asked for: of each address the last one, with all that is shown on it."""

    def __init__(self, *, most: int = MOST_PAGES) -> None:
        self._most = most
        self._pages: OrderedDict[Hashable, tuple[object, bytes]] = OrderedDict()
        self._lock = Lock()

    def find(self, address: Hashable, facts: object) -> bytes | None:
        """Return the page of this address, if it shows these facts: compared, not hashed, so that equal ones cost least."""
        with self._lock:
            kept = self._pages.get(address)
            if kept is None:
                return None
            self._pages.move_to_end(address)
        known, page = kept
        return page if known is facts or known == facts else None

    def keep(self, address: Hashable, facts: object, page: bytes) -> None:
        """Keep a page, and forget the one that was asked for longest ago; facts without a hash could change, so not those."""
        try:
            hash(facts)
        except TypeError:
            return
        with self._lock:
            self._pages[address] = facts, page
            self._pages.move_to_end(address)
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
    address = (template, get_language(), get_currency(request), request.get_full_path(), now().year)
    shown = tuple(facts.items())
    page = _drawings.find(address, shown)
    if page is None:
        response = render(request, template, {**facts, **build_rest()})
        _drawings.keep(address, shown, response.content)
        return response
    return HttpResponse(page)
