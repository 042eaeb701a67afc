"""Suggestions while typing, and the count of what was searched."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from catalog.domain.search.words import fold_words
from catalog.forms import SearchNoteForm, read_term
from catalog.queries.suggestions import list_suggestions
from catalog.services.search_log import record_click, record_search
from shop.kernel.clock import now
from shop.web.addresses import find_client_network
from shop.web.currency import get_currency
from shop.web.limits import take_call
from shop.web.origin import same_origin_post
from shop.web.page_cache import public_page

NOTED_SECONDS = 86_400
NOTES = "300/h"
_signer = Signer(salt="catalog.search-note")


@require_GET
@public_page
def suggest(request: HttpRequest) -> HttpResponse:
    """Show what a beginning may mean, as the options of the search field's list."""
    term = read_term(request.GET)
    found = list_suggestions(term, currency=get_currency(request), language=get_language() or "en")
    return render(request, "catalog/_suggestions.html", {"suggestions": found, "term": term})


def sign_search(term: str, *, total: int) -> str:
    """Return what the page sends back to be counted: only searches that we answered count, for two days."""
    folded, language = fold_words(term), get_language() or "en"
    return _signer.sign_object([folded, language, total, timezone.localdate(now()).isoformat()])


@require_POST
@same_origin_post
def note_search(request: HttpRequest) -> HttpResponse:
    """Count a search, or a product that was opened from it. Answers nothing but a status."""
    form = SearchNoteForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    try:
        term, language, total, signed_on = _signer.unsign_object(form.cleaned_data["token"])
    except BadSignature:
        return HttpResponseBadRequest()
    today = timezone.localdate(now())
    if date.fromisoformat(signed_on) < today - timedelta(days=1):
        return HttpResponseBadRequest()
    if _is_first(request, [term, language, form.cleaned_data["slug"]]):
        _count(form.cleaned_data, term=term, language=language, total=total, day=today)
    return HttpResponse(status=204)


def _is_first(request: HttpRequest, note: list[str]) -> bool:
    """Return whether this place has not told the same within a day, nor too much within the hour; never written down."""
    place = find_client_network(request)
    if not take_call(f"search-notes:{place}", rate=NOTES).is_kept:
        return False
    digest = salted_hmac("catalog.search-note", json.dumps([place, *note]), algorithm="sha256").hexdigest()
    return cache.add(f"search-note:{digest}", 1, NOTED_SECONDS)


def _count(given: dict[str, Any], *, term: str, language: str, total: int, day: date) -> None:
    if given["slug"]:
        position = given["position"] or 1
        record_click(term, language=language, day=day, slug=given["slug"], position=position)
    else:
        record_search(term, language=language, result_quantity=total, day=day)
