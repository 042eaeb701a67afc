"""Addresses that take a form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

View = Callable[..., HttpResponse]


def require_post_or_show(page: str) -> Callable[[View], View]:
    """Let POST in, and send who only looks to the page with the form.

    A form that is refused is drawn again at its own address: there people reload and change the language.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method not in {"GET", "HEAD"}:
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            query = request.META.get("QUERY_STRING", "")
            return HttpResponseRedirect(f"{reverse(page)}{'?' if query else ''}{query}")

        return enter

    return decorate
