"""How much of a list a page shows, and how: some pages below each other, as a grid or as rows."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.domain.filters import ListingWindow
from catalog.forms import is_list_chosen, read_first_page

MORE = "more"
# Not what a list is about, so a change of filter or order forgets them.
PASSING_PARAMS = frozenset({"sort", "page", "from", "part"})


def read_window(request: HttpRequest, page: Page[Any], *, size: int) -> ListingWindow:
    """Return which pages the address asks for: ``?page=3&from=1`` are three, as "load more" left them."""
    return ListingWindow(
        first=read_first_page(request.GET, last=page.number),
        last=page.number,
        size=size,
        is_more=is_more_asked(request),
    )


def is_more_asked(request: HttpRequest) -> bool:
    """Return whether a script asks for one further page, to put it below the others."""
    return request.GET.get("part") == MORE and request.headers.get("HX-Request") == "true"


def describe_window(request: HttpRequest, window: ListingWindow, page: Page[Any]) -> dict[str, Any]:
    """Return what the results part says of itself: its rows, how many are shown, the switch between the views."""
    count = page.paginator.count
    is_list = is_list_chosen(request.GET)
    return {
        "window": window,
        "is_list": is_list,
        "shown_count": min(window.stop, count),
        "added_count": min(window.stop, count) - window.start if count else 0,
        "views": [
            ("grid", "grid", _("As a grid"), _link_view(request, ""), not is_list),
            ("list", "menu", _("As a list"), _link_view(request, "list"), is_list),
        ],
    }


def _link_view(request: HttpRequest, view: str) -> str:
    params = request.GET.copy()
    for name in ("view", "part"):
        params.pop(name, None)
    if view:
        params["view"] = view
    query = params.urlencode()
    return f"{request.path}?{query}" if query else request.path
