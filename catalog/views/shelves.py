"""Shelves beside the categories: brands and collections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.domain.filters import ListingScope, Sort
from catalog.domain.tags import is_public_tag, tidy_tag
from catalog.forms import read_filters
from catalog.queries.collections import (
    find_brand,
    find_collection,
    list_brands,
    list_collections,
    list_member_ids,
)
from catalog.queries.product_pages import Crumb, list_crumbs
from catalog.queries.structured_facts import describe_crumbs
from catalog.queries.tags import list_tagged_ids
from catalog.views.listings import build_results, render_list
from shop.web.currency import get_currency
from shop.web.page_cache import public_page


@public_page
def collections(request: HttpRequest) -> HttpResponse:
    """Show all collections."""
    crumbs = _list_steps(Crumb(name=_("Collections"), url=reverse("catalog:collections")))
    context = {
        "collections": list_collections(get_currency(request)),
        "crumbs": crumbs,
        "json_ld": describe_crumbs(crumbs),
    }
    return render(request, "catalog/collections.html", context)


@public_page
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a collection's products, in its own order unless the shopper sorts them."""
    found = find_collection(slug)
    if found is None:
        raise Http404(slug)
    scope = ListingScope(currency=get_currency(request), product_ids=list_member_ids(found.id))
    crumbs = _list_steps(
        Crumb(name=_("Collections"), url=reverse("catalog:collections")),
        Crumb(name=found.name, url=found.url),
    )
    context = {
        "shelf": found,
        "crumbs": crumbs,
        "json_ld": describe_crumbs(crumbs),
        **build_results(request, scope, read_filters(request.GET, default_sort=found.sort)),
        "default_sort": found.sort,
    }
    return render_list(request, "catalog/shelf.html", context)


@public_page
def brands(request: HttpRequest) -> HttpResponse:
    """Show all brands."""
    crumbs = _list_steps(Crumb(name=_("Brands"), url=reverse("catalog:brands")))
    context = {"brands": list_brands(), "crumbs": crumbs, "json_ld": describe_crumbs(crumbs)}
    return render(request, "catalog/brands.html", context)


@public_page
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a brand's products."""
    found = find_brand(slug)
    if found is None:
        raise Http404(slug)
    scope = ListingScope(currency=get_currency(request), brand_slug=found.slug)
    crumbs = _list_steps(
        Crumb(name=_("Brands"), url=reverse("catalog:brands")), Crumb(name=found.name, url=found.url)
    )
    results: dict[str, Any] = build_results(request, scope, read_filters(request.GET))
    context = {
        "shelf": found,
        "crumbs": crumbs,
        "json_ld": describe_crumbs(crumbs),
        **results,
        # Everything here is of one brand: nothing to choose.
        "facets": replace(results["facets"], brands=()),
    }
    return render_list(request, "catalog/shelf.html", context)


@dataclass(frozen=True, kw_only=True, slots=True)
class TagShelf:
    """What the page of a tag says of itself."""

    name: str
    summary: str
    title: str = ""
    description: str = ""
    website: str = ""


@public_page
def tag(request: HttpRequest, tag: str) -> HttpResponse:
    """Show the products that have a tag; none is like a tag that nobody gave."""
    tidy = tidy_tag(tag)
    product_ids = list_tagged_ids(tidy, currency=get_currency(request)) if is_public_tag(tidy) else ()
    if not product_ids:
        raise Http404(tag)
    if tag != tidy:
        return redirect("catalog:tag", tidy, permanent=True)
    scope = ListingScope(currency=get_currency(request), product_ids=product_ids)
    results = build_results(request, scope, read_filters(request.GET))
    crumbs = _list_steps(Crumb(name=capfirst(tidy), url=reverse("catalog:tag", args=[tidy])))
    context = {
        "shelf": TagShelf(
            name=capfirst(tidy), summary=_("Everything in the shop with the tag “%(tag)s”.") % {"tag": tidy}
        ),
        "crumbs": crumbs,
        "json_ld": describe_crumbs(crumbs),
        **results,
        # Nothing was typed that anything could fit better.
        "sorts": [one for one in results["sorts"] if one[0] != Sort.RELEVANCE],
        "default_sort": Sort.FEATURED,
    }
    return render_list(request, "catalog/shelf.html", context)


def _list_steps(*steps: Crumb) -> tuple[Crumb, ...]:
    return (*list_crumbs(""), *steps)
