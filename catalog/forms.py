"""Reading filters from an address; nonsense counts as not given."""

from __future__ import annotations

import re
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.domain.filters import ListingFilters, Sort

MOST_CHOICES = 20
LONGEST_CHOICE = 200
LONGEST_TERM = 100
MOST_TOGETHER = 5
_KEY = re.compile(r"[1-9][0-9]{0,17}")
# Decimal reads 1e-17000 too, which no database takes.
_AMOUNT = re.compile(r"[0-9]{1,10}(?:[.,][0-9]{1,3})?")


class SearchNoteForm(forms.Form):
    """What the results page tells of itself: its signed search, and the product that was opened."""

    token = forms.CharField(max_length=600)
    slug = forms.CharField(max_length=120, required=False)
    position = forms.IntegerField(min_value=1, max_value=10_000, required=False)


class SearchExplainForm(forms.Form):
    """The term that an operator wants explained."""

    q = forms.CharField(label=_("Search term"), max_length=LONGEST_TERM)


class SearchReportForm(forms.Form):
    """The period of the report on searches."""

    PERIODS = (7, 30, 90)

    days = forms.TypedChoiceField(choices=[(days, days) for days in PERIODS], coerce=int)


def read_filters(params: QueryDict, *, default_sort: Sort = Sort.FEATURED) -> ListingFilters:
    """Return the filters of a query string."""
    return ListingFilters(
        lowest=_read_amount(params.get("min", "")),
        highest=_read_amount(params.get("max", "")),
        only_in_stock=params.get("stock") == "1",
        brands=_read_choices(params, "brand"),
        options=tuple(choice for choice in _read_choices(params, "option") if ":" in choice),
        sort=_read_sort(params.get("sort", ""), default_sort),
    )


def read_term(params: QueryDict) -> str:
    """Return what is searched for, in one line and of bounded length."""
    return " ".join(params.get("q", "").replace("\0", "").split())[:LONGEST_TERM]


def is_list_chosen(params: QueryDict) -> bool:
    """Return whether products shall stand in rows; a grid unless told."""
    return params.get("view") == "list"


def read_first_page(params: QueryDict, *, last: int) -> int:
    """Return the first of the pages shown together, at most five; the last alone unless told."""
    text = params.get("from", "")
    first = int(text) if _KEY.fullmatch(text) else last
    return max(min(first, last), last - MOST_TOGETHER + 1, 1)


def read_ids(params: QueryDict, name: str) -> tuple[int, ...]:
    """Return the keys of an address, each once, at most twenty."""
    found = dict.fromkeys(int(text) for text in params.getlist(name) if _KEY.fullmatch(text))
    return tuple(found)[:MOST_CHOICES]


def _read_sort(text: str, default: Sort) -> Sort:
    # Relevance means nothing where nothing was searched for.
    if text not in set(Sort) or (text == Sort.RELEVANCE and default is not Sort.RELEVANCE):
        return default
    return Sort(text)


def _read_amount(text: str) -> Decimal | None:
    amount = _AMOUNT.fullmatch(text.strip())
    return Decimal(amount[0].replace(",", ".")) if amount else None


def _read_choices(params: QueryDict, name: str) -> tuple[str, ...]:
    choices = dict.fromkeys(
        text for text in params.getlist(name) if 0 < len(text) <= LONGEST_CHOICE and "\0" not in text
    )
    return tuple(choices)[:MOST_CHOICES]


class NoticeForm(forms.Form):
    """Who wants to hear when which variant is back."""

    sku = forms.CharField(label=_("Article"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
