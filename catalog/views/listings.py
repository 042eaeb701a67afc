"""Lists of products: a category and a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import escape_uri_path
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from catalog.domain.filters import ListingFilters, ListingScope, ListingWindow, Sort
from catalog.domain.search.words import fold_words
from catalog.forms import read_filters, read_term
from catalog.queries.cards import (
    ProductCard,
    filter_listings,
    find_listings,
    list_cards,
    list_cards_by_ids,
    list_chosen_cards,
    order_listings,
)
from catalog.queries.categories import get_category_tree
from catalog.queries.facet_counts import MOST_COUNTED, MOST_NARROWED
from catalog.queries.facets import Facets, get_facets
from catalog.queries.navigation import list_nav_categories
from catalog.queries.popular_terms import list_popular_terms
from catalog.queries.product_pages import list_crumbs
from catalog.queries.quick_cards import list_quick_cards
from catalog.queries.recommendations import list_best_sellers
from catalog.queries.search import Found, search_products
from catalog.queries.search_rules import get_search_rules
from catalog.queries.structured_facts import describe_crumbs
from catalog.views.listing_views import PASSING_PARAMS, describe_window, is_more_asked, read_window
from catalog.views.suggestions import sign_search
from shop.web.currency import get_currency
from shop.web.drawn import draw_page
from shop.web.page_cache import public_page

PAGE_SIZE = 24
# Nobody turns more pages, and each costs what lies before it; filters and orders lead to the rest.
MOST_PAGED = MOST_COUNTED
# So many are read and sorted sooner than they are met on a walk along the whole catalogue.
SHORT_LIST = 8000
# No index of a shelf holds names, so that each is a look at a wide row.
SHORT_BY_NAME = 1000
# What a list is sorted by unless told: by merit in a category, by fit in a search.
SORTED_BY = {False: Sort.FEATURED, True: Sort.RELEVANCE}
SORTS = {
    Sort.RELEVANCE: _("Best match"),
    Sort.FEATURED: _("Featured"),
    Sort.NEWEST: _("Newest"),
    Sort.PRICE: _("Price, low to high"),
    Sort.PRICE_DOWN: _("Price, high to low"),
    Sort.NAME: _("Name"),
}


@public_page
def category(request: HttpRequest, category_path: str) -> HttpResponse:
    """Show a category with all below it."""
    node = get_category_tree().by_path.get(category_path)
    if node is None:
        raise Http404(category_path)
    scope = ListingScope(currency=get_currency(request), category_path=node.path)
    filters = read_filters(request.GET)
    crumbs = list_crumbs(node.path)
    results = _read_results(request, scope, filters)
    facts = {
        "category": node,
        "crumbs": crumbs,
        "nav_categories": list_nav_categories(),
        "cards": tuple(results.cards),
        "facets": results.facets,
    }
    return draw_page(
        request,
        _pick_template(request, "catalog/category.html"),
        facts,
        build_rest=lambda: {**_describe_results(request, results), "json_ld": describe_crumbs(crumbs)},
    )


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Show what a term finds, or the nearest there is; some terms lead elsewhere."""
    term = read_term(request.GET)
    if target := get_search_rules().find_redirect(term):
        return redirect(target)
    currency = get_currency(request)
    found = search_products(term, currency=currency)
    scope = ListingScope(currency=currency, product_ids=found.product_ids)
    results = build_results(request, scope, read_filters(request.GET, default_sort=Sort.RELEVANCE))
    is_listed = _is_listed(request, found)
    rest = {
        "found": found,
        "correction_url": f"{request.path}?{urlencode({'q': found.correction})}" if found.correction else "",
        "note_share": settings.SEARCH_LOG_SHARE,
        "here": "search",
        **results,
        **(_describe_search(request, term, results) if is_listed else {}),
    }
    return draw_page(
        request,
        _pick_template(request, "catalog/search.html"),
        {**_list_search_facts(request, term, found, results), "is_unlisted": not is_listed},
        build_rest=lambda: rest,
    )


def _is_listed(request: HttpRequest, found: Found) -> bool:
    """Return whether search engines may list this page.

    Only the plain list of what some product has all the words of: else whoever links to a search has his words, and his
    telephone number, printed on a page of ours that is found everywhere.
    """
    is_whole = list(request.GET) == ["q"] and len(request.GET.getlist("q")) == 1
    is_plain = found.understood is not None and found.understood.is_plain
    return is_whole and is_plain and bool(found.product_ids) and not found.is_nearest


def _describe_search(request: HttpRequest, term: str, results: dict[str, Any]) -> dict[str, str]:
    """Return what search engines read of a search, and the one address that all its spellings share."""
    summary = ngettext(
        "“%(term)s”: %(count)d product, %(first)s. Price, stock and days of delivery at a glance.",
        "“%(term)s”: %(count)d products, %(first)s first. Prices, stock and days of delivery at a glance.",
        results["total"],
    )
    first = results["cards"][0].name if results["cards"] else term
    return {
        "summary": summary % {"term": term, "count": results["total"], "first": first},
        "canonical_url": f"{settings.SITE_URL}{request.path}?{urlencode({'q': fold_words(term)})}",
    }


def _list_search_facts(
    request: HttpRequest, term: str, found: Found, results: dict[str, Any]
) -> dict[str, Any]:
    """Return all that a search's page says and that may differ the next time; four queries more when nothing was found."""
    is_empty = not results["total"]
    return {
        "search_term": term,
        "search_note": sign_search(term, total=len(found.product_ids)) if term else "",
        "fit": (found.is_nearest, found.is_capped, found.correction),
        "nav_categories": list_nav_categories(),
        "categories": tuple(get_category_tree().roots),
        "popular_terms": tuple(list_popular_terms(get_language() or "en")) if is_empty else (),
        "best_sellers": tuple(list_best_sellers(currency=get_currency(request))) if is_empty else (),
        "cards": tuple(results["cards"]),
        "facets": results["facets"],
    }


class _CountedPages(Paginator[ProductCard]):
    """Pages of a list whose length the facets already told."""

    def __init__(self, facets: Facets, filters: ListingFilters) -> None:
        super().__init__([], PAGE_SIZE)
        is_vague = facets.is_total_estimated and filters.is_narrowed and facets.total <= 2 * MOST_COUNTED
        # No page beyond the end that an estimate may have overlooked.
        self.total = min(facets.total, MOST_NARROWED if is_vague else MOST_PAGED)

    @property
    def count(self) -> int:
        """Return the known length, as far as pages go."""
        return self.total


@dataclass(frozen=True, kw_only=True)
class _Results:
    """What a list was asked for, and what was read."""

    scope: ListingScope
    filters: ListingFilters
    facets: Facets
    page: Page[ProductCard]
    window: ListingWindow
    cards: list[ProductCard]


def build_results(request: HttpRequest, scope: ListingScope, filters: ListingFilters) -> dict[str, Any]:
    """Return what the results part shows; two queries, none when nothing was found."""
    return _describe_results(request, _read_results(request, scope, filters))


def _read_results(request: HttpRequest, scope: ListingScope, filters: ListingFilters) -> _Results:
    facets = get_facets(scope, filters)
    page: Page[ProductCard] = _CountedPages(facets, filters).get_page(request.GET.get("page"))
    window = read_window(request, page, size=PAGE_SIZE)
    cards = _list_window(scope, filters, window, facets=facets) if facets.total else []
    return _Results(scope=scope, filters=filters, facets=facets, page=page, window=window, cards=cards)


def _describe_results(request: HttpRequest, results: _Results) -> dict[str, Any]:
    """Return all that the results part shows; nothing is read."""
    scope, page = results.scope, results.page
    sorts = [
        (sort.value, label)
        for sort, label in SORTS.items()
        if sort is not Sort.RELEVANCE or scope.product_ids
    ]
    term = request.GET.get("q", "")
    return {
        "cards": results.cards,
        "page": page,
        "total": results.facets.total,
        "facets": results.facets,
        "filters": results.filters,
        "sorts": sorts,
        "list_url": request.path,
        # A further page is a page of its own; filters and orders are the same list again.
        "canonical_url": f"{settings.SITE_URL}{escape_uri_path(request.path)}"
        + (f"?page={page.number}" if page.number > 1 else ""),
        "clear_url": f"{request.path}?{urlencode({'q': term})}" if term else request.path,
        "default_sort": SORTED_BY[scope.product_ids is not None],
        "kept_params": [(name, values) for name, values in request.GET.lists() if name not in PASSING_PARAMS],
        **describe_window(request, results.window, page),
    }


def _list_window(
    scope: ListingScope, filters: ListingFilters, window: ListingWindow, *, facets: Facets
) -> list[ProductCard]:
    """Return the cards of a window; a long or narrowed list is planned for its own values, a short one by a kept plan."""
    start, stop = window.start, window.stop
    found = scope.product_ids or ()
    if (
        scope.product_ids is None
        and not filters.is_narrowed
        and not scope.brand_slug
        and not facets.is_estimated
    ):
        is_short = bool(scope.category_path)
        return list_quick_cards(scope, filters.sort, start=start, stop=stop, is_short=is_short)
    # All that was found is listed, so that a page is a slice of it.
    if filters.sort is Sort.RELEVANCE and not filters.is_narrowed and facets.total == len(found):
        return list_cards_by_ids(found[start:stop], currency=scope.currency)
    if found:
        listings = filter_listings(find_listings(scope), filters)
        return list_cards(order_listings(listings, filters.sort, ranked_ids=found, is_short=True)[start:stop])
    by_key = _is_rare(scope, filters, facets, stop=stop)
    longest = SHORT_BY_NAME if filters.sort is Sort.NAME else SHORT_LIST
    listings = filter_listings(find_listings(scope, by_key=by_key), filters)
    return list_chosen_cards(
        listings, scope, filters.sort, start=start, stop=stop, is_short=by_key or facets.size <= longest
    )


def _is_rare(scope: ListingScope, filters: ListingFilters, facets: Facets, *, stop: int) -> bool:
    """Return whether all that has the chosen keys is read sooner than it is met on a walk through the shelf in its order."""
    if not (filters.brands or filters.options or scope.brand_slug):
        return False
    return facets.size <= SHORT_LIST or facets.total**2 < stop * facets.size


def render_list(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer the results part to htmx, the page to everybody else."""
    return render(request, _pick_template(request, template), context)


def _pick_template(request: HttpRequest, whole: str) -> str:
    is_part = request.META.get("HTTP_HX_REQUEST") == "true" and not request.META.get(
        "HTTP_HX_HISTORY_RESTORE_REQUEST"
    )
    if not is_part:
        return whole
    return "catalog/_more.html" if is_more_asked(request) else "catalog/_results.html"
